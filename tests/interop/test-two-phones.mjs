// SPDX-License-Identifier: GPL-3.0-or-later
// Two phones, two application ids, one desktop: through Kamailio, and through the exchange that one of them brings along.
import { endedWith } from './lib/assertions.mjs';
import { assert, scenario, until, uriOf } from './lib/scenario.mjs';

const other = 'org.example.Phone.Bob';

async function talk (caller, callee, target) {
  const out = await caller.dial(target);
  const into = await callee.incoming();
  await out.become({ State: 'ringing' });
  await into.answer();
  await Promise.all([out.active(), into.active()]);
  await until('sound and picture on both phones', async () => {
    const statistics = await Promise.all([out.statistics(), into.statistics()]);
    return statistics.every(all => all['audio-packets-received'] > 100 && all['video-frames-decoded'] > 60);
  }, { within: 20000, look: () => Promise.all([out.statistics(), into.statistics()]) });
  await into.hangUp();
  await endedWith(into, { cause: 'Terminated', originator: 'local' });
  await endedWith(out, { cause: 'Terminated', originator: 'remote' });
}

scenario('interop/two-phones/through-kamailio', async bench => {
  await bench.startKamailio();
  const alice = await bench.phone('alice');
  const bob = await bench.phone('bob', { id: other });
  await talk(alice, bob, uriOf('bob'));
});

scenario('interop/two-phones/through-the-exchange', async bench => {
  const alice = await bench.phone('demo', { account: null, args: ['--test-media', '--demo'] });
  const demo = await alice.accountOf();
  const { Uri, Socket } = await demo.registered();
  assert.match(Socket, /^ws:\/\/127\.0\.0\.1:/);
  const domain = Uri.split('@')[1];
  const bob = await bench.phone('bob', { id: other, url: Socket, account: { uri: `sip:bob@${domain}`, password: undefined } });
  await talk(alice, bob, `sip:bob@${domain}`);
  await talk(bob, alice, Uri);
});

scenario('interop/two-phones/the-echo-party', async bench => {
  const phone = await bench.phone('demo', { account: null, args: ['--test-media', '--demo'] });
  const demo = await phone.accountOf();
  await demo.registered();
  const call = await phone.dial('echo');
  await call.active();
  await until('the echo comes back', async () => {
    const { 'video-frames-decoded': frames, 'audio-level-in': level } = await call.statistics();
    return frames > 30 && level > 0;
  }, { within: 20000, look: () => call.statistics() });
  await call.hangUp();
  await call.ended();
});
