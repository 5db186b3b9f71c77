// SPDX-License-Identifier: GPL-3.0-or-later
// A call goes on when what it came about by is gone: when Kamailio dies (and the phone is back in its books soon after the restart), or when
// the phone loses its address.
import { endedWith, flowing, growing } from './lib/assertions.mjs';
import { callers, connect } from './lib/pair.mjs';
import { assert, scenario, until, uriOf } from './lib/scenario.mjs';

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

// The phone's network gives it another address in the middle of a call. JsSIP hangs up when the phone called and the other way round:
// either way a request finds the dialog's other end after the move.
for (const caller of callers) {
  scenario(`interop/recovery/a-call-goes-on-from-another-address-when-${caller}-called`, async bench => {
    const namespace = await bench.startNamespace();
    const kamailio = await bench.startKamailio({ host: namespace.host });
    const phone = await bench.phone('alice', { namespace, url: kamailio.wsOfHost });
    const bob = await bench.party('bob');
    const { call, session } = await connect({ phone, bob }, caller);
    const [{ from }] = await kamailio.contacts('alice');
    assert.equal(from, namespace.address);

    await namespace.move(3);
    await session.event('reinvite', undefined, { within: 5000 });
    await growing(call, session, { within: 20000 });
    await until('Kamailio knows the phone at its new address only', async () => {
      const contacts = await kamailio.contacts('alice');
      return contacts.length === 1 && contacts[0].from === namespace.address;
    }, { look: () => kamailio.contacts('alice') });
    await phone.account.registered();
    assert.equal(await call.get('State'), 'active');

    if (caller === 'phone')
      await session.do('terminate');
    else
      await call.hangUp();
    await endedWith(call, { cause: 'Terminated', originator: caller === 'phone' ? 'remote' : 'local' });
    assert.equal((await session.ended()).originator, caller === 'phone' ? 'local' : 'remote');
  });
}
