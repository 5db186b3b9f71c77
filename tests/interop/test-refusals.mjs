// SPDX-License-Identifier: GPL-3.0-or-later
// Calls that come to nothing, from both sides: each ends as it should, with the right cause at each end.
import { endedWith } from './lib/assertions.mjs';
import { assert, scenario, uriOf } from './lib/scenario.mjs';

scenario('interop/refusals/the-phone-declines', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  const bob = await bench.party('bob');
  const session = await bob.call(uriOf('alice'));
  const call = await phone.incoming();
  await call.hangUp();
  await endedWith(call, { cause: 'Rejected', originator: 'local' });
  const { status, cause } = await session.event('failed');
  assert.deepEqual([status, cause], [603, 'Rejected']);
});

scenario('interop/refusals/the-phone-declines-as-busy', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  const bob = await bench.party('bob');
  const session = await bob.call(uriOf('alice'));
  const call = await phone.incoming();
  await call.hangUp({ status: 486 });
  const { status, cause } = await session.event('failed');
  assert.deepEqual([status, cause], [486, 'Busy']);
});

for (const [status, cause] of [[486, 'Busy'], [603, 'Rejected'], [480, 'Unavailable'], [488, 'Incompatible SDP']]) {
  scenario(`interop/refusals/jssip-declines-with-${status}`, async bench => {
    await bench.startKamailio();
    const phone = await bench.phone('alice');
    const bob = await bench.party('bob');
    const call = await phone.dial(uriOf('bob'));
    const session = await bob.incoming();
    await session.do('terminate', { status_code: status });
    await endedWith(call, { cause, status, originator: 'remote' });
  });
}

scenario('interop/refusals/the-phone-cancels', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  const bob = await bench.party('bob');
  const call = await phone.dial(uriOf('bob'));
  const session = await bob.incoming();
  await call.become({ State: 'ringing' });
  await call.hangUp();
  await endedWith(call, { cause: 'Canceled', originator: 'local' });
  const { originator, cause } = await session.event('failed');
  assert.deepEqual([originator, cause], ['remote', 'Canceled']);
});

scenario('interop/refusals/jssip-cancels', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  const bob = await bench.party('bob');
  const session = await bob.call(uriOf('alice'));
  const call = await phone.incoming();
  await session.event('progress');
  await session.do('terminate');
  await endedWith(call, { cause: 'Canceled', originator: 'remote' });
  assert.equal((await session.event('failed')).cause, 'Canceled');
});

scenario('interop/refusals/nobody-answers-the-phone', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice', { account: { no_answer_timeout: 3 } });
  const bob = await bench.party('bob');
  const session = await bob.call(uriOf('alice'));
  const call = await phone.incoming();
  await endedWith(call, { cause: 'No Answer', originator: 'local' });
  const { status, cause } = await session.event('failed');
  assert.deepEqual([status, cause], [408, 'Unavailable']);
});

scenario('interop/refusals/nobody-answers-jssip', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  const bob = await bench.party('bob', { no_answer_timeout: 3 });
  const call = await phone.dial(uriOf('bob'));
  const session = await bob.incoming();
  assert.equal((await session.event('failed')).cause, 'No Answer');
  const { State, EndCause } = await endedWith(call, { originator: 'remote' });
  assert.deepEqual([State, EndCause], ['ended', 'Unavailable']);
});

scenario('interop/refusals/user-unknown-to-the-server', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  await endedWith(await phone.dial(uriOf('nobody')), { cause: 'Not Found', status: 404, originator: 'remote' });
});

scenario('interop/refusals/user-who-is-away', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  await endedWith(await phone.dial(uriOf('absent')), { cause: 'Unavailable', status: 480, originator: 'remote' });
});

scenario('interop/refusals/what-is-no-target-is-an-error-with-a-name', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  await assert.rejects(phone.dial(''), { name: 'org.example.Phone.Error.InvalidTarget' });
  await assert.rejects(phone.dial('sip:'), { name: 'org.example.Phone.Error.InvalidTarget' });
});

scenario('interop/refusals/no-account-is-an-error-with-a-name', async bench => {
  const phone = await bench.phone('alice', { account: null });
  await assert.rejects(phone.dial(uriOf('bob')), { name: 'org.example.Phone.Error.NoAccount' });
});
