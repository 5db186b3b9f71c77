// SPDX-License-Identifier: GPL-3.0-or-later
// DTMF by INFO and by RFC 4733, INFO itself, and what travels outside of calls: MESSAGE and OPTIONS.
import { growing } from './lib/assertions.mjs';
import { callers, connect, people } from './lib/pair.mjs';
import { assert, domain, scenario, until, uriOf } from './lib/scenario.mjs';

for (const caller of callers) {
  scenario(`interop/tones/dtmf-by-info-both-ways-when-${caller}-called`, async bench => {
    const { call, session } = await connect(await people(bench), caller, { video: false });
    await call.sendDtmf('1*#', 'info');
    for (const tone of ['1', '*', '#'])
      await session.event('newDTMF', event => event.originator === 'remote' && event.tone === tone);
    await session.do('sendDTMF', '7', { duration: 160 });
    assert.deepEqual(await call.signal('DtmfReceived'), ['7', 160]);
    const [, details] = await call.signal('Event', (name, { originator }) => name === 'newDTMF' && originator === 'remote');
    assert.deepEqual([details.tone, details.duration, details.transport], ['7', 160, 'info']);
  });

  scenario(`interop/tones/dtmf-by-rfc-4733-both-ways-when-${caller}-called`, async bench => {
    const { call, session } = await connect(await people(bench), caller, { video: false });
    await session.do('sendDTMF', '5', { transportType: 'RFC2833', duration: 200 });
    const [tone, duration] = await call.signal('DtmfReceived');
    assert.equal(tone, '5');
    assert.ok(duration >= 100 && duration <= 400, `${duration} ms`);
    const [, details] = await call.signal('Event', name => name === 'newDTMF');
    assert.deepEqual([details.originator, details.tone, details.transport], ['remote', '5', 'rfc4733']);
    // Chromium tells nobody of the events it receives, but it plays them: their two frequencies are in its sound.
    await session.page('listen');
    await call.sendDtmf('19*0#D', 'rfc4733');
    // On a busy machine Chromium plays a key with a gap in it; no key stands here twice in a row.
    const heard = async () => (await session.party.page.evaluate(() => party.heard)).replace(/(.)\1+/g, '$1');
    await until('Chromium hears all keys', async () => await heard() === '19*0#D', { look: heard });
    assert.ok((await session.events()).every(event => event.name !== 'newDTMF' || event.originator === 'local'));
    assert.equal(await call.get('State'), 'active');
    await growing(call, session, { frames: 0 });
  });
}

scenario('interop/tones/dtmf-by-rfc-4733-between-two-phones', async bench => {
  await bench.startKamailio();
  const alice = await bench.phone('alice');
  const bob = await bench.phone('bob', { id: 'org.example.Phone.Bob' });
  const out = await alice.dial(uriOf('bob'), { video: false });
  const into = await bob.incoming();
  await into.answer({ video: false });
  await Promise.all([out.active(), into.active()]);
  await until('sound', async () => (await into.statistics())['audio-packets-received'] > 20, { within: 15000 });
  await out.sendDtmf('42#', 'rfc4733');
  for (const tone of ['4', '2', '#'])
    assert.equal((await into.signal('DtmfReceived'))[0], tone);
  await into.sendDtmf('D', 'rfc4733');
  assert.equal((await out.signal('DtmfReceived'))[0], 'D');
});

scenario('interop/tones/info-both-ways', async bench => {
  const { call, session } = await connect(await people(bench), 'phone', { video: false });
  await call.sendInfo('text/plain', 'hello');
  const { contentType, body } = await session.event('newInfo', ({ originator }) => originator === 'remote');
  assert.deepEqual([contentType, body], ['text/plain', 'hello']);
  await session.do('sendInfo', 'application/x-door', 'open');
  assert.deepEqual(await call.signal('InfoReceived'), ['application/x-door', 'open']);
});

scenario('interop/tones/messages-both-ways', async bench => {
  const { phone, bob } = await people(bench);
  const id = await phone.account.sendMessage(uriOf('bob'), 'Grüße, 你好');
  const { body } = await bob.event('newMessage', ({ originator }) => originator === 'remote');
  assert.equal(body, 'Grüße, 你好');
  assert.deepEqual((await phone.account.finished(id)).slice(1), [200, '']);
  await bob.do('sendMessage', uriOf('alice'), 'and back: ünï');
  const [from, type, text] = await phone.account.signal('MessageReceived');
  assert.ok(from.includes(uriOf('bob')));
  assert.match(type, /^text\/plain/);
  assert.equal(text, 'and back: ünï');
});

scenario('interop/tones/a-message-to-nobody-fails-with-its-cause', async bench => {
  const { phone } = await people(bench);
  const id = await phone.account.sendMessage(`sip:nobody@${domain}`, 'hello?');
  assert.deepEqual((await phone.account.finished(id)).slice(1), [404, 'Not Found']);
});

scenario('interop/tones/options-both-ways', async bench => {
  const { phone, bob } = await people(bench);
  const id = await phone.account.sendOptions(uriOf('bob'));
  assert.equal((await phone.account.finished(id))[1], 200);
  const status = await bob.page.evaluate(target => new Promise(resolve => {
    party.ua.sendOptions(target, null, { eventHandlers: { succeeded: ({ response }) => resolve(response.status_code), failed: ({ response }) => resolve(response?.status_code ?? 0) } });
  }), uriOf('alice'));
  assert.equal(status, 200);
});
