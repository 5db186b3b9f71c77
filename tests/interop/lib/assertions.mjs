// SPDX-License-Identifier: GPL-3.0-or-later
// What a good call looks like, in numbers from both ends.
import assert from 'node:assert/strict';
import { until } from './until.mjs';

// The counters of our call and of the session at the other end, side by side.
export async function counters (call, session) {
  const [ours, theirs] = await Promise.all([call.statistics(), session.statistics()]);
  return {
    ours: { packets: ours['audio-packets-received'] ?? 0, lost: ours['audio-packets-lost'] ?? 0, level: ours['audio-level-in'], frames: ours['video-frames-decoded'] ?? 0 },
    theirs: {
      packets: theirs.receiving.audio?.packets ?? 0, lost: theirs.receiving.audio?.lost ?? 0, level: theirs.receiving.audio?.level,
      frames: theirs.receiving.video?.frames ?? 0, videoLost: theirs.receiving.video?.lost ?? 0,
    },
  };
}

// Waits until sound, and with video pictures, have come to both ends (as many as asked since the call began).
export function flowing (call, session, { packets = 20, frames = 10, within = 15000 } = {}) {
  let last;
  return until(`${packets} packets and ${frames} frames both ways`, async () => {
    last = await counters(call, session);
    const { ours, theirs } = last;
    return Math.min(ours.packets, theirs.packets) >= packets && Math.min(ours.frames, theirs.frames) >= frames && last;
  }, { within, look: () => last });
}

// Both ends receive more than before.
export async function growing (call, session, { packets = 20, frames = 5, within = 10000 } = {}) {
  const before = await counters(call, session);
  return until('sound and picture go on both ways', async () => {
    const { ours, theirs } = await counters(call, session);
    return ours.packets >= before.ours.packets + packets && theirs.packets >= before.theirs.packets + packets
      && ours.frames >= before.ours.frames + frames && theirs.frames >= before.theirs.frames + frames;
  }, { within, look: async () => ({ before, now: await counters(call, session) }) });
}

export async function endedWith (call, { cause, status, originator }) {
  const all = await call.ended();
  if (cause !== undefined)
    assert.equal(all.EndCause, cause);
  if (status !== undefined)
    assert.equal(all.StatusCode, status);
  if (originator !== undefined)
    assert.equal(all.Originator, originator);
  return all;
}
