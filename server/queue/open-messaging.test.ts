import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { startRedis, type TestRedis } from '@/test/redis';
import { requireTool } from '@/test/require-tool';
import { openMessaging } from './open-messaging';

/** Something that rings the bell, while it runs. */
interface Backend {
  readonly url: string;
  /** What it says to whoever connects while it cannot work yet. */
  readonly refusal: Buffer;
  stop(): Promise<void>;
}

/** Between us and the backend: refuses as it does while it starts, until told that it is up. */
interface Gate {
  readonly url: string;
  readonly refusals: () => number;
  open(): void;
  /** Breaks every connection and refuses again. */
  shut(): void;
  close(): void;
}

async function startGate({ url: targetUrl, refusal }: Backend): Promise<Gate> {
  const target = new URL(targetUrl);
  let isOpen = false;
  let refusals = 0;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    if (!isOpen) {
      refusals++;
      return void socket.once('data', () => socket.end(refusal));
    }
    const upstream = net.connect(Number(target.port), target.hostname);
    upstream.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(targetUrl);
  url.port = String((server.address() as AddressInfo).port);
  const shut = (): void => {
    isOpen = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    refusals: () => refusals,
    open: () => {
      isOpen = true;
    },
    shut,
    close: () => {
      server.close();
      shut();
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

async function startPostgresBackend(): Promise<Backend> {
  const at: TestDatabase = await createTestDatabase();
  return { url: at.workerUrl, refusal: startingUp(), stop: () => at.drop() };
}

async function startRedisBackend(): Promise<Backend> {
  const redis: TestRedis = await startRedis();
  return {
    url: redis.url,
    refusal: Buffer.from('-LOADING Redis is loading the dataset in memory\r\n'),
    stop: () => redis.stop(),
  };
}

const BACKENDS = {
  Postgres: { start: startPostgresBackend, isThere: true },
  Redis: { start: startRedisBackend, isThere: requireTool('redis-server') },
};

for (const [name, { start, isThere }] of Object.entries(BACKENDS))
  describe.skipIf(!isThere)(`the bell on ${name}`, () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await start();
    });
    afterAll(() => backend.stop());

    it(`rings in a process that was started before ${name} was up`, async () => {
      const gate = await startGate(backend);
      const [worker, ringer] = [openMessaging(gate.url, 4), openMessaging(gate.url, 2)];
      const heard: unknown[] = [];
      worker.work('bell', (payload) => Promise.resolve(void heard.push(payload)), 1);
      ringer.add('bell', 'first', { mspId: 'one' }).catch(() => {}); // refused by the one, kept waiting by the other
      await expect.poll(gate.refusals, { timeout: 20_000 }).toBeGreaterThan(3);
      gate.open();
      await expect
        .poll(() => ringer.add('bell', 'second', { mspId: 'two' }).then(() => 'added'), { timeout: 20_000 })
        .toBe('added');
      await expect.poll(() => heard, { timeout: 20_000 }).toContainEqual({ mspId: 'two' });
      await Promise.all([worker.close(), ringer.close()]);
      gate.close();
    });

    it('rings once for what is asked twice while it waits', async () => {
      const [worker, ringer] = [openMessaging(backend.url, 4), openMessaging(backend.url, 2)];
      for (const mspId of ['one', 'one', 'two', 'one']) await ringer.add('once', `msp-${mspId}`, { mspId });
      const heard: unknown[] = [];
      worker.work('once', (payload) => Promise.resolve(void heard.push(payload)), 1);
      await ringer.add('once', 'last', { mspId: 'last' });
      await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(3);
      expect(heard).toEqual([{ mspId: 'one' }, { mspId: 'two' }, { mspId: 'last' }]);
      await Promise.all([worker.close(), ringer.close()]);
    });

    it('rings again after every connection broke', async () => {
      const gate = await startGate(backend);
      gate.open();
      const [worker, ringer] = [openMessaging(gate.url, 4), openMessaging(backend.url, 2)];
      const heard: unknown[] = [];
      worker.work('again', (payload) => Promise.resolve(void heard.push(payload)), 1);
      await ringer.add('again', 'before', { mspId: 'before' });
      await expect.poll(() => heard, { timeout: 20_000 }).toEqual([{ mspId: 'before' }]);
      gate.shut();
      await expect.poll(gate.refusals, { timeout: 20_000 }).toBeGreaterThan(0);
      gate.open();
      await ringer.add('again', 'after', { mspId: 'after' });
      await expect.poll(() => heard, { timeout: 30_000 }).toContainEqual({ mspId: 'after' });
      await Promise.all([worker.close(), ringer.close()]);
      gate.close();
    });

    it(`ends in time, also when ${name} never came`, async () => {
      const gate = await startGate(backend);
      const messaging = openMessaging(gate.url, 4);
      messaging.work('bell', () => Promise.resolve(), 1);
      messaging.add('bell', 'never', { mspId: 'never' }).catch(() => {}); // it may wait for ever
      await expect.poll(gate.refusals, { timeout: 20_000 }).toBeGreaterThan(1);
      await messaging.close();
      gate.close();
    });
  });

describe.skipIf(!requireTool('redis-server'))('a Redis that loses everything', () => {
  it('rings again after it was wiped and after it was killed', { timeout: 120_000 }, async () => {
    const redis = await startRedis();
    const [worker, ringer] = [openMessaging(redis.url, 4), openMessaging(redis.url, 2)];
    const heard: unknown[] = [];
    worker.work('bell', (payload) => Promise.resolve(void heard.push(payload)), 2);
    const isHeard = async (mspId: string): Promise<void> => {
      await ringer.add('bell', `msp-${mspId}`, { mspId });
      await expect.poll(() => heard, { timeout: 30_000 }).toContainEqual({ mspId });
    };
    await isHeard('before');
    await redis.flush();
    await isHeard('wiped');
    await redis.kill();
    await redis.start();
    await isHeard('killed');
    await Promise.all([worker.close(), ringer.close()]);
    await redis.stop();
  });
});
