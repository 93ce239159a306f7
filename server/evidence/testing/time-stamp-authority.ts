import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** What the authority does with the next requests. */
type Mood = 'good' | 'refuses' | 'silent' | 'answers-another' | 'changes-a-byte';

/** A time-stamping authority on this machine: OpenSSL's own, behind HTTP. */
export interface TestAuthority {
  readonly url: string;
  /** The certificate that issued its own, as PEM. */
  readonly caFile: string;
  mood: Mood;
  readonly close: () => Promise<void>;
}

const CONFIG = (folder: string): string => `[req]
distinguished_name=dn
[dn]
[ca]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign
[tsa]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
[tsa_config1]
serial=${folder}/serial
signer_cert=${folder}/tsa.crt
certs=${folder}/ca.crt
signer_key=${folder}/tsa.key
signer_digest=sha256
default_policy=1.2.3.4.1
digests=sha256
accuracy=secs:1
`;

/** Makes the keys and starts it. `kind`: of its own key; the one that issued it has RSA. */
export async function openTestAuthority(kind: 'rsa' | 'p256' | 'p384', name: string): Promise<TestAuthority> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-tsa-'));
  const openssl = (...args: readonly string[]): Buffer =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  fs.writeFileSync(path.join(folder, 'ca.cnf'), CONFIG(folder));
  fs.writeFileSync(path.join(folder, 'serial'), '01\n');
  const newKey = kind === 'rsa' ? ['rsa:2048'] : ['ec', '-pkeyopt', `ec_paramgen_curve:P-${kind.slice(1)}`];
  const common = ['-nodes', '-config', 'ca.cnf', '-sha256'];
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-subj',
    `/CN=${name} root`,
    '-extensions',
    'ca',
    '-days',
    '30',
    ...common,
  );
  openssl(
    'req',
    '-new',
    '-newkey',
    ...newKey,
    '-keyout',
    'tsa.key',
    '-out',
    'tsa.csr',
    '-subj',
    `/O=Tests/CN=${name}`,
    ...common,
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'tsa.csr',
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'tsa.crt',
    '-days',
    '30',
    '-extfile',
    'ca.cnf',
    '-extensions',
    'tsa',
    '-sha256',
  );
  let last: Buffer | null = null;
  const stamped = (query: Buffer): Buffer => {
    fs.writeFileSync(path.join(folder, 'query'), query);
    openssl(
      'ts',
      '-reply',
      '-config',
      'ca.cnf',
      '-section',
      'tsa_config1',
      '-queryfile',
      'query',
      '-out',
      'reply',
    );
    return fs.readFileSync(path.join(folder, 'reply'));
  };
  const authority = { url: '', caFile: path.join(folder, 'ca.crt'), mood: 'good' as Mood, close };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (authority.mood === 'silent') return response.destroy();
      if (authority.mood === 'refuses') return response.writeHead(503).end();
      const answer = authority.mood === 'answers-another' && last ? last : stamped(Buffer.concat(parts));
      last = answer;
      if (authority.mood === 'changes-a-byte') {
        const at = answer.length - 40;
        answer[at] = (answer[at] ?? 0) ^ 1;
      }
      return response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  authority.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return authority;

  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    fs.rmSync(folder, { recursive: true });
  }
}
