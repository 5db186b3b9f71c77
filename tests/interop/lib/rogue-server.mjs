// SPDX-License-Identifier: GPL-3.0-or-later
// A WebSocket server that does as it is told: answers a few SIP requests and then misbehaves. Frames are RFC 6455, by hand.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

function frame (payload, opcode = 1) {
  const data = Buffer.from(payload);
  const head = data.length < 126 ? Buffer.from([0x80 | opcode, data.length])
    : data.length < 65536 ? Buffer.from([0x80 | opcode, 126, data.length >> 8, data.length & 255])
      : Buffer.concat([Buffer.from([0x80 | opcode, 127, 0, 0, 0, 0]), Buffer.from(new Uint32Array([data.length]).buffer).reverse()]);
  return Buffer.concat([head, data]);
}

// The complete client frames at the start of buffer, unmasked, and what is left.
function take (buffer) {
  const frames = [];
  for (;;) {
    if (buffer.length < 2)
      break;
    let length = buffer[1] & 127;
    let at = 2;
    if (length === 126) {
      if (buffer.length < 4)
        break;
      length = buffer.readUInt16BE(2);
      at = 4;
    } else if (length === 127) {
      if (buffer.length < 10)
        break;
      length = Number(buffer.readBigUInt64BE(2));
      at = 10;
    }
    if (buffer.length < at + 4 + length)
      break;
    const mask = buffer.subarray(at, at + 4);
    const payload = Buffer.from(buffer.subarray(at + 4, at + 4 + length)).map((byte, i) => byte ^ mask[i & 3]);
    frames.push({ opcode: buffer[0] & 15, payload: payload.toString() });
    buffer = buffer.subarray(at + 4 + length);
  }
  return [frames, buffer];
}

const header = (message, name) => message.match(new RegExp(`^${name}[ \\t]*:[ \\t]*(.*)$`, 'im'))?.[1].trim();

// A response to a request's text, with more header lines and a body.
export function respond (request, status, reason, { headers = [], body = '', tag = 'rogue' } = {}) {
  const vias = [...request.matchAll(/^via[ \t]*:.*$/gim)].map(([line]) => line.trim());
  const to = header(request, 'To');
  return [`SIP/2.0 ${status} ${reason}`, ...vias, `From: ${header(request, 'From')}`, `To: ${to}${to.includes(';tag=') || status === 100 ? '' : `;tag=${tag}`}`,
    `Call-ID: ${header(request, 'Call-ID')}`, `CSeq: ${header(request, 'CSeq')}`, ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

export class RogueServer {
  // answer (method, text, connection): what to do with each request; connection has send (), sendFrame () and destroy ().
  static async start (answer) {
    const self = new RogueServer();
    self.connections = 0;
    self.requests = [];
    self.server = createServer((request, response) => response.writeHead(404).end());
    self.server.on('upgrade', (request, socket) => {
      self.connections++;
      const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: sip\r\n\r\n`);
      const connection = {
        number: self.connections,
        send: text => socket.write(frame(text)),
        sendFrame: (payload, opcode) => socket.write(frame(payload, opcode)),
        write: bytes => socket.write(bytes),
        destroy: () => socket.destroy(),
      };
      self.last = connection;
      let rest = Buffer.alloc(0);
      socket.on('error', () => {});
      socket.on('data', data => {
        let frames;
        [frames, rest] = take(Buffer.concat([rest, data]));
        for (const { opcode, payload } of frames) {
          if (opcode === 9)
            socket.write(frame(payload, 10));
          else if (opcode === 8)
            socket.end(frame(payload, 8));
          else if (opcode <= 2 && payload.trim() && !payload.startsWith('SIP/2.0')) {
            self.requests.push(payload);
            answer(payload.split(' ')[0], payload, connection);
          } else if (opcode <= 2 && payload.trim()) {
            answer(`response ${payload.split(' ')[1]}`, payload, connection);
          }
        }
      });
    });
    await new Promise(resolve => self.server.listen(0, '127.0.0.1', resolve));
    self.url = `ws://127.0.0.1:${self.server.address().port}`;
    return self;
  }

  stop () {
    this.server.close();
    this.server.closeAllConnections();
    this.last?.destroy();
  }
}

// 200 to a REGISTER with the contact that came.
export const registered = request => respond(request, 200, 'OK', { headers: [`Contact: ${header(request, 'Contact')}`, 'Expires: 600'] });
