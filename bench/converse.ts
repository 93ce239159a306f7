import net from 'node:net';

/** How a request is answered: when its answer is whole, and how one begins that is good. */
export interface Manners {
  readonly port: number;
  readonly isWhole: (received: string) => boolean;
  readonly good: string;
}

/** One connection: a request, its answer, the next, until there is none. Plain sockets cost little of the cores that the server shares. */
export function converse({ port, isWhole, good }: Manners, nextRequest: () => Buffer | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let received = '';
    const send = (): void => {
      const request = nextRequest();
      if (request) socket.write(request);
      else socket.end(resolve);
    };
    socket.once('connect', send);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (!isWhole(received)) return;
      if (!received.startsWith(good)) {
        reject(new Error(received));
        return;
      }
      received = '';
      send();
    });
  });
}
