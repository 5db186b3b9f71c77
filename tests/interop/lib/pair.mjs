// SPDX-License-Identifier: GPL-3.0-or-later
// How most scenarios begin: the phone (alice) and JsSIP (bob) registered, and a call between them that flows.
import { flowing } from './assertions.mjs';
import { uriOf } from './kamailio.mjs';

export async function people (bench, { account, configuration } = {}) {
  await bench.startKamailio();
  const phone = await bench.phone('alice', { account });
  const bob = await bench.party('bob', configuration);
  return { phone, bob };
}

// caller: 'phone' or 'jssip'.
export async function connect ({ phone, bob }, caller = 'phone', { video = true, options = {}, flow = true } = {}) {
  let call, session;
  if (caller === 'phone') {
    call = await phone.dial(uriOf('bob'), { video });
    session = await bob.incoming();
    await session.answer({ video, ...options });
  } else {
    session = await bob.call(uriOf('alice'), { video, ...options });
    call = await phone.incoming();
    await call.answer({ video });
  }
  await Promise.all([call.active(), session.event('confirmed')]);
  if (flow)
    await flowing(call, session, { frames: video ? 10 : 0 });
  return { call, session };
}

// Both callers in turn, as scenarios of their own.
export const callers = ['phone', 'jssip'];
