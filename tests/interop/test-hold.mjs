// SPDX-License-Identifier: GPL-3.0-or-later
// Hold and mute, from either side and in either direction of the call.
import { counters, growing } from './lib/assertions.mjs';
import { callers, connect, people } from './lib/pair.mjs';
import { assert, scenario, until } from './lib/scenario.mjs';

// The direction of a kind in the last description of this originator that the session saw.
async function direction (session, originator, kind = 'audio') {
  const { sdp } = (await session.events()).filter(event => event.name === 'sdp' && event.originator === originator).at(-1);
  const section = sdp.split(/^m=/m).find(part => part.startsWith(kind));
  return section.match(/^a=(sendrecv|sendonly|recvonly|inactive)/m)?.[1] ?? 'sendrecv';
}

async function silent (count, what) {
  let last;
  await until(`${what} stop`, async () => {
    const now = await count();
    const stopped = now === last;
    last = now;
    if (!stopped)
      await new Promise(resolve => setTimeout(resolve, 500));
    return stopped;
  }, { within: 8000 });
}

for (const caller of callers) {
  scenario(`interop/hold/the-phone-holds-when-${caller}-called`, async bench => {
    const { call, session } = await connect(await people(bench), caller);
    await call.hold();
    await session.event('hold', ({ originator }) => originator === 'remote');
    await call.become({ LocalHold: true, RemoteHold: false });
    assert.ok(['sendonly', 'inactive'].includes(await direction(session, 'remote')));
    assert.ok(['sendonly', 'inactive'].includes(await direction(session, 'remote', 'video')));
    assert.deepEqual(await session.isOnHold(), { local: false, remote: true });
    await silent(async () => (await session.statistics()).receiving.video.frames, 'pictures');
    await until('JsSIP hears nothing', async () => await session.level() < 0.001, { look: () => session.level() });
    await call.unhold();
    await session.event('unhold', ({ originator }) => originator === 'remote');
    await call.become({ LocalHold: false });
    assert.equal(await direction(session, 'remote'), 'sendrecv');
    await growing(call, session);
    await until('JsSIP hears us again', async () => await session.level() > 0.001);
  });

  scenario(`interop/hold/jssip-holds-when-${caller}-called`, async bench => {
    const { call, session } = await connect(await people(bench), caller);
    await session.do('hold');
    await session.event('hold', ({ originator }) => originator === 'local');
    await call.become({ RemoteHold: true, LocalHold: false });
    await call.signal('Event', name => name === 'hold');
    assert.equal(await direction(session, 'remote'), 'recvonly');
    assert.equal(await direction(session, 'remote', 'video'), 'recvonly');
    await silent(async () => (await session.statistics()).receiving.video.frames, 'our pictures');
    await until('we hear nothing', async () => (await call.statistics())['audio-level-in'] < 0.001, { look: () => call.statistics() });
    await session.do('unhold');
    await call.become({ RemoteHold: false });
    await call.signal('Event', name => name === 'unhold');
    await growing(call, session);
    await until('we hear JsSIP again', async () => (await call.statistics())['audio-level-in'] > 0.001, { look: () => call.statistics() });
  });

  scenario(`interop/hold/both-at-once-when-${caller}-called`, async bench => {
    const { call, session } = await connect(await people(bench), caller);
    await call.hold();
    await session.event('hold', ({ originator }) => originator === 'remote');
    await call.become({ LocalHold: true });
    // Not in our offer's way: JsSIP takes what it refuses by 491 all the same, and that undoes its own offer and ends the call.
    await until('JsSIP is ready to hold', () => session.party.page.evaluate(i => party.calls[i].session.hold(), session.index));
    await call.become({ LocalHold: true, RemoteHold: true });
    assert.equal(await direction(session, 'local'), 'inactive');
    await silent(async () => {
      const { ours, theirs } = await counters(call, session);
      return `${ours.frames} ${theirs.frames}`;
    }, 'the pictures both ways');
    await call.unhold();
    // JsSIP writes its hold into offers alone: its answer says that it takes everything again, and what crossed the wire counts.
    await call.become({ LocalHold: false, RemoteHold: false });
    assert.equal(await direction(session, 'local'), 'sendrecv');
    await until('JsSIP is ready to unhold', () => session.party.page.evaluate(i => party.calls[i].session.unhold(), session.index));
    await session.event('unhold', ({ originator }) => originator === 'local');
    await growing(call, session);
  });
}

