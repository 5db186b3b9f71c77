// SPDX-License-Identifier: GPL-3.0-or-later
// A call that changes: video added and removed, re-INVITE and UPDATE with and without SDP, ICE restart, session timers.
import { counters, flowing, growing } from './lib/assertions.mjs';
import { callers, connect, people } from './lib/pair.mjs';
import { assert, scenario, until, uriOf } from './lib/scenario.mjs';

const renegotiate = (session, options) => until('JsSIP renegotiates', () => session.party.page.evaluate(
  ([i, options]) => party.calls[i].session.renegotiate(options), [session.index, options]));

const requests = (session, name) => session.names().then(names => names.filter(other => other === name).length);

for (const caller of callers) {
  scenario(`interop/renegotiation/the-phone-adds-and-removes-video-when-${caller}-called`, async bench => {
    const { call, session } = await connect(await people(bench), caller, { video: false });
    await call.setVideo(true);
    await call.become({ LocalVideo: true });
    await until('JsSIP sees us', async () => (await session.statistics()).receiving.video?.frames > 20, { within: 15000 });
    await call.setVideo(false);
    await call.become({ LocalVideo: false });
    const { theirs } = await counters(call, session);
    await until('sound goes on', async () => (await counters(call, session)).theirs.packets > theirs.packets + 20);
    await call.setVideo(true);
    await call.become({ LocalVideo: true });
    await until('JsSIP sees us again', async () => (await counters(call, session)).theirs.frames > theirs.frames + 20, { within: 15000 });
  });

  scenario(`interop/renegotiation/jssip-adds-video-when-${caller}-called`, async bench => {
    const { call, session } = await connect(await people(bench), caller, { video: false });
    await session.party.page.evaluate(async i => {
      const { session } = party.calls[i];
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
      session.connection.addTrack(stream.getVideoTracks()[0], stream);
      session.renegotiate();
    }, session.index);
    await call.become({ RemoteVideo: true, LocalVideo: false }, { within: 15000 });
    await until('we see JsSIP', async () => (await call.statistics())['video-frames-decoded'] > 20, { within: 15000, look: () => call.statistics() });
    await call.setVideo(true);
    await flowing(call, session, { frames: 20 });
  });

  for (const useUpdate of [false, true]) {
    const method = useUpdate ? 'update' : 'reinvite';
    scenario(`interop/renegotiation/jssip-${method}-with-sdp-when-${caller}-called`, async bench => {
      const { call, session } = await connect(await people(bench), caller);
      await renegotiate(session, { useUpdate });
      await call.signal('Event', name => name === method);
      await growing(call, session);
      assert.equal(await call.get('State'), 'active');
    });
  }

  scenario(`interop/renegotiation/the-phone-renegotiates-when-${caller}-called`, async bench => {
    const { call, session } = await connect(await people(bench), caller);
    await call.renegotiate();
    await until('JsSIP is asked', async () => await requests(session, 'reinvite') + await requests(session, 'update') > 0);
    await growing(call, session);
  });

  scenario(`interop/renegotiation/the-phone-restarts-ice-when-${caller}-called`, async bench => {
    const { call, session } = await connect(await people(bench), caller);
    const { ufrag } = await session.statistics();
    const begin = Date.now();
    await call.renegotiate({ iceRestart: true });
    await until('both ends are on new credentials', async () => {
      const { ufrag: now, dtls } = await session.statistics();
      return now !== ufrag && dtls === 'connected';
    }, { within: 10000, look: () => session.statistics() });
    await growing(call, session, { packets: 1, frames: 1 });
    const took = Date.now() - begin;
    assert.ok(took < 4500, `picture back after ${took} ms`);
    await growing(call, session);
  });

  scenario(`interop/renegotiation/jssip-restarts-ice-when-${caller}-called`, async bench => {
    const { call, session } = await connect(await people(bench), caller);
    await renegotiate(session, { rtcOfferConstraints: { iceRestart: true } });
    await call.signal('Event', name => name === 'reinvite');
    await growing(call, session);
    await renegotiate(session, { rtcOfferConstraints: { iceRestart: true } });
    await growing(call, session);
  });
}

