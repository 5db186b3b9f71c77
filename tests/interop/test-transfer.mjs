// SPDX-License-Identifier: GPL-3.0-or-later
// Transfer among three parties: the phone as transferor, transferee and target.
import { flowing, growing } from './lib/assertions.mjs';
import { connect, people } from './lib/pair.mjs';
import { assert, scenario, until, uriOf } from './lib/scenario.mjs';

scenario('interop/transfer/blind-by-the-phone', async bench => {
  const parties = await people(bench);
  const carol = await bench.party('carol');
  const { call, session } = await connect(parties, 'phone', { video: false });
  await call.transfer(uriOf('carol'));
  assert.match((await session.event('refer')).referTo ?? uriOf('carol'), /carol/);
  const third = await carol.incoming();
  await third.answer({ video: false });
  await third.event('confirmed');
  await call.ended({ within: 15000 });
  assert.equal(await call.get('Originator'), 'local');
});

scenario('interop/transfer/blind-by-the-phone-to-nobody-keeps-the-call', async bench => {
  const parties = await people(bench);
  const { call, session } = await connect(parties, 'phone', { video: false });
  await call.transfer(uriOf('nobody'));
  await session.event('refer');
  // While a transfer is under way a second one is refused.
  await until('the transfer has failed', () => call.transfer(uriOf('absent')).then(() => true, () => false), { within: 15000 });
  assert.equal(await call.get('State'), 'active');
  assert.ok(!(await session.names()).includes('ended'));
});

scenario('interop/transfer/blind-of-the-phone', async bench => {
  const parties = await people(bench);
  const carol = await bench.party('carol');
  const { call, session } = await connect(parties, 'jssip', { video: false });
  await session.page('refer', uriOf('carol'));
  assert.equal((await session.event('refer requestSucceeded')).status, 202);
  const third = await carol.incoming();
  const next = await parties.phone.incoming();
  await third.answer({ video: false });
  await next.active();
  await flowing(next, third, { frames: 0 });
  assert.equal((await session.event('refer accepted')).status, 200);
  await session.do('terminate');
  await call.ended();
  assert.equal(await next.get('State'), 'active');
});

scenario('interop/transfer/blind-of-the-phone-to-a-foreign-domain-asks', async bench => {
  const parties = await people(bench);
  const { call, session } = await connect(parties, 'jssip', { video: false });
  await session.do('refer', 'sip:premium@elsewhere.test');
  await call.become({ TransferRequest: target => target.includes('premium@elsewhere.test') });
  assert.equal([...parties.phone.calls.values()].length, 1);
  await call.rejectTransfer();
  await call.become({ TransferRequest: '' });
  assert.equal(await call.get('State'), 'active');
});

scenario('interop/transfer/attended-by-the-phone', async bench => {
  const parties = await people(bench);
  const { phone } = parties;
  const carol = await bench.party('carol');
  const { call, session } = await connect(parties, 'phone', { video: false });
  const second = await phone.dial(carol.uri, { video: false });
  const consultation = await carol.incoming();
  await consultation.answer({ video: false });
  await second.active();
  await call.become({ LocalHold: true });
  await call.transferTo(second);
  await session.event('refer');
  await consultation.event('replaces');
  await Promise.all([call.ended({ within: 15000 }), second.ended({ within: 15000 })]);
  const joined = await consultation.followed();
  await joined.event('confirmed');
});

scenario('interop/transfer/attended-of-the-phone', async bench => {
  // bob calls alice (the phone) and carol, then sends alice to carol in his place.
  const parties = await people(bench);
  const { phone, bob } = parties;
  const carol = await bench.party('carol');
  const { call, session } = await connect(parties, 'jssip', { video: false });
  const consultation = await bob.call(carol.uri, { video: false });
  const atCarol = await carol.incoming();
  await atCarol.answer({ video: false });
  await consultation.event('confirmed');
  await session.page('refer', carol.uri, consultation.index);
  const next = await phone.incoming();
  await next.active();
  await atCarol.event('replaces');
  await flowing(next, await atCarol.followed(), { frames: 0 });
  assert.equal((await session.event('refer accepted')).status, 200);
  await consultation.ended();
  await session.do('terminate');
  await call.ended();
  assert.equal(await next.get('State'), 'active');
});

