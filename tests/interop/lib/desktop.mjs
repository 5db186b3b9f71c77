// SPDX-License-Identifier: GPL-3.0-or-later
// A display and a session bus of our own, and nothing of the session that runs the test.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Child } from './child.mjs';
import { until } from './until.mjs';

const require = createRequire(`${process.env.PHONE_BUILD_ROOT}/node/package.json`);
const dbus = require('@homebridge/dbus-native');
const parseSignature = require('@homebridge/dbus-native/lib/signature');

// What the library unmarshals, as plain values: variants lose their type, dictionaries become objects.
function plain (type, value) {
  const [element] = type.child;
  switch (type.type) {
    case 'v': return plain(value[0][0], value[1][0]);
    case 'a': return element.type === '{'
      ? Object.fromEntries(value.map(([key, item]) => [key, plain(element.child[1], item)]))
      : value.map(item => plain(element, item));
    case '(': return value.map((item, i) => plain(type.child[i], item));
    default: return value;
  }
}

const plainBody = (signature, body = []) => parseSignature(signature ?? '').map((type, i) => plain(type, body[i]));

export class DBusError extends Error {
  constructor ({ name, message }) {
    super(`${name}: ${message}`);
    this.name = name;
    this.sentence = message;
  }
}

export class Bus {
  #client;
  #listeners = [];

  static async connect (address) {
    const self = new Bus();
    self.#client = dbus.sessionBus({ busAddress: address });
    await new Promise((resolve, reject) => self.#client.connection.once('connect', resolve).once('error', reject));
    self.#client.connection.on('error', () => {});
    self.#client.connection.on('message', message => {
      if (message.type !== 4)
        return;
      const body = plainBody(message.signature, message.body);
      for (const listener of self.#listeners)
        listener({ path: message.path, interface: message.interface, member: message.member, body });
    });
    await self.call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'AddMatch', 's', "type='signal'");
    return self;
  }

  call (destination, path, iface, member, signature = '', ...body) {
    return new Promise((resolve, reject) => {
      const message = { destination, path, interface: iface, member, ...(signature && { signature, body }) };
      this.#client.invoke(message, function (error, ...values) {
        if (error)
          reject(new DBusError(error));
        else
          resolve(plainBody(this.signature, values)[0]);
      });
    });
  }

  // Calls back for every signal on the bus until the returned function is called.
  listen (listener) {
    this.#listeners.push(listener);
    return () => { this.#listeners = this.#listeners.filter(other => other !== listener); };
  }

  hasOwner (name) {
    return this.call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'NameHasOwner', 's', name);
  }

  close () {
    this.#client.connection.end();
  }
}

export class Desktop {
  static async start (directory) {
    const self = new Desktop();
    self.directory = `${directory}/desktop`;
    mkdirSync(`${self.directory}/run`, { recursive: true, mode: 0o700 });
    self.xvfb = new Child('xvfb', self.directory, ['sh', '-c', 'exec Xvfb -displayfd 9 -screen 0 1280x800x24 -nolisten tcp -noreset 9>display']);
    const number = await until('Xvfb names its display', () => {
      if (!self.xvfb.running)
        throw new Error(`Xvfb ended: ${self.xvfb.output}`);
      return read(`${self.directory}/display`);
    });
    const address = `unix:path=${self.directory}/run/bus`;
    const dataDirs = `${process.env.PHONE_BUILD_ROOT}/share:/usr/local/share:/usr/share`;
    self.env = {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      DISPLAY: `:${number}`,
      DBUS_SESSION_BUS_ADDRESS: address,
      XDG_RUNTIME_DIR: `${self.directory}/run`,
      XDG_DATA_DIRS: dataDirs,
      GSETTINGS_SCHEMA_DIR: `${process.env.PHONE_BUILD_ROOT}/share/glib-2.0/schemas`,
      GSETTINGS_BACKEND: 'keyfile',
      GST_REGISTRY: `${process.env.PHONE_BUILD_ROOT}/gstreamer-registry`,
      GSK_RENDERER: 'cairo',
      GDK_BACKEND: 'x11',
      GDK_DEBUG: 'gl-disable',
      GTK_A11Y: 'none',
      ...inherited(),
    };
    self.dbus = new Child('dbus-daemon', self.directory, ['dbus-daemon', '--session', '--nofork', `--address=${address}`], { env: self.env });
    self.bus = await until('the session bus answers', () => Bus.connect(address).catch(() => null));
    return self;
  }

  async stop () {
    this.bus?.close();
    await this.dbus?.stop();
    await this.xvfb?.stop();
  }
}

function read (file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

// What somebody who looks for a fault may set.
function inherited () {
  const names = ['ASAN_OPTIONS', 'LSAN_OPTIONS', 'UBSAN_OPTIONS', 'G_MESSAGES_DEBUG', 'GST_DEBUG'];
  return Object.fromEntries(names.filter(name => name in process.env).map(name => [name, process.env[name]]));
}
