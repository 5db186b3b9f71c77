// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting for a condition. Nothing here waits for a time, save where silence is what is being tested.
import { setTimeout as pause } from 'node:timers/promises';

const between = 50;

// Gives the first true value of condition; fails with what was wanted, and with what look () saw last.
export async function until (what, condition, { within = 8000, look } = {}) {
  const end = performance.now() + within;
  for (;;) {
    const value = await condition();
    if (value)
      return value;
    if (performance.now() > end) {
      const seen = look ? `; seen: ${JSON.stringify(await look())}` : '';
      throw new Error(`not within ${within} ms: ${what}${seen}`);
    }
    await pause(between);
  }
}

// The condition must hold for all of the time.
export async function during (ms, what, condition) {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (!await condition())
      throw new Error(`did not last ${ms} ms: ${what}`);
    await pause(between);
  }
}
