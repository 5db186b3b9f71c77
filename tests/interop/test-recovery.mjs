// SPDX-License-Identifier: GPL-3.0-or-later
// Kamailio dies in the middle of a call: the call goes on, and the phone is back in its books soon after the restart.
import { flowing, growing } from './lib/assertions.mjs';
import { assert, scenario, uriOf } from './lib/scenario.mjs';

scenario('interop/recovery/kamailio-killed-and-restarted-during-a-call', async bench => {
  const kamailio = await bench.startKamailio();
  const phone = await bench.phone('alice');
  const bob = await bench.party('bob', { connection_recovery_min_interval: 1, connection_recovery_max_interval: 2 });
  const call = await phone.dial(uriOf('bob'));
  const session = await bob.incoming();
  await session.answer();
  await call.active();
  await flowing(call, session);

  await kamailio.kill();
  await phone.account.become({ State: state => state !== 'registered' }, { within: 11000 });
  await growing(call, session);
  assert.equal(await call.get('State'), 'active');

  await kamailio.restart();
  await phone.account.registered({ within: 5000 });
  await growing(call, session);
  assert.equal(await call.get('State'), 'active');
  await call.hangUp();
  await call.ended();
});

scenario('interop/recovery/a-server-that-falls-silent-is-noticed', async bench => {
  const kamailio = await bench.startKamailio();
  const phone = await bench.phone('alice');
  kamailio.child.signal('SIGSTOP');
  try {
    await phone.account.become({ State: state => state !== 'registered' }, { within: 11000 });
  } finally {
    kamailio.child.signal('SIGCONT');
  }
  await phone.account.registered({ within: 20000 });
});