// What JsSIP made of the negotiation of RFC 4028; 90 s is the shortest interval it knows, so a refresh is due after 45 s.
const timersOf = session => session.party.page.evaluate(i => {
  const { enabled, running, currentExpires, refresher } = party.calls[i].session._sessionTimers;
  return { enabled, running, currentExpires, refresher: refresher ? 'jssip' : 'phone' };
}, session.index);

const timersFor = refresher => ({
  account: { session_timers: true, session_timers_force_refresher: refresher === 'phone' },
  configuration: { session_timers: true, session_timers_force_refresher: refresher === 'jssip' },
});

for (const caller of callers) {
  scenario(`interop/renegotiation/session-timer-agreed-when-${caller}-called`, async bench => {
    const { call, session } = await connect(await people(bench, timersFor(caller)), caller, { video: false });
    assert.deepEqual(await timersOf(session), { enabled: true, running: true, currentExpires: 90, refresher: caller });
    assert.equal(await call.get('State'), 'active');
  });
}

scenario('interop/renegotiation/session-timer-refreshed-by-the-phone', async bench => {
  const { call, session } = await connect(await people(bench, timersFor('phone')), 'phone', { video: false });
  await until('the refresh comes', async () => (await session.names()).some(name => name === 'reinvite' || name === 'update'), { within: 60000 });
  assert.equal((await timersOf(session)).running, true);
  await growing(call, session, { frames: 0 });
}, { within: 120000 });

scenario('interop/renegotiation/session-timer-refreshed-by-jssip', async bench => {
  const { call, session } = await connect(await people(bench, timersFor('jssip')), 'jssip', { video: false });
  // What JsSIP does when its timer is up.
  await session.party.page.evaluate(i => party.calls[i].session._sendUpdate(), session.index);
  await call.signal('Event', name => name === 'reinvite' || name === 'update');
  assert.equal(await call.get('State'), 'active');
  await growing(call, session, { frames: 0 });
});

scenario('interop/renegotiation/jssip-reinvite-without-sdp', async bench => {
  const { call, session } = await connect(await people(bench));
  const answer = await session.party.page.evaluate(i => new Promise(resolve => {
    const { session } = party.calls[i];
    session.sendRequest('OPTIONS', { eventHandlers: { onSuccessResponse: ({ status_code }) => resolve(status_code), onErrorResponse: ({ status_code }) => resolve(status_code) } });
  }), session.index);
  assert.equal(answer, 200);
  const offer = await session.party.page.evaluate(i => new Promise(resolve => {
    const { session } = party.calls[i];
    session.sendRequest('INVITE', {
      extraHeaders: [`Contact: ${session._contact}`],
      eventHandlers: {
        onSuccessResponse: response => { resolve(response.body); session.sendRequest('ACK', { extraHeaders: ['Content-Type: application/sdp'], body: session.connection.localDescription.sdp }); },
        onErrorResponse: ({ status_code }) => resolve(`refused ${status_code}`),
      },
    });
  }), session.index);
  assert.match(offer, /^v=0/);
  await growing(call, session);
});

scenario('interop/renegotiation/jssip-update-without-sdp', async bench => {
  const { call, session } = await connect(await people(bench));
  const status = await session.party.page.evaluate(i => new Promise(resolve => {
    party.calls[i].session.sendRequest('UPDATE', { eventHandlers: { onSuccessResponse: ({ status_code }) => resolve(status_code), onErrorResponse: ({ status_code }) => resolve(status_code) } });
  }), session.index);
  assert.equal(status, 200);
  await growing(call, session);
});

scenario('interop/renegotiation/a-call-with-no-answering-picture-shows-none', async bench => {
  const { phone, bob } = await people(bench);
  const call = await phone.dial(uriOf('bob'));
  const session = await bob.incoming();
  await session.answer({ video: false });
  await call.active();
  await flowing(call, session, { packets: 30, frames: 0 });
  assert.equal(await call.get('RemoteVideo'), false);
});
