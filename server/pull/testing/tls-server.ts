import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A request as it crossed the wire. */
interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A server with a certificate that it signed itself. */
export interface TlsServer {
  readonly url: string;
  /** As people pin it. */
  readonly fingerprint: string;
  readonly seen: Seen[];
  /** What it does in place of its own; null: its own. */
  misbehave: ((response: ServerResponse) => void) | null;
  close(): Promise<void>;
}

type Answers = (seen: Seen) => { readonly status?: number; readonly json: unknown };

/** A server on loopback that answers in JSON. Needs `openssl`; see `requireTool`. */
export async function openTlsServer(answers: Answers): Promise<TlsServer> {
  const { key, cert } = selfSigned();
  const server = https.createServer({ key, cert }, (request, response) => {
    void readBody(request).then((body) => {
      const { method = '', headers } = request;
      const seen = { method, url: new URL(request.url ?? '/', made.url), headers, body };
      made.seen.push(seen);
      if (made.misbehave) {
        made.misbehave(response);
        return;
      }
      const { status = 200, json } = answers(seen);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
  });
  const made: TlsServer = {
    url: '',
    fingerprint: new X509Certificate(cert).fingerprint256,
    seen: [],
    misbehave: null,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return Object.assign(made, { url: `https://127.0.0.1:${address.port}` });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function selfSigned(): { key: string; cert: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-tls-'));
  try {
    const file = (name: string) => path.join(folder, name);
    const asked = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const subject = ['-subj', '/CN=backup.example'];
    const files = ['-keyout', file('key.pem'), '-out', file('cert.pem')];
    execFileSync('openssl', ['req', '-x509', ...asked, ...subject, ...files], { stdio: 'pipe' });
    return { key: readFileSync(file('key.pem'), 'utf8'), cert: readFileSync(file('cert.pem'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
