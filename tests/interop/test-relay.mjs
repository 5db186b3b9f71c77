// SPDX-License-Identifier: GPL-3.0-or-later
// ICE where it is hard: relay alone, and servers that do not answer.
import { flowing } from './lib/assertions.mjs';
import { assert, scenario, uriOf } from './lib/scenario.mjs';

for (const direction of ['the-phone-calls', 'jssip-calls']) {
  scenario(`interop/relay/relay-alone-${direction}`, async bench => {
    await bench.startKamailio();
    const coturn = await bench.startCoturn();
    const pcConfig = { iceServers: [coturn.iceServer], iceTransportPolicy: 'relay' };
    const phone = await bench.phone('alice', { account: { pcConfig } });
    const bob = await bench.party('bob');
    let call, session;
    if (direction === 'the-phone-calls') {
      call = await phone.dial(uriOf('bob'));
      session = await bob.incoming();
      await session.answer();
    } else {
      session = await bob.call(uriOf('alice'));
      call = await phone.incoming();
      await call.answer();
    }
    await call.active({ within: 15000 });
    await flowing(call, session, { packets: 100, frames: 60, within: 20000 });
    assert.match((await call.statistics())['candidate-pair'], /^relay /);
  });
}

// 192.0.2.0/24 is for documents (RFC 5737): nothing answers there.
for (const [name, urls] of [['stun', 'stun:192.0.2.77:3478'], ['turn', 'turn:192.0.2.77:3478']]) {
  scenario(`interop/relay/unreachable-${name}-server-delays-no-invite`, async bench => {
    await bench.startKamailio();
    const phone = await bench.phone('alice', { account: { pcConfig: { iceServers: [{ urls, username: 'u', credential: 'c' }] } } });
    const bob = await bench.party('bob');
    const delays = [];
    let call;
    // Other work on the machine may delay one click, a gathering without an end delays every one.
    do {
      await call?.hangUp();
      await call?.ended();
      await bob.forgetCalls();
      const before = Date.now();
      call = await phone.dial(uriOf('bob'));
      await call.become({ State: state => ['dialing', 'ringing'].includes(state) });
      delays.push(Date.now() - before);
    } while (delays.at(-1) >= 700 && delays.length < 3);
    assert.ok(delays.at(-1) < 700, `the INVITEs left after ${delays} ms`);
    const session = await bob.incoming();
    await session.answer();
    await call.active();
    await flowing(call, session);
  });
}

scenario('interop/relay/turns-is-refused-with-a-sentence', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  const { writeFileSync } = await import('node:fs');
  const file = `${bench.directory}/turns.json`;
  writeFileSync(file, JSON.stringify({
    uri: uriOf('bob'), sockets: bench.kamailio.ws, pcConfig: { iceServers: [{ urls: 'turns:127.0.0.1:5349', username: 'u', credential: 'c' }] },
  }));
  const { status, stderr } = await phone.run('--add-account', file);
  assert.equal(status, 1);
  assert.match(stderr, /turns/);
});
