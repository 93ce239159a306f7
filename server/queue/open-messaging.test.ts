import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { openMessaging } from './open-messaging';

let at: TestDatabase;
beforeAll(async () => {
  at = await createTestDatabase();
});
afterAll(() => at.drop());

/** Between us and Postgres: refuses as Postgres does while it recovers, until told that it is up. */
interface Gate {
  readonly url: string;
  readonly refusals: () => number;
  open(): void;
  close(): void;
}

async function startGate(targetUrl: string): Promise<Gate> {
  const target = new URL(targetUrl);
  let isOpen = false;
  let refusals = 0;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    if (!isOpen) {
      refusals++;
      return void socket.once('data', () => socket.end(startingUp()));
    }
    const upstream = net.connect(Number(target.port), target.hostname);
    upstream.on('error', () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(targetUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    refusals: () => refusals,
    open: () => {
      isOpen = true;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** `FATAL: the database system is starting up`, as it goes over the wire. */
function startingUp(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0');
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

describe('the bell on Postgres', () => {
  it('rings in a process that was started before Postgres was up', async () => {
    const gate = await startGate(at.workerUrl);
    const [worker, ringer] = [openMessaging(gate.url, 4), openMessaging(gate.url, 2)];
    const rung = new Promise((resolve) =>
      worker.work('bell', (payload) => Promise.resolve(resolve(payload)), 1),
    );
    await expect(ringer.add('bell', 'first', { mspId: 'one' })).rejects.toThrow('starting up');
    await expect.poll(gate.refusals, { timeout: 20_000 }).toBeGreaterThan(3);
    gate.open();
    await expect
      .poll(() => ringer.add('bell', 'second', { mspId: 'two' }).then(() => 'added'), { timeout: 20_000 })
      .toBe('added');
    expect(await rung).toEqual({ mspId: 'two' });
    await Promise.all([worker.close(), ringer.close()]);
    gate.close();
  });

  it('ends in time, also when Postgres never came', async () => {
    const gate = await startGate(at.workerUrl);
    const messaging = openMessaging(gate.url, 4);
    messaging.work('bell', () => Promise.resolve(), 1);
    await expect.poll(gate.refusals, { timeout: 20_000 }).toBeGreaterThan(1);
    await messaging.close();
    gate.close();
  });
});
