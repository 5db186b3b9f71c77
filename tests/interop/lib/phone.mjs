// SPDX-License-Identifier: GPL-3.0-or-later
// The phone as a black box: its command line and its D-Bus interface, nothing else.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { Child } from './child.mjs';
import { passwordOf, uriOf } from './kamailio.mjs';
import { until } from './until.mjs';

const program = `${process.env.PHONE_BUILD_ROOT}/src/phone`;
const properties = 'org.freedesktop.DBus.Properties';

// An object of the phone on the bus: its properties by name, its signals in the order they came.
class Remote {
  constructor (phone, path, iface) {
    Object.assign(this, { phone, path, iface, signals: [] });
    this.unlisten = phone.bus.listen(signal => {
      if (signal.path === path && signal.interface === iface)
        this.signals.push({ name: signal.member, body: signal.body });
    });
  }

  call (member, signature, ...args) {
    return this.phone.bus.call(this.phone.id, this.path, this.iface, member, signature, ...args);
  }

  get (name) {
    return this.phone.bus.call(this.phone.id, this.path, properties, 'Get', 'ss', this.iface, name);
  }

  all () {
    return this.phone.bus.call(this.phone.id, this.path, properties, 'GetAll', 's', this.iface);
  }

  // Waits until each named property has the value, or for a function: satisfies it.
  async become (wanted, options) {
    let last;
    return until(`${this.phone.id}${this.path.slice(this.phone.root.length)} becomes ${show(wanted)}`, async () => {
      last = await this.all();
      return Object.entries(wanted).every(([name, value]) => typeof value === 'function' ? value(last[name], last) : last[name] === value) && last;
    }, { look: () => Object.fromEntries(Object.keys(wanted).concat('Reason', 'EndCause', 'StatusCode').map(name => [name, last?.[name]])), ...options });
  }

  // Waits for a signal; the ones already seen count once.
  signal (name, matches = () => true, options) {
    return until(`signal ${name} of ${this.path}`, () => {
      const i = this.signals.findIndex(signal => signal.name === name && matches(...signal.body));
      return i >= 0 && this.signals.splice(i, 1)[0].body;
    }, { look: () => this.signals, ...options });
  }
}

// Up to GStreamer 1.22, rtpsession says this when a source comes while it writes a report (tests/lib/phone-expect.c).
const rtcpRace = "g_hash_table_foreach: assertion 'version == hash_table->version' failed";

const show = wanted => JSON.stringify(wanted, (_, value) => typeof value === 'function' ? `${value}` : value);

class Account extends Remote {
  start () { return this.call('Start'); }
  stop () { return this.call('Stop'); }
  register () { return this.call('Register'); }
  unregister (all = false) { return this.call('Unregister', 'b', all); }
  sendMessage (target, text) { return this.call('SendMessage', 'ss', target, text); }
  sendOptions (target) { return this.call('SendOptions', 's', target); }
  registered (options) { return this.become({ State: 'registered' }, { within: 10000, ...options }); }
  finished (id, options) { return this.signal('RequestFinished', other => other === id, options); }
}

class Call extends Remote {
  answer ({ video = true } = {}) { return this.call('Answer', 'a{sv}', [['video', ['b', video]]]); }
  hangUp ({ status, reason } = {}) {
    return this.call('HangUp', 'a{sv}', [
      ...(status ? [['status-code', ['u', status]]] : []),
      ...(reason ? [['reason', ['s', reason]]] : []),
    ]);
  }

  hold () { return this.call('Hold'); }
  unhold () { return this.call('Unhold'); }
  mute (microphone, camera) { return this.call('Mute', 'bb', microphone, camera); }
  setVideo (on) { return this.call('SetVideo', 'b', on); }
  sendDtmf (tones, transport = 'auto') { return this.call('SendDtmf', 'sa{sv}', tones, [['transport', ['s', transport]]]); }
  sendInfo (type, body) { return this.call('SendInfo', 'ss', type, body); }
  transfer (target) { return this.call('Transfer', 's', target); }
  transferTo (other) { return this.call('TransferTo', 'o', other.path); }
  acceptTransfer () { return this.call('AcceptTransfer'); }
  rejectTransfer () { return this.call('RejectTransfer'); }
  renegotiate ({ iceRestart = false, useUpdate = false } = {}) {
    return this.call('Renegotiate', 'a{sv}', [['ice-restart', ['b', iceRestart]], ['use-update', ['b', useUpdate]]]);
  }


  active (options) { return this.become({ State: 'active' }, options); }
  ended (options) { return this.become({ State: 'ended' }, options); }
  statistics () { return this.get('Statistics'); }

