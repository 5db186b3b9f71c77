// SPDX-License-Identifier: GPL-3.0-or-later
// A server that sends garbage, or goes away at any point: the phone keeps working.
import { registered, respond, RogueServer } from './lib/rogue-server.mjs';
import { assert, scenario, until, uriOf } from './lib/scenario.mjs';

const garbage = [
  '', '\r\n\r\n', 'hello', '\0\0\0\0', 'SIP/2.0', 'SIP/2.0 200 OK\r\n\r\n', 'SIP/2.0 99999999999 X\r\n\r\n', 'INVITE sip:alice@phone.test SIP/2.0\r\n\r\n',
  'INVITE sip:alice@phone.test SIP/2.0\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\nFrom: <\r\nTo: "\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n',
  `MESSAGE sip:alice@phone.test SIP/2.0\r\n${'X: y\r\n'.repeat(4000)}\r\n`, `OPTIONS ${'a'.repeat(60000)} SIP/2.0\r\n\r\n`,
  'BYE sip:alice@phone.test SIP/2.0\r\nVia: SIP/2.0/WS x;branch=z9hG4bK2\r\nFrom: <sip:b@c>;tag=1\r\nTo: <sip:a@c>;tag=2\r\nCall-ID: 2\r\nCSeq: 1 BYE\r\nContent-Length: 99999\r\n\r\nx',
];

scenario('interop/bad-input/garbage-after-registration', async bench => {
  const server = await RogueServer.start((method, text, connection) => {
    if (method === 'REGISTER')
      connection.send(registered(text));
  });
  try {
    const phone = await bench.phone('alice', { url: server.url });
    for (const text of garbage)
      server.last.send(text);
    for (let i = 0; i < 64; i++)
      server.last.sendFrame(Buffer.from(Array.from({ length: 200 }, (_, j) => (i * 7919 + j * 104729) & 255)), 2);
    const before = server.requests.length;
    await phone.account.register();
    await until('the phone registers again', () => server.requests.slice(before).some(text => text.startsWith('REGISTER')));
    await phone.account.registered();
  } finally {
    server.stop();
  }
});

scenario('interop/bad-input/a-frame-of-300-kilobytes', async bench => {
  const server = await RogueServer.start((method, text, connection) => {
    if (method === 'REGISTER')
      connection.send(registered(text));
  });
  try {
    const phone = await bench.phone('alice', { url: server.url });
    server.last.send(`MESSAGE sip:alice@phone.test SIP/2.0\r\n\r\n${'x'.repeat(300000)}`);
    await phone.account.registered({ within: 15000 });
    const before = server.requests.length;
    await phone.account.register();
    await until('the phone registers again', () => server.requests.slice(before).some(text => text.startsWith('REGISTER')), { within: 15000 });
  } finally {
    server.stop();
  }
});

scenario('interop/bad-input/no-sip-behind-the-url', async bench => {
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => response.end('a web site'));
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const phone = await bench.phone('alice', { url: `ws://127.0.0.1:${server.address().port}`, registered: false });
    await phone.account.become({ Reason: Reason => Reason !== '' }, { within: 15000 });
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

// How far the server lets an outgoing call come before it is gone, and the message it is gone at.
const points = {
  'at-the-invite': (text, connection) => connection.destroy(),
  'after-100': (text, connection) => { connection.send(respond(text, 100, 'Trying')); connection.destroy(); },
  'after-180': (text, connection) => { connection.send(respond(text, 180, 'Ringing')); connection.destroy(); },
  'after-a-200-that-is-no-answer': (text, connection) => {
    connection.send(respond(text, 200, 'OK', { headers: ['Contact: <sip:rogue@127.0.0.1>', 'Content-Type: application/sdp'], body: 'v=0\r\nnot an answer' }));
  },
  'after-half-a-response': (text, connection) => { connection.write(Buffer.from([0x81, 126, 4, 0, 83, 73, 80])); connection.destroy(); },
};

for (const [point, act] of Object.entries(points)) {
  scenario(`interop/bad-input/the-server-is-gone-${point}`, async bench => {
    const server = await RogueServer.start((method, text, connection) => {
      if (method === 'REGISTER')
        connection.send(registered(text));
      else if (method === 'INVITE')
        act(text, connection);
      else if (method === 'BYE' || method === 'CANCEL')
        connection.send(respond(text, 200, 'OK'));
    });
    try {
      const phone = await bench.phone('alice', { url: server.url });
      const call = await phone.dial(uriOf('bob'));
      await until('the server got the INVITE', () => server.requests.some(text => text.startsWith('INVITE')));
      if (!['ended', 'ending'].includes(await call.get('State'))) {
        await call.become({ State: state => state !== 'preparing' });
        await call.hangUp().catch(error => assert.match(error.name, /Error/));
      }
      const { EndCause } = await call.ended({ within: 40000 });
      assert.notEqual(EndCause, '');
      await phone.account.registered({ within: 20000 });
    } finally {
      server.stop();
    }
  });
}
