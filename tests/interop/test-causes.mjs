// SPDX-License-Identifier: GPL-3.0-or-later
// Why a call came to nothing, in JsSIP's words and at both ends at once: what one end does, and what each of them calls it.
import { endedWith } from './lib/assertions.mjs';
import { people } from './lib/pair.mjs';
import { assert, scenario, uriOf } from './lib/scenario.mjs';

const causes = [
  [302, 'Redirected'], [403, 'Rejected'], [404, 'Not Found'], [408, 'Unavailable'], [410, 'Unavailable'], [480, 'Unavailable'],
  [484, 'Address Incomplete'], [486, 'Busy'], [488, 'Incompatible SDP'], [500, 'SIP Failure Code'], [600, 'Busy'], [603, 'Rejected'],
  [604, 'Not Found'], [606, 'Incompatible SDP'],
];

const failure = async session => {
  const { name, cause, originator, status } = await session.ended();
  return [name, cause, originator, status];
};

scenario('interop/causes/of-each-status-with-which-the-phone-declines', async bench => {
  const { phone, bob } = await people(bench);
  for (const [status, cause] of causes) {
    const session = await bob.call(uriOf('alice'), { video: false });
    const call = await phone.incoming();
    await call.hangUp({ status });
    await endedWith(call, { cause: 'Rejected', originator: 'local' });
    assert.deepEqual(await failure(session), ['failed', cause, 'remote', status]);
  }
});

scenario('interop/causes/of-each-status-with-which-jssip-declines', async bench => {
  const { phone, bob } = await people(bench);
  for (const [status, cause] of causes) {
    const call = await phone.dial(uriOf('bob'), { video: false });
    const session = await bob.incoming();
    await session.do('terminate', { status_code: status });
    await endedWith(call, { cause, status, originator: 'remote' });
    assert.deepEqual((await failure(session)).slice(0, 3), ['failed', 'Rejected', 'local']);
  }
});

scenario('interop/causes/authentication-error-when-the-server-refuses-our-password', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice', { account: { password: 'wrong', register: false }, registered: false });
  await phone.account.become({ State: 'connected' });
  await endedWith(await phone.dial(uriOf('bob')), { cause: 'Authentication Error', status: 407, originator: 'remote' });
});

scenario('interop/causes/jssip-may-not-use-its-microphone', async bench => {
  const { phone, bob } = await people(bench);
  await bob.page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  });
  const call = await phone.dial(uriOf('bob'));
  const session = await bob.incoming();
  await session.answer();
  await endedWith(call, { cause: 'Unavailable', status: 480, originator: 'remote' });
  assert.deepEqual((await failure(session)).slice(0, 3), ['failed', 'User Denied Media Access', 'local']);
});

const nonsense = ['^m=.*$', 'm=nonsense'];

scenario('interop/causes/of-descriptions-when-jssip-called', async bench => {
  const { phone, bob } = await people(bench);
  const tryWith = async (originator, type, pattern, replacement) => {
    await bob.rewrite(originator, type, pattern, replacement);
    const session = await bob.call(uriOf('alice'));
    const call = await phone.incoming();
    await call.answer();
    return { call, failed: await failure(session) };
  };
  // Offers that we cannot use.
  for (const [pattern, replacement] of [['^a=rtpmap:(\\d+) [^/]+/', 'a=rtpmap:$1 x-unheard-of/'], nonsense]) {
    const { call, failed } = await tryWith('local', 'offer', pattern, replacement);
    assert.deepEqual(failed, ['failed', 'Incompatible SDP', 'remote', 488]);
    await endedWith(call, { cause: 'WebRTC Error' });
  }
  // An answer that JsSIP cannot use.
  const { call, failed } = await tryWith('remote', 'answer', ...nonsense);
  assert.deepEqual(failed.slice(0, 2), ['failed', 'Bad Media Description']);
  await endedWith(call, { cause: 'Terminated', originator: 'remote' });
});

scenario('interop/causes/of-descriptions-when-the-phone-called', async bench => {
  const { phone, bob } = await people(bench);
  const tryWith = async (originator, type, pattern, replacement) => {
    await bob.rewrite(originator, type, pattern, replacement);
    const call = await phone.dial(uriOf('bob'));
    const session = await bob.incoming();
    await session.answer();
    return { call, failed: (await failure(session)).slice(0, 3) };
  };
  const offer = await tryWith('remote', 'offer', ...nonsense);
  await endedWith(offer.call, { cause: 'Incompatible SDP', status: 488, originator: 'remote' });
  assert.deepEqual(offer.failed, ['failed', 'WebRTC Error', 'system']);
  // An answer that we cannot use, and a 200 without any.
  for (const [pattern, replacement] of [nonsense, ['[^]', '']]) {
    const { call, failed } = await tryWith('local', 'answer', pattern, replacement);
    await endedWith(call, { cause: 'Bad Media Description' });
    assert.deepEqual(failed, ['ended', 'Terminated', 'remote']);
  }
});

scenario('interop/causes/an-invitation-of-jssip-expires', async bench => {
  const { phone, bob } = await people(bench);
  const session = await bob.call(uriOf('alice'), { extraHeaders: ['Expires: 1'] });
  const call = await phone.incoming();
  const all = await call.ended();
  assert.equal(all.EndCause, 'Expires');
  assert.deepEqual(await failure(session), ['failed', 'SIP Failure Code', 'remote', 487]);
});

scenario('interop/causes/the-server-is-gone-while-jssip-rings', async bench => {
  const { phone, bob } = await people(bench);
  const call = await phone.dial(uriOf('bob'));
  await bob.incoming();
  await call.become({ State: 'ringing' });
  await bench.kamailio.kill();
  await endedWith(call, { cause: 'Connection Error', originator: 'system' });
});
