// SPDX-License-Identifier: GPL-3.0-or-later
// Registration at a real server, good and bad, and what the person is told.
import { writeFileSync } from 'node:fs';
import { Authority } from './lib/authority.mjs';
import { assert, domain, passwordOf, scenario, uriOf } from './lib/scenario.mjs';

const failed = State => State === 'failed' || State === 'unregistered';

scenario('interop/register/over-ws', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  const { State, Socket, Uri, StatusCode } = await phone.account.all();
  assert.deepEqual({ State, Uri, StatusCode }, { State: 'registered', Uri: uriOf('alice'), StatusCode: 200 });
  assert.equal(Socket.replace(/\/$/, ''), bench.kamailio.ws);
});

scenario('interop/register/over-wss-with-a-private-authority', async bench => {
  const { wss, authority } = await bench.startKamailio();
  const phone = await bench.phone('alice', { url: wss, account: { tls: { ca: authority.ca } } });
  assert.equal((await phone.account.get('Socket')).replace(/\/$/, ''), wss);
});

scenario('interop/register/unknown-certificate-is-refused-and-named', async bench => {
  const { wss } = await bench.startKamailio();
  const phone = await bench.phone('alice', { url: wss, registered: false });
  await phone.account.become({ Reason: Reason => /certificate/i.test(Reason) }, { within: 15000 });
  assert.notEqual(await phone.account.get('State'), 'registered');
});

scenario('interop/register/another-authority-is-refused-and-named', async bench => {
  const { wss } = await bench.startKamailio();
  const other = new Authority(bench.directory, 'other');
  const phone = await bench.phone('alice', { url: wss, account: { tls: { ca: other.ca } }, registered: false });
  await phone.account.become({ Reason: Reason => /certificate/i.test(Reason) }, { within: 15000 });
});

scenario('interop/register/wrong-password', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice', { account: { password: 'wrong' }, registered: false });
  const { StatusCode, Reason } = await phone.account.become({ State: failed, StatusCode: code => code === 401 || code === 403 });
  assert.ok([401, 403].includes(StatusCode));
  assert.match(Reason, /password/i);
});

scenario('interop/register/no-such-user', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('nobody', { registered: false });
  const { Reason } = await phone.account.become({ State: failed, StatusCode: 404 });
  assert.notEqual(Reason, '');
});

scenario('interop/register/ha1-instead-of-a-password', async bench => {
  await bench.startKamailio();
  const { createHash } = await import('node:crypto');
  const ha1 = createHash('md5').update(`alice:${domain}:${passwordOf('alice')}`).digest('hex');
  const phone = await bench.phone('alice', { account: { password: undefined, ha1, realm: domain } });
  assert.equal(await phone.account.get('State'), 'registered');
});

scenario('interop/register/unregister-and-register-again', async bench => {
  await bench.startKamailio();
  const phone = await bench.phone('alice');
  const bob = await bench.party('bob');
  await phone.account.unregister();
  await phone.account.become({ State: 'unregistered' });
  const refused = await bob.call(uriOf('alice'));
  assert.equal((await refused.event('failed')).status, 480);
  await phone.account.register();
  await phone.account.registered();
});

scenario('interop/register/the-second-server-when-the-first-is-away', async bench => {
  const { ws } = await bench.startKamailio();
  const phone = await bench.phone('alice', { account: { sockets: [{ url: 'ws://127.0.0.1:9', weight: 10 }, { url: ws, weight: 1 }] } });
  assert.equal((await phone.account.get('Socket')).replace(/\/$/, ''), ws);
});

scenario('interop/register/bad-account-files', async bench => {
  const { ws } = await bench.startKamailio();
  const phone = await bench.phone('alice');
  const bad = {
    'not JSON': '{',
    uri: { sockets: ws },
    sockets: { uri: uriOf('bob') },
    colour: { uri: uriOf('bob'), sockets: ws, colour: 'green' },
    register_expires: { uri: uriOf('bob'), sockets: ws, register_expires: 'long' },
  };
  for (const [key, account] of Object.entries(bad)) {
    const file = `${bench.directory}/bad.json`;
    writeFileSync(file, typeof account === 'string' ? account : JSON.stringify(account));
    const { status, stderr } = await phone.run('--add-account', file);
    assert.equal(status, 1, key);
    if (key !== 'not JSON')
      assert.match(stderr, new RegExp(key));
  }
  assert.equal((await phone.run('--list-accounts')).stdout.trim(), uriOf('alice'));
  assert.equal(await phone.account.get('State'), 'registered');
});
