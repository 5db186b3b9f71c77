// SPDX-License-Identifier: GPL-3.0-or-later
import { connect, createServer } from 'node:net';
import { until } from './until.mjs';

export async function freePort () {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

function accepts (port) {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}

export function listening (child, port) {
  return until(`${child.name} listens on ${port}`, () => {
    if (!child.running)
      throw new Error(`${child.name} ended (${child.ending}): ${child.output.slice(-800)}`);
    return accepts(port);
  });
}
