// SPDX-License-Identifier: GPL-3.0-or-later
// How calls begin besides the plain way: anonymous, early media, redirected, forked, cancelled at every moment.
import { endedWith, flowing, growing } from './lib/assertions.mjs';
import { connect, people } from './lib/pair.mjs';
import { assert, scenario, until, uriOf } from './lib/scenario.mjs';

scenario('interop/setup/anonymous-by-the-phone', async bench => {
  const { phone, bob } = await people(bench);
  const call = await phone.dial(uriOf('bob'), { anonymous: true });
  const session = await bob.incoming();
  const identity = await bob.page.evaluate(i => party.calls[i].session.remote_identity.toString(), session.index);
  assert.match(identity, /anonymous@anonymous\.invalid/i);
  await session.answer();
  await call.active();
  await call.hangUp();
  await session.ended();
});

scenario('interop/setup/anonymous-by-jssip', async bench => {
  const { phone, bob } = await people(bench);
  const session = await bob.call(uriOf('alice'), { anonymous: true });
  const call = await phone.incoming();
  assert.match(await call.get('RemoteUri'), /anonymous\.invalid/);
  await call.answer();
  await session.event('confirmed');
});

scenario('interop/setup/early-media-from-jssip', async bench => {
  // JsSIP never sends early media: its first 200 is sent as a 183, and the 200 when the page is told so.
  const { phone, bob } = await people(bench);
  await bob.page.evaluate(() => {
    party.onSession = ({ originator, request }) => {
      if (originator !== 'remote')
        return;
      const reply = request.reply.bind(request);
      request.reply = (status, reason, headers, body, ...callbacks) => {
        if (status !== 200)
          return reply(status, reason, headers, body, ...callbacks);
        reply(183, 'Session Progress', headers, body);
        party.pickUp = () => reply(status, reason, headers, body, ...callbacks);
      };
    };
  });
  const call = await phone.dial(uriOf('bob'));
  const session = await bob.incoming();
  await session.answer();
  await until('we hear before the answer', async () => (await call.statistics())['audio-packets-received'] > 20, { within: 15000, look: () => call.statistics() });
  assert.notEqual(await call.get('State'), 'active');
  await bob.page.evaluate(() => party.pickUp());
  await call.active();
  await flowing(call, session);
});

scenario('interop/setup/redirected-by-jssip', async bench => {
  const { phone, bob } = await people(bench);
  const call = await phone.dial(uriOf('bob'));
  const session = await bob.incoming();
  await session.do('terminate', { status_code: 302, reason_phrase: 'Moved Temporarily', extraHeaders: [`Contact: <${uriOf('carol')}>`] });
  await endedWith(call, { cause: 'Redirected', status: 302, originator: 'remote' });
});

scenario('interop/setup/forked-call-where-one-device-answers', async bench => {
  const { phone, bob } = await people(bench);
  const tablet = await bench.party('bob');
  const call = await phone.dial(uriOf('bob'));
  const [desk, other] = await Promise.all([bob.incoming(), tablet.incoming()]);
  await other.answer();
  await call.active();
  assert.equal((await desk.event('failed')).cause, 'Canceled');
  await flowing(call, other);
  await other.do('terminate');
  await endedWith(call, { cause: 'Terminated', originator: 'remote' });
});

scenario('interop/setup/forked-call-answered-elsewhere-is-not-missed', async bench => {
  await bench.startKamailio();
  const desk = await bench.phone('alice');
  const laptop = await bench.phone('alice', { id: 'org.example.Phone.Laptop' });
  const bob = await bench.party('bob');
  const session = await bob.call(uriOf('alice'));
  const [here, there] = await Promise.all([desk.incoming(), laptop.incoming()]);
  await there.answer();
  await session.event('confirmed');
  await endedWith(here, { originator: 'remote' });
  await flowing(there, session);
});

scenario('interop/setup/forked-call-to-the-phone-and-jssip', async bench => {
  // alice has the phone and JsSIP; whichever does not answer falls silent.
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  const tablet = await bench.party('alice');
  const bob = await bench.party('bob');
  const first = await bob.call(uriOf('alice'), { video: false });
  const [call, there] = await Promise.all([phone.incoming(), tablet.incoming()]);
  await there.answer({ video: false });
  await first.event('confirmed');
  await endedWith(call, { cause: 'Canceled', originator: 'remote' });
  await first.do('terminate');
  await there.ended();
  const second = await bob.call(uriOf('alice'), { video: false });
  const [other, here] = await Promise.all([phone.incoming(), tablet.incoming()]);
  await other.answer({ video: false });
  await second.event('confirmed');
  assert.equal((await here.event('failed')).cause, 'Canceled');
  await flowing(other, second, { frames: 0 });
});

