// SPDX-License-Identifier: GPL-3.0-or-later
// A real Kamailio with ../kamailio.cfg on free ports of the loopback.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Authority } from './authority.mjs';
import { Child } from './child.mjs';
import { freePort, listening } from './network.mjs';

export const domain = 'phone.test';
export const users = ['alice', 'bob', 'carol', 'dave', 'absent'];
export const passwordOf = user => `secret-of-${user}`;
export const uriOf = user => `sip:${user}@${domain}`;

export class Kamailio {
  // host: one more address of this machine where it listens for the plain WebSocket.
  static async start (directory, { host } = {}) {
    const self = new Kamailio();
    self.host = host;
    self.directory = `${directory}/kamailio`;
    mkdirSync(self.directory);
    self.authority = new Authority(self.directory);
    self.wsPort = await freePort();
    self.wssPort = await freePort();
    const values = {
      DOMAIN: domain,
      WS_PORT: self.wsPort,
      WSS_PORT: self.wssPort,
      LISTEN_ELSEWHERE: host ? `listen=tcp:${host}:${self.wsPort}` : '',
      CERTIFICATE: self.authority.certificate,
      KEY: self.authority.key,
      PASSWORDS: users.map(user => `  $sht(password=>${user}) = "${passwordOf(user)}";`).join('\n'),
    };
    const template = readFileSync(new URL('../kamailio.cfg', import.meta.url), 'utf8');
    writeFileSync(`${self.directory}/kamailio.cfg`, template.replace(/@([A-Z_]+)@/g, (_, name) => values[name]));
    await self.restart();
    return self;
  }

  get ws () {
    return `ws://127.0.0.1:${this.wsPort}`;
  }

  // As it is reached by whoever does not share the loopback.
  get wsOfHost () {
    return `ws://${this.host}:${this.wsPort}`;
  }

  get wss () {
    return `wss://localhost:${this.wssPort}`;
  }

  // Starts it, also again on the same ports after kill ().
  async restart () {
    this.child = new Child('kamailio', this.directory, ['kamailio', '-DD', '-E', '-m', '64', '-M', '8', '-f', 'kamailio.cfg', '-Y', this.directory]);
    await listening(this.child, this.wsPort);
    await listening(this.child, this.wssPort);
  }

  kill () {
    return this.child.stop('SIGKILL');
  }

  // The contacts in its books under a user, each with the address whence it registered.
  async contacts (user) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ul.lookup', params: ['location', user] });
    const response = await fetch(`http://127.0.0.1:${this.wsPort}/RPC`, { method: 'POST', body });
    const { result } = await response.json();
    return (result?.Contacts ?? []).map(({ Contact: { Address: uri, Received: received } }) => ({ uri, from: received.match(/^sip:([^:;]*)/)[1] }));
  }

  // What its sanity checks refused: a phone's messages never appear here.
  get insane () {
    return this.child.output.split('\n').filter(line => line.includes('insane request') || line.includes('ERROR: sanity') || line.includes('parse_msg'));
  }

  stop () {
    return this.child.stop();
  }
}
