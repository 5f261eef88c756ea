// An OpenID provider on loopback for the tests: npm's certified oidc-provider with its own login page.
// usage: node provider.mjs CONFIG   (JSON: clients, accounts; see kore-testkit)
// Prints its address, and ends when its standard input does.
import http from 'node:http';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const modules = process.env.KORE_OIDC ?? path.dirname(new URL(import.meta.url).pathname);
const entry = path.join(modules, 'node_modules/oidc-provider/lib/index.js');
const { default: Provider } = await import(pathToFileURL(entry));

const { clients, accounts, iss = true } = JSON.parse(process.argv[2]);
let handle = (_, response) => response.end();
const server = http.createServer((request, response) => handle(request, response));
server.listen(0, '127.0.0.1', () => {
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients,
    pkce: { required: () => true },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
      groups: ['groups'],
    },
    cookies: { keys: ['only for tests'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
  });
  handle = provider.callback();
  console.log(`http://127.0.0.1:${server.address().port}`);
});
process.stdin.on('end', () => process.exit(0)).resume();