scenario('interop/setup/forked-call-to-the-phone-and-jssip-where-one-is-busy', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  const tablet = await bench.party('alice');
  const bob = await bench.party('bob');
  const first = await bob.call(uriOf('alice'), { video: false });
  const [busy, there] = await Promise.all([phone.incoming(), tablet.incoming()]);
  await busy.hangUp({ status: 486 });
  await busy.ended();
  await there.answer({ video: false });
  await first.event('confirmed');
  await first.do('terminate');
  const second = await bob.call(uriOf('alice'), { video: false });
  const [call, silent] = await Promise.all([phone.incoming(), tablet.incoming()]);
  await silent.do('terminate', { status_code: 486 });
  await call.answer({ video: false });
  await second.event('confirmed');
  await flowing(call, second, { frames: 0 });
  await second.do('terminate');
  // Who declines for good declines for all.
  const third = await bob.call(uriOf('alice'), { video: false });
  const [declined, spared] = await Promise.all([phone.incoming(), tablet.incoming()]);
  await declined.hangUp();
  assert.equal((await third.event('failed')).cause, 'Rejected');
  assert.equal((await spared.event('failed')).cause, 'Canceled');
});

scenario('interop/setup/forked-call-where-one-device-is-busy', async bench => {
  const { phone, bob } = await people(bench);
  const tablet = await bench.party('bob');
  const call = await phone.dial(uriOf('bob'), { video: false });
  const [desk, other] = await Promise.all([bob.incoming(), tablet.incoming()]);
  await desk.do('terminate', { status_code: 486 });
  await other.answer({ video: false });
  await call.active();
  await flowing(call, other, { frames: 0 });
  await call.hangUp();
  await other.ended();
  const again = await phone.dial(uriOf('bob'), { video: false });
  const both = await Promise.all([bob.incoming(), tablet.incoming()]);
  for (const session of both)
    await session.do('terminate', { status_code: 486 });
  await endedWith(again, { cause: 'Busy', status: 486, originator: 'remote' });
});

scenario('interop/setup/forked-call-answered-by-both-at-once', async bench => {
  const { phone, bob } = await people(bench);
  const tablet = await bench.party('bob');
  const call = await phone.dial(uriOf('bob'));
  const sessions = await Promise.all([bob.incoming(), tablet.incoming()]);
  await Promise.all(sessions.map(session => session.answer()));
  await call.active();
  // One of them stays; the other is cancelled or gets a BYE.
  await until('one device is left', async () => {
    const endings = await Promise.all(sessions.map(async session => (await session.names()).some(name => name === 'failed' || name === 'ended')));
    return endings.filter(Boolean).length === 1;
  }, { within: 15000 });
  await call.hangUp();
  await Promise.all(sessions.map(session => session.ended()));
});

for (const wait of [0, 30, 100, 300, 600]) {
  scenario(`interop/setup/cancel-${wait}-ms-after-dialling`, async bench => {
    const { phone, bob } = await people(bench);
    const call = await phone.dial(uriOf('bob'));
    await new Promise(resolve => setTimeout(resolve, wait));
    await call.hangUp();
    await endedWith(call, { cause: 'Canceled', originator: 'local' });
    // If JsSIP rang at all, it stopped; and the line works.
    await until('JsSIP rings no more', () => bob.page.evaluate(() => party.calls.every(({ session }) => session.isEnded())));
    await bob.forgetCalls();
    await connect({ phone, bob }, 'phone', { video: false });
  });
}

scenario('interop/setup/cancel-crossing-the-answer', async bench => {
  const { phone, bob } = await people(bench);
  const call = await phone.dial(uriOf('bob'));
  const session = await bob.incoming();
  await call.become({ State: 'ringing' });
  // Where the CANCEL is the first to arrive there is nothing left to answer.
  await Promise.all([session.answer().catch(() => {}), call.hangUp()]);
  await call.ended();
  await session.ended({ within: 15000 });
});

scenario('interop/setup/jssip-cancels-while-the-phone-answers', async bench => {
  const { phone, bob } = await people(bench);
  const session = await bob.call(uriOf('alice'));
  const call = await phone.incoming();
  await session.event('progress');
  await Promise.all([call.answer().catch(() => {}), session.do('terminate')]);
  await call.ended({ within: 40000 });
  await session.ended({ within: 40000 });
});

