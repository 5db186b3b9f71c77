// SPDX-License-Identifier: GPL-3.0-or-later
// Real Chromium with the real JsSIP in it. A party is a page with one user agent; a session is one of its calls.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { domain, passwordOf, uriOf } from './kamailio.mjs';
import { until } from './until.mjs';

const node = `${process.env.PHONE_BUILD_ROOT}/node`;
const { chromium } = createRequire(`${node}/package.json`)('playwright-core');
const types = { html: 'text/html', js: 'text/javascript' };

export const chromiumProgram = ['chromium', 'chromium-browser', 'google-chrome']
  .flatMap(name => process.env.PATH.split(':').map(directory => `${directory}/${name}`))
  .find(existsSync);

export class Session {
  #seen = new Set();

  constructor (party, index) {
    Object.assign(this, { party, index });
  }

  events () {
    return this.party.page.evaluate(index => party.calls[index].events, this.index);
  }

  async names () {
    return (await this.events()).map(({ name }) => name);
  }

  // The next event of this name that was not waited for yet.
  event (name, matches = () => true, options) {
    return until(`${this.party.user}'s session: ${name}`, async () => {
      const events = await this.events();
      const i = events.findIndex((event, at) => event.name === name && !this.#seen.has(at) && matches(event));
      return i >= 0 && (this.#seen.add(i), events[i]);
    }, { look: async () => (await this.events()).map(({ sdp, ...event }) => event), ...options });
  }

  answer (options) {
    return this.party.page.evaluate(([index, options]) => party.answer(index, options), [this.index, options]);
  }

  // Calls a method of the RTCSession.
  do (method, ...args) {
    return this.party.page.evaluate(([index, method, args]) => { party.calls[index].session[method](...args); }, [this.index, method, args]);
  }

  // Calls a function of the page that takes the index of a session first.
  page (name, ...args) {
    return this.party.page.evaluate(([name, index, args]) => { party[name](index, ...args); }, [name, this.index, args]);
  }

  isOnHold () {
    return this.party.page.evaluate(index => party.calls[index].session.isOnHold(), this.index);
  }

  statistics () {
    return this.party.page.evaluate(index => party.statistics(index), this.index);
  }

  // How loud what it hears is, just now.
  level () {
    return this.party.page.evaluate(index => party.level(index), this.index);
  }

  ended (options) {
    return until(`${this.party.user}'s session ends`, async () => (await this.events()).find(({ name }) => name === 'ended' || name === 'failed'), options);
  }

  // The session that took this one's place, or that a REFER in it made.
  async followed () {
    const index = await until(`${this.party.user}'s session is followed by another`,
      () => this.party.page.evaluate(i => party.calls[i].followed[0] ?? null, this.index).then(found => found === null ? null : [found]));
    return this.party.session(index[0]);
  }
}

export class Party {
  #sessions = new Map();
  #taken = new Set();

  session (index) {
    if (!this.#sessions.has(index))
      this.#sessions.set(index, new Session(this, index));
    this.#taken.add(index);
    return this.#sessions.get(index);
  }

  events () {
    return this.page.evaluate(() => party.events);
  }

  event (name, matches = () => true, options) {
    return until(`${this.user}: ${name}`, async () => (await this.events()).find(event => event.name === name && matches(event)),
      { look: () => this.events(), ...options });
  }

  async call (target, options) {
    return this.session(await this.page.evaluate(([target, options]) => party.call(target, options), [target, options]));
  }

  async callWithoutOffer (target, options) {
    return this.session(await this.page.evaluate(([target, options]) => party.callWithoutOffer(target, options), [target, options]));
  }

  // Keeps back what goes out or comes in from the first message on that matches.
  keep (direction, pattern) {
    return this.page.evaluate(([direction, pattern]) => party.keep(direction, pattern), [direction, pattern]);
  }

  // Waits until a message is kept back.
  kept (direction) {
    return until(`a message is kept back from ${this.user}`, () => this.page.evaluate(direction => party.kept(direction) > 0, direction));
  }

  release () {
    return this.page.evaluate(() => party.release());
  }

  // Rewrites the descriptions of this originator and type: a pattern of JavaScript and its replacement.
  rewrite (originator, type, pattern, replacement) {
    return this.page.evaluate(([originator, type, pattern, replacement]) => {
      party.onSdp = data => {
        if (data.originator === originator && data.type === type)
          data.sdp = data.sdp.replace(new RegExp(pattern, 'gm'), replacement);
      };
    }, [originator, type, pattern, replacement]);
  }

  // The status with which a REFER is refused from now on.
  refuse (status) {
    return this.page.evaluate(status => { party.refusal = { status_code: status }; }, status);
  }

  async incoming (options) {
    const index = await until(`${this.user} is called`, async () => {
      const originators = await this.page.evaluate(() => party.calls.map(({ originator }) => originator));
      const i = originators.findIndex((originator, at) => originator === 'remote' && !this.#taken.has(at));
      return i >= 0 && [i];
    }, options);
    return this.session(index[0]);
  }

  // Calls that came so far are not what the next incoming () waits for.
  async forgetCalls () {
    const count = await this.page.evaluate(() => party.calls.length);
    for (let i = 0; i < count; i++)
      this.#taken.add(i);
  }

  brightness () {
    return this.page.evaluate(() => party.brightness());
  }

  // Calls a method of the UA.
  do (method, ...args) {
    return this.page.evaluate(([method, args]) => { party.ua[method](...args); }, [method, args]);
  }

  async stop () {
    await this.page.evaluate(() => party.ua.stop()).catch(() => {});
    await this.context.close();
  }
}

export class Browser {
  static async start () {
    const self = new Browser();
    const pages = new URL('../page/', import.meta.url).pathname;
    self.server = createServer((request, response) => {
      const name = request.url === '/' ? 'index.html' : request.url.slice(1);
      const file = name === 'jssip.js' ? `${node}/jssip.js` : `${pages}${name}`;
      if (name.includes('/') || !existsSync(file)) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'content-type': types[name.split('.').at(-1)] }).end(readFileSync(file));
    });
    await new Promise(resolve => self.server.listen(0, '127.0.0.1', resolve));
    self.origin = `http://localhost:${self.server.address().port}`;
    self.chromium = await chromium.launch({
      executablePath: chromiumProgram,
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-quic', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
        '--autoplay-policy=no-user-gesture-required', '--allow-loopback-in-peer-connection'],
    });
    return self;
  }

  // A registered JsSIP user; more is more of JsSIP's configuration.
  async party (user, url, { registered = true, ...more } = {}) {
    const self = new Party();
    self.user = user;
    self.uri = uriOf(user);
    self.context = await this.chromium.newContext({ permissions: ['camera', 'microphone'] });
    self.page = await self.context.newPage();
    self.errors = [];
    self.page.on('pageerror', error => self.errors.push(error.message));
    await self.page.goto(this.origin);
    await self.page.evaluate(configuration => party.start(configuration), { url, uri: self.uri, password: passwordOf(user), realm: domain, ...more });
    if (registered)
      await self.event('registered');
    return self;
  }

  async stop () {
    await this.chromium.close();
    this.server.close();
    this.server.closeAllConnections();
  }
}