scenario('interop/transfer/the-phone-is-the-target-of-an-attended-one', async bench => {
  // bob calls carol and alice (the phone), then sends carol to alice: her INVITE replaces our call by itself.
  const parties = await people(bench);
  const { phone, bob } = parties;
  const carol = await bench.party('carol');
  const first = await bob.call(carol.uri, { video: false });
  const atCarol = await carol.incoming();
  await atCarol.answer({ video: false });
  await first.event('confirmed');
  const { call, session } = await connect(parties, 'jssip', { video: false });
  await first.page('refer', uriOf('alice'), session.index);
  const next = await phone.incoming();
  await next.active({ within: 15000 });
  await call.ended({ within: 15000 });
  await session.ended();
  await call.signal('Event', name => name === 'replaces');
  assert.equal((await first.event('refer accepted')).status, 200);
  assert.match(await next.get('RemoteUri'), /carol/);
  await flowing(next, await atCarol.followed(), { frames: 0 });
});

scenario('interop/transfer/the-phone-is-the-target-of-a-blind-one', async bench => {
  const { phone, bob } = await people(bench);
  const carol = await bench.party('carol');
  const first = await bob.call(carol.uri, { video: false });
  const atCarol = await carol.incoming();
  await atCarol.answer({ video: false });
  await first.event('confirmed');
  await first.page('refer', uriOf('alice'));
  const call = await phone.incoming();
  assert.match(await call.get('RemoteUri'), /carol/);
  await call.answer({ video: false });
  await call.active();
  await flowing(call, await atCarol.followed(), { frames: 0 });
  assert.equal((await first.event('refer accepted')).status, 200);
});

scenario('interop/transfer/blind-of-the-phone-to-nobody-keeps-the-call', async bench => {
  const { call, session } = await connect(await people(bench), 'jssip', { video: false });
  await session.page('refer', uriOf('nobody'));
  assert.equal((await session.event('refer failed')).status, 404);
  assert.equal(await call.get('State'), 'active');
  await growing(call, session, { frames: 0 });
});

scenario('interop/transfer/blind-by-the-phone-that-jssip-refuses', async bench => {
  const { call, session } = await connect(await people(bench), 'phone', { video: false });
  await session.party.refuse(403);
  await call.transfer(uriOf('carol'));
  await session.event('refer');
  await until('another transfer is possible', () => call.transfer(uriOf('carol')).then(() => true, () => false));
  assert.equal(await call.get('State'), 'active');
  await growing(call, session, { frames: 0 });
});

scenario('interop/transfer/attended-of-the-phone-to-a-call-that-is-gone', async bench => {
  const parties = await people(bench);
  const carol = await bench.party('carol');
  const { call, session } = await connect(parties, 'jssip', { video: false });
  const consultation = await parties.bob.call(carol.uri, { video: false });
  const atCarol = await carol.incoming();
  await atCarol.answer({ video: false });
  await consultation.event('confirmed');
  await atCarol.do('terminate');
  await consultation.ended();
  await session.page('refer', carol.uri, consultation.index);
  assert.equal((await session.event('refer failed')).status, 481);
  await until('nothing of it is left', async () => [...parties.phone.calls.values()].length === 2 && (await call.get('State')) === 'active');
  await growing(call, session, { frames: 0 });
});

scenario('interop/transfer/a-call-that-replaces-none-of-ours', async bench => {
  const { phone, bob } = await people(bench);
  const session = await bob.call(uriOf('alice'), { extraHeaders: ['Replaces: unheard-of;to-tag=1;from-tag=2'] });
  assert.equal((await session.event('failed')).status, 481);
  assert.equal(phone.calls.size, 0);
});