// What is on its way while the other end changes its mind: messages kept back at JsSIP's socket cross for certain.
scenario('interop/setup/our-cancel-crosses-the-200-of-jssip', async bench => {
  const { phone, bob } = await people(bench);
  await bob.keep('out', '^SIP/2\\.0 200[^]*CSeq: \\d+ INVITE');
  const call = await phone.dial(uriOf('bob'));
  const session = await bob.incoming();
  await call.become({ State: 'ringing' });
  await session.answer();
  await bob.kept('out');
  await call.hangUp();
  await bob.release();
  // The 200 stands: it gets its ACK, and a BYE at once.
  await session.event('confirmed');
  assert.deepEqual([(await session.ended()).name, (await session.ended()).originator], ['ended', 'remote']);
  await endedWith(call, { cause: 'Canceled', originator: 'local' });
  await bob.forgetCalls();
  await connect({ phone, bob }, 'phone', { video: false });
});

scenario('interop/setup/a-cancel-of-jssip-crosses-our-200', async bench => {
  const { phone, bob } = await people(bench);
  await bob.keep('in', '^SIP/2\\.0 100');
  const session = await bob.call(uriOf('alice'));
  const call = await phone.incoming();
  await bob.kept('in');
  await call.answer();
  await call.become({ State: 'answering' });
  await until('our 200 is on its way', () => bob.page.evaluate(() => party.kept('in') >= 3));
  await session.do('terminate');
  await bob.release();
  await endedWith(call, { cause: 'Terminated', originator: 'remote' });
  assert.equal((await session.ended()).cause, 'Canceled');
  await bob.forgetCalls();
  await connect({ phone, bob }, 'jssip', { video: false });
});

scenario('interop/setup/an-answer-after-the-cancel-of-jssip-is-refused', async bench => {
  const { phone, bob } = await people(bench);
  const session = await bob.call(uriOf('alice'));
  const call = await phone.incoming();
  await session.event('progress');
  await session.do('terminate');
  await call.ended();
  await assert.rejects(call.answer(), { name: 'org.example.Phone.Error.InvalidState' });
  await endedWith(call, { cause: 'Canceled', originator: 'remote' });
});

scenario('interop/setup/the-offers-of-both-cross', async bench => {
  const { call, session } = await connect(await people(bench));
  // Our re-INVITE stands before JsSIP's socket while its own goes out: we answer 491, and so does it.
  await session.party.keep('in', '^INVITE ');
  await call.hold();
  await session.party.kept('in');
  await session.page('offerAgain');
  await until('our refusal stands behind it', () => session.party.page.evaluate(() => party.kept('in') >= 3));
  await session.party.release();
  // JsSIP tries again under the same number; ours comes again under the next (RFC 3261 §12.2.1.1).
  assert.equal((await session.event('offered')).status, 200);
  await until('our offer comes again', async () => (await session.names()).filter(name => name === 'reinvite').length === 2);
  await call.become({ LocalHold: true, State: 'active' });
  await session.event('hold');
  await call.unhold();
  await call.become({ LocalHold: false });
  await growing(call, session);
});

scenario('interop/setup/an-invite-of-jssip-without-an-offer', async bench => {
  const { phone, bob } = await people(bench);
  const session = await bob.callWithoutOffer(uriOf('alice'));
  const call = await phone.incoming();
  await call.answer();
  await call.active();
  await session.event('confirmed');
  await flowing(call, session);
  await session.do('terminate');
  await endedWith(call, { cause: 'Terminated', originator: 'remote' });
});

scenario('interop/setup/two-calls-at-once-share-the-camera', async bench => {
  const parties = await people(bench);
  const carol = await bench.party('carol');
  const { call, session } = await connect(parties);
  const other = await carol.call(uriOf('alice'));
  const second = await parties.phone.incoming();
  await second.answer();
  await second.active();
  await flowing(second, other);
  await call.become({ LocalHold: true });
  await second.hangUp();
  await other.ended();
  await call.unhold();
  await call.become({ LocalHold: false });
  await flowing(call, session);
});

scenario('interop/setup/events-in-the-order-of-jssip', async bench => {
  const { call, session } = await connect(await people(bench), 'phone', { video: false });
  await call.hangUp();
  await call.ended();
  const ours = call.events.filter(name => ['connecting', 'sending', 'progress', 'accepted', 'confirmed', 'ended'].includes(name));
  assert.deepEqual([...new Set(ours)], ['connecting', 'sending', 'progress', 'accepted', 'confirmed', 'ended']);
  assert.ok(await session.ended());
});