  // The session events so far, by name, in order.
  get events () {
    return this.signals.filter(({ name }) => name === 'Event').map(({ body: [name] }) => name);
  }
}

export class Phone {
  // user: of the Kamailio at url; account: more keys of the account's JSON, or null for a phone without one; namespace: where it runs.
  static async start (bench, user, { id = 'org.example.Phone', args = ['--test-media'], url, account = {}, namespace, registered = true } = {}) {
    const self = new Phone();
    const { desktop } = bench;
    self.id = id;
    self.root = `/${id.replaceAll('.', '/')}`;
    self.bus = desktop.bus;
    self.directory = `${bench.directory}/${id}-${user}`;
    mkdirSync(self.directory, { recursive: true });
    self.env = {
      ...desktop.env,
      HOME: self.directory,
      XDG_CONFIG_HOME: `${self.directory}/config`,
      XDG_DATA_HOME: `${self.directory}/data`,
      XDG_CACHE_HOME: `${self.directory}/cache`,
      SECRET_BACKEND: 'file',
      SECRET_FILE_TEST_PATH: `${self.directory}/secrets`,
      SECRET_FILE_TEST_PASSWORD: 'test',
    };
    self.args = args;
    self.enter = namespace?.enter ?? [];
    if (account)
      await self.addAccount({ uri: uriOf(user), password: passwordOf(user), sockets: url, ...account });
    await self.launch();
    if (account) {
      self.account = await self.accountOf(account.uri ?? uriOf(user));
      if (registered)
        await self.account.registered();
    }
    return self;
  }

  // Runs the program to its end with more arguments: { status, stdout, stderr }.
  async run (...args) {
    try {
      const output = await promisify(execFile)(program, ['--gapplication-app-id', this.id, ...args], { env: this.env, timeout: 15000 });
      return { status: 0, ...output };
    } catch (error) {
      if (typeof error.code !== 'number')
        throw error;
      return { status: error.code, stdout: error.stdout, stderr: error.stderr };
    }
  }

  async addAccount (account) {
    const file = `${this.directory}/account.json`;
    writeFileSync(file, typeof account === 'string' ? account : JSON.stringify(account));
    const result = await this.run('--add-account', file);
    if (result.status !== 0)
      throw new Error(`--add-account: ${result.stderr}`);
    return result.stdout.trim();
  }

  async launch () {
    this.child = new Child(`phone-${this.id}-${this.directory.split('-').at(-1)}`, this.directory,
      [...this.enter, program, '--gapplication-service', '--gapplication-app-id', this.id, ...this.args], { env: this.env });
    await until(`${this.id} owns its name`, () => {
      if (!this.child.running)
        throw new Error(`the phone ended: ${this.child.ending}`);
      return this.bus.hasOwner(this.id);
    });
    this.calls = new Map();
    this.unlisten = this.bus.listen(({ member, body }) => {
      if (member === 'InterfacesAdded')
        this.#remember(body[0]);
    });
  }

  #remember (path) {
    if (path.startsWith(`${this.root}/Calls/`) && !this.calls.has(path))
      this.calls.set(path, new Call(this, path, 'org.example.Phone.Call'));
  }

  managedObjects () {
    return this.bus.call(this.id, this.root, 'org.freedesktop.DBus.ObjectManager', 'GetManagedObjects');
  }

  accountOf (uri) {
    return until(`${this.id} has the account ${uri ?? ''}`, async () => {
      for (const [path, interfaces] of Object.entries(await this.managedObjects())) {
        const account = interfaces['org.example.Phone.Account'];
        if (account && (!uri || account.Uri === uri))
          return new Account(this, path, 'org.example.Phone.Account');
      }
      return null;
    });
  }

  async dial (target, options = {}) {
    const types = { video: 'b', anonymous: 'b', account: 's' };
    const path = await this.bus.call(this.id, this.root, 'org.example.Phone.Calls', 'Dial', 'sa{sv}', target,
      Object.entries(options).map(([name, value]) => [name, [types[name], value]]));
    this.#remember(path);
    const call = this.calls.get(path);
    call.taken = true;
    return call;
  }

  // The next call that this scenario has not taken yet.
  async incoming (options) {
    const call = await until(`${this.id} is called`, () => [...this.calls.values()].find(other => !other.taken), options);
    call.taken = true;
    return call;
  }

  // What the program found wrong with itself.
  get complaints () {
    return this.child?.output.split('\n').filter(line => line.includes('-CRITICAL **') && !line.endsWith(rtcpRace)) ?? [];
  }

  async stop () {
    this.unlisten?.();
    return this.child?.stop();
  }
}
