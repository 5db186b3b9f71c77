// SPDX-License-Identifier: GPL-3.0-or-later
// ICE where it is hard: relay alone, and servers that do not answer.
import { counters, flowing, growing } from './lib/assertions.mjs';
import { assert, scenario, until, uriOf } from './lib/scenario.mjs';

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

// Two phones whose media goes by relay alone, and how much each has received so far.
async function meetByRelay (bench, coturn) {
  const account = { pcConfig: { iceServers: [coturn.iceServer], iceTransportPolicy: 'relay' } };
  const alice = await bench.phone('alice', { account });
  const bob = await bench.phone('bob', { id: 'org.example.Phone.Bob', account });
  const out = await alice.dial(uriOf('bob'));
  const into = await bob.incoming();
  await into.answer();
  await Promise.all([out.active({ within: 15000 }), into.active({ within: 15000 })]);
  const calls = [out, into];
  const counts = async () => (await Promise.all(calls.map(call => call.statistics())))
    .map(all => ({ packets: all['audio-packets-received'] ?? 0, frames: all['video-frames-decoded'] ?? 0 }));
  const grow = async (packets, frames, within) => {
    let before = await counts();
    let now;
    return until('sound and picture come to both phones', async () => {
      now = await counts();
      // A new path counts from nothing.
      before = before.map((all, i) => now[i].packets < all.packets ? { packets: 0, frames: Math.min(all.frames, now[i].frames) } : all);
      return now.every((all, i) => all.packets >= before[i].packets + packets && all.frames >= before[i].frames + frames);
    }, { within, look: () => ({ before, now }) });
  };
  return { calls, grow };
}

// A path that is silent is given up within ten to fourteen seconds.
const noticed = 20000;

scenario('interop/relay/a-relay-that-forgets-is-noticed', async bench => {
  await bench.startKamailio();
  const coturn = await bench.startCoturn();
  const { calls, grow } = await meetByRelay(bench, coturn);
  await grow(100, 60, 20000);
  await coturn.kill();
  await coturn.restart();
  await until('a phone asks for a new path', () => calls.some(({ events }) => events.includes('reinvite')), { within: noticed });
  await grow(50, 30, 20000);
  await Promise.all(calls.map(call => call.become({ State: 'active' })));
});

scenario('interop/relay/jssip-restarts-ice-when-the-relay-forgot', async bench => {
  await bench.startKamailio();
  const coturn = await bench.startCoturn();
  const pcConfig = { iceServers: [coturn.iceServer], iceTransportPolicy: 'relay' };
  const phone = await bench.phone('alice', { account: { pcConfig } });
  const bob = await bench.party('bob');
  const call = await phone.dial(uriOf('bob'));
  const session = await bob.incoming();
  await session.answer({ pcConfig });
  await call.active({ within: 15000 });
  await flowing(call, session, { within: 20000 });
  await coturn.kill();
  await coturn.restart();
  let last, since;
  await until('the phone hears nothing', async () => {
    const { ours: { packets } } = await counters(call, session);
    if (packets !== last)
      [last, since] = [packets, Date.now()];
    return Date.now() - since > 4500;
  }, { within: 15000 });
  await session.party.page.evaluate(i => party.calls[i].session.renegotiate({ rtcOfferConstraints: { iceRestart: true } }), session.index);
  await call.signal('Event', name => name === 'reinvite');
  await growing(call, session, { within: 20000 });
  const ours = (await session.events()).filter(({ name, originator }) => name === 'sdp' && originator === 'remote')
    .map(({ sdp }) => sdp.match(/^a=ice-ufrag:(\S+)/m)[1]);
  assert.equal(new Set(ours).size, ours.length, 'each of our descriptions has credentials of its own');
});

scenario('interop/relay/a-relay-that-is-gone-is-awaited', async bench => {
  await bench.startKamailio();
  const coturn = await bench.startCoturn();
  const { calls, grow } = await meetByRelay(bench, coturn);
  await grow(100, 60, 20000);
  await coturn.kill();
  await until('a phone seeks a relay in vain', () => calls.some(({ events }) => events.includes('peerconnection:createofferfailed')), { within: noticed });
  await coturn.restart();
  await grow(50, 30, 20000);
  await Promise.all(calls.map(call => call.become({ State: 'active' })));
});

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
