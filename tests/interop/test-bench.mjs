// SPDX-License-Identifier: GPL-3.0-or-later
// The bench itself: without our phone, two JsSIP users talk through Kamailio, and by relay alone through coturn.
import { assert, scenario, until } from './lib/scenario.mjs';

async function callAndHangUp (alice, bob, pcConfig) {
  const there = await alice.call(bob.uri, { pcConfig });
  const here = await bob.incoming();
  await here.answer({ pcConfig });
  await there.event('confirmed');
  await here.event('confirmed');
  await until('frames arrive on both sides', async () => {
    const frames = await Promise.all([there, here].map(async session => (await session.statistics()).receiving.video?.frames ?? 0));
    return frames.every(count => count > 20);
  }, { within: 15000 });
  const { pair } = await there.statistics();
  await there.do('terminate');
  assert.equal((await here.event('ended')).originator, 'remote');
  return pair;
}

scenario('interop/bench/two-browsers-through-kamailio', async bench => {
  await bench.startKamailio();
  const alice = await bench.party('alice');
  const bob = await bench.party('bob');
  await callAndHangUp(alice, bob);
});

scenario('interop/bench/two-browsers-through-coturn', async bench => {
  await bench.startKamailio();
  const coturn = await bench.startCoturn();
  const alice = await bench.party('alice');
  const bob = await bench.party('bob');
  const pair = await callAndHangUp(alice, bob, { iceServers: [coturn.iceServer], iceTransportPolicy: 'relay' });
  assert.match(pair, /^relay /);
});
