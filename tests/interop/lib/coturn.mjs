// SPDX-License-Identifier: GPL-3.0-or-later
// A real TURN server on the loopback.
import { mkdirSync, writeFileSync } from 'node:fs';
import { Child } from './child.mjs';
import { freePort, listening } from './network.mjs';

export class Coturn {
  static async start (directory) {
    const self = new Coturn();
    self.directory = `${directory}/coturn`;
    self.port = await freePort();
    mkdirSync(self.directory);
    writeFileSync(`${self.directory}/turn.conf`, [
      'listening-ip=127.0.0.1', 'relay-ip=127.0.0.1', `listening-port=${self.port}`, 'min-port=49160', 'max-port=49460',
      'lt-cred-mech', 'realm=phone.test', 'user=relay:relay-secret', 'fingerprint', 'allow-loopback-peers', 'no-cli', 'no-tls', 'no-dtls',
      'log-file=stdout', 'simple-log', `pidfile=${self.directory}/pid`, `userdb=${self.directory}/users`, '',
    ].join('\n'));
    await self.restart();
    return self;
  }

  // On the same port; what it relayed is forgotten.
  async restart () {
    this.child = new Child('coturn', this.directory, ['turnserver', '-c', 'turn.conf']);
    await listening(this.child, this.port);
  }

  kill () {
    return this.child.stop('SIGKILL');
  }

  // An entry of pcConfig.iceServers, the phone's and the browser's alike.
  get iceServer () {
    return { urls: `turn:127.0.0.1:${this.port}?transport=udp`, username: 'relay', credential: 'relay-secret' };
  }

  stop () {
    return this.child.stop();
  }
}