scenario('interop/hold/at-the-very-same-moment', async bench => {
  const { call, session } = await connect(await people(bench));
  await session.page('refuseWhileOffering');
  await Promise.all([call.hold(), session.do('hold')]);
  // Glare: whoever was refused by 491 tries again or not; the call lives, and both can be brought back.
  await call.become({ LocalHold: true }, { within: 15000 });
  assert.equal(await call.get('State'), 'active');
  await until('the phone can unhold', () => call.unhold().then(() => true, () => false), { within: 15000 });
  await call.become({ LocalHold: false }, { within: 15000 });
  await until('JsSIP can unhold', () => session.party.page.evaluate(i => {
    const { session } = party.calls[i];
    return !session.isOnHold().local || session.unhold();
  }, session.index), { within: 15000 });
  await call.become({ RemoteHold: false }, { within: 15000 });
  await growing(call, session);
});

scenario('interop/hold/our-hold-crosses-that-of-jssip', async bench => {
  const { call, session } = await connect(await people(bench));
  await session.page('refuseWhileOffering');
  await session.party.keep('in', '^INVITE ');
  await call.hold();
  await session.party.kept('in');
  await session.do('hold');
  await until('our refusal stands behind it', () => session.party.page.evaluate(() => party.kept('in') >= 3));
  await session.party.release();
  // The repeat comes under the old number, and is answered.
  await call.become({ RemoteHold: true });
  await call.become({ LocalHold: true, State: 'active' });
  await session.event('hold', ({ originator }) => originator === 'remote');
  assert.deepEqual(await session.isOnHold(), { local: true, remote: true });
  await call.unhold();
  await session.event('unhold', ({ originator }) => originator === 'remote');
  await until('JsSIP is ready to unhold', () => session.party.page.evaluate(i => party.calls[i].session.unhold(), session.index));
  await call.become({ RemoteHold: false });
  await growing(call, session);
});

scenario('interop/hold/a-refused-hold-ends-nothing', async bench => {
  const { call, session } = await connect(await people(bench));
  await session.party.page.evaluate(i => {
    const { session } = party.calls[i];
    session.once('reinvite', data => data.reject({ status_code: 488 }));
    session.once('update', data => data.reject({ status_code: 488 }));
  }, session.index);
  await call.hold();
  await until('the refusal came', async () => (await session.names()).some(name => name === 'reinvite' || name === 'update'));
  await call.become({ LocalHold: false });
  assert.equal(await call.get('State'), 'active');
  await growing(call, session);
});

scenario('interop/hold/mute-of-microphone-and-camera', async bench => {
  const { call, session } = await connect(await people(bench));
  const level = () => session.level();
  await until('JsSIP hears the tone', async () => await level() > 0.001);
  await until('JsSIP sees the pattern', async () => await session.party.brightness() > 20);
  await call.mute(true, true);
  await call.become({ MicrophoneMuted: true, CameraMuted: true });
  await until('silence', async () => await level() < 0.001);
  await until('black', async () => await session.party.brightness() < 12, { look: () => session.party.brightness() });
  await call.mute(false, false);
  await call.become({ MicrophoneMuted: false, CameraMuted: false });
  await until('the tone again', async () => await level() > 0.001);
  await until('the pattern again', async () => await session.party.brightness() > 20);
});

scenario('interop/hold/jssip-mutes', async bench => {
  const { call, session } = await connect(await people(bench));
  await until('we hear something', async () => (await call.statistics())['audio-level-in'] > 0);
  await session.do('mute', { audio: true, video: true });
  await until('silence', async () => (await call.statistics())['audio-level-in'] < 0.0001, { look: () => call.statistics() });
  await session.do('unmute', { audio: true, video: true });
  await until('sound again', async () => (await call.statistics())['audio-level-in'] > 0.0001);
});

scenario('interop/hold/a-second-call-holds-the-first', async bench => {
  const parties = await people(bench);
  const { phone } = parties;
  const { call, session } = await connect(parties);
  const carol = await bench.party('carol');
  const second = await phone.dial(carol.uri);
  const other = await carol.incoming();
  await other.answer();
  await second.active();
  await call.become({ LocalHold: true });
  await session.event('hold', ({ originator }) => originator === 'remote');
  await until('the second has a picture', async () => (await other.statistics()).receiving.video?.frames > 10, { within: 15000 });
  await second.hangUp();
  await call.unhold();
  await call.become({ LocalHold: false });
  await growing(call, session);
});
