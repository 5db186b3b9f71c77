// SPDX-License-Identifier: GPL-3.0-or-later
// The phone and JsSIP call each other: twenty seconds of sound and picture, counted at both ends.
import { setTimeout as pause } from 'node:timers/promises';
import { counters, endedWith, flowing } from './lib/assertions.mjs';
import { assert, scenario, until, uriOf } from './lib/scenario.mjs';

const callTime = 20000;

async function talk (call, session) {
  await flowing(call, session, { packets: 1, frames: 1 });
  await pause(callTime);
  const { ours, theirs } = await until('each hears the other', async () => {
    const both = await counters(call, session);
    return both.ours.level > 0.01 && both.theirs.level > 0.01 && both;
  }, { look: () => counters(call, session) });
  for (const [side, { packets, lost, frames }] of Object.entries({ ours, theirs })) {
    assert.ok(frames > 300, `${side}: ${frames} frames decoded`);
    assert.ok(packets > 500, `${side}: ${packets} audio packets`);
    assert.equal(lost, 0, `${side}: audio packets lost`);
  }
  assert.equal(await call.get('Encrypted'), true);
}

for (const scheme of ['ws', 'wss']) {
  scenario(`interop/call/jssip-calls-the-phone-over-${scheme}-and-hangs-up`, async bench => {
    const kamailio = await bench.startKamailio();
    const account = scheme === 'wss' ? { tls: { ca: kamailio.authority.ca } } : {};
    const phone = await bench.phone('alice', { url: kamailio[scheme], account });
    const bob = await bench.party('bob', { display_name: 'Bob' });
    const session = await bob.call(uriOf('alice'));
    const call = await phone.incoming();
    const { State, Direction, RemoteUri, RemoteName } = await call.become({ State: 'incoming' });
    assert.deepEqual({ State, Direction, RemoteUri, RemoteName }, { State: 'incoming', Direction: 'incoming', RemoteUri: uriOf('bob'), RemoteName: 'Bob' });
    await session.event('progress');
    await call.answer();
    await session.event('confirmed');
    await call.active();
    await talk(call, session);
    await session.do('terminate');
    await endedWith(call, { cause: 'Terminated', originator: 'remote' });
    assert.equal((await session.ended()).originator, 'local');
  });

  scenario(`interop/call/the-phone-over-${scheme}-calls-jssip-and-hangs-up`, async bench => {
    const kamailio = await bench.startKamailio();
    const account = scheme === 'wss' ? { tls: { ca: kamailio.authority.ca } } : {};
    const phone = await bench.phone('alice', { url: kamailio[scheme], account });
    const bob = await bench.party('bob');
    const call = await phone.dial(uriOf('bob'));
    const session = await bob.incoming();
    await call.become({ State: 'ringing' });
    await session.answer();
    await session.event('confirmed');
    await call.active();
    await talk(call, session);
    const { StartTime } = await call.all();
    assert.ok(Math.abs(Date.now() - StartTime - callTime) < 5000);
    await call.hangUp();
    await endedWith(call, { cause: 'Terminated', originator: 'local' });
    const ended = await session.ended();
    assert.deepEqual([ended.name, ended.originator, ended.cause], ['ended', 'remote', 'Terminated']);
  });
}

scenario('interop/call/sound-alone-both-ways', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  const bob = await bench.party('bob');
  const call = await phone.dial(uriOf('bob'), { video: false });
  const session = await bob.incoming();
  await session.answer({ video: false });
  await call.active();
  await flowing(call, session, { packets: 100, frames: 0 });
  const { LocalVideo, RemoteVideo } = await call.all();
  assert.deepEqual([LocalVideo, RemoteVideo], [false, false]);
});

scenario('interop/call/answering-a-video-call-with-sound-alone', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  const bob = await bench.party('bob');
  const session = await bob.call(uriOf('alice'));
  const call = await phone.incoming();
  await call.answer({ video: false });
  await session.event('confirmed');
  await flowing(call, session, { packets: 50, frames: 0 });
  assert.equal(await call.get('LocalVideo'), false);
  assert.equal((await session.statistics()).receiving.video?.frames ?? 0, 0);
});
