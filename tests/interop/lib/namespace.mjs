// SPDX-License-Identifier: GPL-3.0-or-later
// A network of its own for a phone, joined to this machine by a cable: a namespace whose address may change while the phone runs.
// It has no name but belongs to a process that dies with the test, and the phone does too: the kernel takes it away, and the cable
// with it, however the test ends. It does so late when a connection of an address that is gone is still being closed; therefore the
// cable bears the process's number, and who is next takes away what has outlived its process.
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { Child } from './child.mjs';
import { until } from './until.mjs';

const execute = promisify(execFile);

function networkOf (pid) {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return '';
  }
}

// The first three numbers of addresses that are for tests (RFC 2544 §C.2.2) and that no interface of this machine has.
function unusedPrefix () {
  const used = Object.values(networkInterfaces()).flat().map(({ address }) => address);
  for (;;) {
    const prefix = `198.${randomInt(18, 20)}.${randomInt(256)}.`;
    if (!used.some(address => address.startsWith(prefix)))
      return prefix;
  }
}

async function removeLeftovers () {
  for (const name of Object.keys(networkInterfaces())) {
    const [, pid] = name.match(/^phone-(\d+)$/) ?? [];
    if (pid && !existsSync(`/proc/${pid}`))
      await execute('ip', ['link', 'delete', name]);
  }
}

export class Namespace {
  static async start (directory) {
    await removeLeftovers();
    const self = new Namespace();
    self.child = new Child('namespace', directory, ['unshare', '--net', 'sleep', 'infinity']);
    try {
      await self.#join();
    } catch (error) {
      await self.stop();
      throw new Error(`a network namespace for the phone cannot be made, which takes root (CAP_SYS_ADMIN, CAP_NET_ADMIN) and iproute2: ${error.message}`);
    }
    return self;
  }

  async #join () {
    const { pid } = this.child.process;
    await until('the network namespace exists', () => {
      if (!this.child.running)
        throw new Error(this.child.output || this.child.ending);
      return ![networkOf('self'), ''].includes(networkOf(pid));
    });
    this.enter = ['nsenter', `--net=/proc/${pid}/ns/net`, '--'];
    this.prefix = unusedPrefix();
    const cable = `phone-${pid}`;
    await execute('ip', ['link', 'add', cable, 'type', 'veth', 'peer', 'name', 'cable', 'netns', `${pid}`]);
    this.cable = cable;
    await execute('ip', ['address', 'add', `${this.host}/24`, 'dev', cable]);
    // No addresses but ours: one of IPv6 by itself would carry the media while the other is away.
    await execute('ip', ['link', 'set', cable, 'addrgenmode', 'none', 'up']);
    await this.#ip('link', 'set', 'lo', 'up');
    await this.#ip('link', 'set', 'cable', 'addrgenmode', 'none', 'up');
    await this.move(2);
  }

  #ip (...args) {
    const [program, ...options] = this.enter;
    return execute(program, [...options, 'ip', ...args]);
  }

  // This machine's end of the cable.
  get host () {
    return `${this.prefix}1`;
  }

  // What is inside loses its address for another one, which ends with this number.
  async move (number) {
    if (this.address)
      await this.#ip('address', 'del', `${this.address}/24`, 'dev', 'cable');
    this.address = `${this.prefix}${number}`;
    await this.#ip('address', 'add', `${this.address}/24`, 'dev', 'cable');
    await this.#ip('route', 'add', 'default', 'via', this.host);
  }

  async stop () {
    if (this.cable)
      await execute('ip', ['link', 'delete', this.cable]);
    await this.child.stop();
  }
}
