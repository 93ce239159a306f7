import http from 'node:http';
import net from 'node:net';
import type { HostileRequest } from './hostile-request';

/** How the ingestion process answered; status 0: it hung up without a word. */
export interface HostileAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const ANSWER_MS_MAX = 30_000;

/** Sends requests, so many at once, and tells of every answer. */
export async function sendHostile(
  url: string,
  count: number,
  requestAt: (index: number) => HostileRequest,
  onAnswer: (request: HostileRequest, answer: HostileAnswer) => void,
  atOnce = 16,
): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
  let next = 0;
  const send = async (): Promise<void> => {
    while (next < count) {
      const request = requestAt(next++);
      onAnswer(request, await (request.raw ? sendRaw(url, request.raw) : sendOne(url, request, agent)));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, send));
  agent.destroy();
}

function sendOne(url: string, request: HostileRequest, agent: http.Agent): Promise<HostileAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = http.request(
      {
        hostname,
        port,
        agent,
        method: request.method,
        path: request.path,
        headers: { ...request.headers, 'content-length': request.body.length },
        timeout: ANSWER_MS_MAX,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body }),
        );
        response.once('error', () => resolve({ status: 0, type: '', body }));
      },
    );
    sent.once('timeout', () => reject(new Error(`no answer to ${request.index} (${request.what})`)));
    // Who is refused before the whole body is sent may see the connection end first.
    sent.once('error', (error: NodeJS.ErrnoException) =>
      ['ECONNRESET', 'EPIPE'].includes(error.code ?? '')
        ? resolve({ status: 0, type: '', body: '' })
        : reject(error),
    );
    sent.end(request.body);
  });
}

/** Writes bytes and half-closes; whatever comes back is read to the end. */
function sendRaw(url: string, bytes: Buffer): Promise<HostileAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname);
    let text = '';
    socket.setTimeout(ANSWER_MS_MAX, () => reject(new Error('no answer to raw bytes')));
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.once('error', () => resolve({ status: 0, type: '', body: '' }));
    socket.once('close', () => {
      const [, status = '0'] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
      const [, type = ''] = /^content-type: (.*)\r$/im.exec(text) ?? [];
      resolve({ status: Number(status), type, body: text.slice(text.indexOf('\r\n\r\n') + 4) });
    });
    socket.end(bytes);
  });
}
