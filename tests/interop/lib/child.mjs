// SPDX-License-Identifier: GPL-3.0-or-later
// A program that runs beside the test. Its output goes to a file, which a failed scenario shows; stopping it takes its children along,
// and so does the end of the test itself, however it comes.
import { spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';

export class Child {
  constructor (name, directory, command, { env = process.env } = {}) {
    this.name = name;
    this.log = `${directory}/${name}.log`;
    const output = openSync(this.log, 'a');
    this.process = spawn('setpriv', ['--pdeathsig', 'TERM', '--', ...command], { env, cwd: directory, detached: true, stdio: ['ignore', output, output] });
    closeSync(output);
    this.exited = new Promise(resolve => {
      this.process.once('error', error => resolve(error.message));
      this.process.once('exit', (code, signal) => resolve(signal ?? code));
    });
    this.exited.then(how => { this.ending = how; });
  }

  get running () {
    return this.ending === undefined;
  }

  get output () {
    return readFileSync(this.log, 'utf8');
  }

  signal (name) {
    try {
      process.kill(-this.process.pid, name);
    } catch (error) {
      if (error.code !== 'ESRCH')
        throw error;
    }
  }

  async stop (signal = 'SIGTERM') {
    if (!this.process.pid)
      return this.exited;
    this.signal(signal);
    const impatience = setTimeout(() => this.signal('SIGKILL'), 3000);
    const how = await this.exited;
    clearTimeout(impatience);
    this.signal('SIGKILL');
    return how;
  }
}
