// SPDX-License-Identifier: GPL-3.0-or-later
// A scenario is one test with a bench of its own: servers, browser, desktop and phones are started when it first asks for them,
// stopped when it is over, and their logs shown if it failed.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import assert from 'node:assert/strict';

const buildRoot = process.env.PHONE_BUILD_ROOT;
const programs = ['kamailio', 'turnserver', 'openssl', 'Xvfb', 'dbus-daemon'];

function missing () {
  if (!buildRoot)
    return 'PHONE_BUILD_ROOT is not set: run this by meson test';
  if (!existsSync(`${buildRoot}/node/jssip.js`))
    return 'no Node packages: build-aux/node-modules installs them';
  const path = `${process.env.PATH}:/usr/sbin`;
  return programs.map(name => path.split(':').some(directory => existsSync(`${directory}/${name}`)) ? '' : `${name} is not installed`).find(Boolean);
}

const reason = missing();
const { Browser, chromiumProgram } = reason ? {} : await import('./browser.mjs');
const { Kamailio } = reason ? {} : await import('./kamailio.mjs');
const { Coturn } = reason ? {} : await import('./coturn.mjs');
const { Namespace } = reason ? {} : await import('./namespace.mjs');
const { Desktop } = reason ? {} : await import('./desktop.mjs');
const { Phone } = reason ? {} : await import('./phone.mjs');
const skip = reason || (chromiumProgram ? false : 'Chromium is not installed');

process.env.PATH = `${process.env.PATH}:/usr/sbin`;
let browser;
after(() => browser?.stop());

export class Bench {
  #parts = [];

  constructor () {
    this.directory = mkdtempSync(`${tmpdir()}/phone-interop-`);
  }

  async #add (part) {
    this.#parts.push(part);
    return part;
  }

  async startKamailio (options) {
    this.kamailio = await this.#add(await Kamailio.start(this.directory, options));
    return this.kamailio;
  }

  async startCoturn () {
    return this.#add(await Coturn.start(this.directory));
  }

  // Another machine, as far as the network goes.
  async startNamespace () {
    return this.#add(await Namespace.start(this.directory));
  }

  async startDesktop () {
    this.desktop = await this.#add(await Desktop.start(this.directory));
    return this.desktop;
  }

  // A phone that is registered at Kamailio over ws.
  async phone (user, options = {}) {
    if (!this.desktop)
      await this.startDesktop();
    const phone = await Phone.start(this, user, { url: this.kamailio?.ws, ...options });
    return this.#add(phone);
  }

  // JsSIP in a page of the file's one Chromium, registered at Kamailio over ws.
  async party (user, configuration) {
    browser ??= await Browser.start();
    return this.#add(await browser.party(user, this.kamailio.ws, configuration));
  }

  async stop () {
    const endings = [];
    for (const part of this.#parts.reverse()) {
      const how = await part.stop();
      if (part instanceof Phone)
        endings.push({ id: part.id, how, complaints: part.complaints });
    }
    return endings;
  }

  logs () {
    const files = readdirSync(this.directory, { recursive: true }).filter(name => name.endsWith('.log'));
    return files.map(name => `==> ${name}\n${readFileSync(`${this.directory}/${name}`, 'utf8').slice(-6000)}`).join('\n');
  }

  remove () {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export function scenario (name, run, { within = 90000 } = {}) {
  test(name, { skip, timeout: within }, async t => {
    const bench = new Bench();
    let failed = true;
    try {
      await run(bench, t);
      if (bench.kamailio)
        assert.deepEqual(bench.kamailio.insane, [], 'Kamailio found a message insane');
      failed = false;
    } finally {
      const endings = await bench.stop();
      if (failed || endings.some(({ how, complaints }) => how !== 'SIGTERM' && how !== 0 || complaints.length)) {
        for (const line of bench.logs().split('\n'))
          t.diagnostic(line);
        failed = true;
      }
      if (failed && process.env.PHONE_KEEP)
        t.diagnostic(`kept: ${bench.directory}`);
      else
        bench.remove();
      for (const { id, how, complaints } of endings) {
        assert.ok(how === 'SIGTERM' || how === 0, `${id} ended by itself: ${how}`);
        assert.deepEqual(complaints, [], `${id} found something wrong with itself`);
      }
    }
  });
}

export { assert };
export { until, during } from './until.mjs';
export { domain, passwordOf, uriOf } from './kamailio.mjs';
