import http, { type IncomingHttpHeaders } from 'node:http';

/** A request as it crossed the wire. */
interface Received {
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** What it answers from now on. */
  status: number;
  answer: string;
  /** Where a redirect leads; null: there is no such header. */
  location: string | null;
  /** While set, it takes requests and says nothing. */
  isSilent: boolean;
  connections: number;
  close(): Promise<void>;
}

/** An HTTP server on loopback that keeps what it is given. */
export async function openReceiver(): Promise<Receiver> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      receiver.received.push({
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      });
      if (receiver.isSilent) return;
      const { status, answer, location } = receiver;
      response.writeHead(status, location === null ? {} : { location });
      response.end(answer);
    });
  });
  const receiver: Receiver = {
    url: '',
    received: [],
    status: 200,
    answer: 'thanks',
    location: null,
    isSilent: false,
    connections: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on('connection', () => receiver.connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return Object.assign(receiver, { url: `http://127.0.0.1:${address.port}/hook` });
}
