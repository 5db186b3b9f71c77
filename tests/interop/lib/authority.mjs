// SPDX-License-Identifier: GPL-3.0-or-later
// A private certificate authority and a certificate for this machine's loopback, made anew for each run.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

export class Authority {
  constructor (directory, name = 'authority') {
    const at = file => `${directory}/${name}-${file}`;
    const openssl = (...args) => execFileSync('openssl', args, { stdio: 'ignore' });
    Object.assign(this, { ca: at('ca.pem'), certificate: at('server.pem'), key: at('server.key') });
    writeFileSync(at('extensions'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n');
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
      '-addext', 'basicConstraints=critical,CA:TRUE', '-keyout', at('ca.key'), '-out', this.ca);
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-keyout', this.key, '-out', at('request'));
    openssl('x509', '-req', '-days', '2', '-in', at('request'), '-CA', this.ca, '-CAkey', at('ca.key'), '-CAcreateserial',
      '-extfile', at('extensions'), '-out', this.certificate);
  }
}
