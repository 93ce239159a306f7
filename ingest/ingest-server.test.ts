import { createPublicKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryAnswer, problem } from '@/contract/delivery';
import { enrolmentAnswer } from '@/contract/enrolment';
import { workerScope } from '@/server/auth/system-scope';
import { setting } from '@/server/config';
import { openDatabase, type Database } from '@/server/data/database';
import { openIngestStore, type IngestStore } from '@/server/data/ingest-store';
import { listMissingSequences } from '@/server/data/missing-sequences';
import { log } from '@/server/log';
import { createReportIntake } from '@/server/services/ingest-report';
import { createMessageIntake } from '@/server/services/take-messages';
import { mintEnrolmentToken } from '@/server/services/mint-enrolment-token';
import type { RawDelivery } from '@/server/services/verify-delivery';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { slowTest } from '@/test/slow-test';
import { createIngestServer } from './ingest-server';
import {
  asOwner,
  deliveryOf,
  enrolmentOf,
  headersOf,
  makeAgent,
  makeTenant,
  reportDelivery,
  reportOf,
  type SampleAgent,
  type SampleTenant,
} from './testing/sample-agent';

let at: TestDatabase;
let store: IngestStore;
let database: Database;
let url: string;
let close: () => void;
let folder: string;
let tenant: SampleTenant;

beforeAll(async () => {
  at = await createTestDatabase();
  store = openIngestStore({ url: at.ingestUrl, contextKey: setting('contextKey') });
  database = openDatabase({ url: at.workerUrl, contextKey: setting('contextKey') });
  const limits = { agent: { perSecond: 1, burst: 300 }, msp: { perSecond: 1000, burst: 5000 } };
  const intake = createReportIntake(store, () => {}, limits);
  const identity = { publicKey: createPublicKey(setting('signingKey')), ingestUrl: null };
  folder = await mkdtemp(join(tmpdir(), 'holdfast-ingest-'));
  const agentFile = join(folder, 'holdfast-agent.mjs');
  const server = createIngestServer(
    {
      store,
      intake,
      messages: createMessageIntake(store, () => {}),
      identity,
      log: log('ingest'),
      agentFile,
    },
    () => false,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => {
    server.close().closeAllConnections();
  };
  tenant = await makeTenant(at.ownerUrl, 'Quillmark IT');
});
afterAll(async () => {
  close();
  await store.close();
  await database.close();
  await at.drop();
  await rm(folder, { recursive: true });
});

async function post(delivery: RawDelivery, changed: Record<string, string> = {}) {
  const response = await fetch(`${url}/v1/reports`, {
    method: 'POST',
    headers: { ...headersOf(delivery), ...changed },
    body: new Uint8Array(delivery.body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as { code?: string } };
}
const newAgent = (host = 'fs-01'): Promise<SampleAgent> => makeAgent(at.ownerUrl, tenant, host);

async function kept(
  agent: SampleAgent,
): Promise<{ sequence: number; state: string; reason: string | null }[]> {
  return asOwner(at.ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ sequence: string; state: string; reason: string | null }>(
      `SELECT r.sequence, i.state, i.reason FROM app.raw_report r
       JOIN app.inbox i USING (msp_id, raw_report_id) WHERE agent_id = $1 ORDER BY sequence`,
      [agent.agentId],
    );
    return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
  });
}

describe('the agent for machines', () => {
  it('is handed out as it was bundled, to be kept as a file', async () => {
    expect((await fetch(`${url}/holdfast-agent.mjs`)).status).toBe(404);
    await writeFile(join(folder, 'holdfast-agent.mjs'), "console.log('agent');\n");
    const response = await fetch(`${url}/holdfast-agent.mjs`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="holdfast-agent.mjs"');
    expect(await response.text()).toBe("console.log('agent');\n");
    expect((await fetch(`${url}/holdfast-agent.mjs`, { method: 'POST' })).status).toBe(405);
  });
});

describe('POST /v1/reports', () => {
  it('answers 202 with the very report it keeps, byte for byte', async () => {
    const agent = await newAgent();
    const delivery = reportDelivery(agent, reportOf(agent, 1));
    const { status, body } = await post(delivery);
    expect(status).toBe(202);
    expect(deliveryAnswer.parse(body)).toMatchObject({ outcome: 'stored', epoch: agent.epoch, sequence: 1 });
    const rows = await asOwner(
      at.ownerUrl,
      async (owner) =>
        (
          await owner.query<{ body: Buffer }>('SELECT body FROM app.raw_report WHERE agent_id = $1', [
            agent.agentId,
          ])
        ).rows,
    );
    expect(rows[0]?.body.equals(delivery.body)).toBe(true);
  });

  it('keeps a report once, however often and in whatever order it is sent', async () => {
    const agent = await newAgent();
    const deliveries = [5, 1, 3, 2, 4].map((sequence) => reportDelivery(agent, reportOf(agent, sequence)));
    const answers = await Promise.all([...deliveries, ...deliveries, ...deliveries].map((one) => post(one)));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    const outcomes = answers.map(({ body }) => deliveryAnswer.parse(body).outcome);
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(10);
    expect((await kept(agent)).map((row) => row.sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  it('knows which numbers never arrived', async () => {
    const agent = await newAgent();
    for (const sequence of [2, 3, 7]) await post(reportDelivery(agent, reportOf(agent, sequence)));
    const missing = await database.inScope(workerScope(tenant.mspId), (tx) =>
      listMissingSequences(tx, tenant.mspId, agent.agentId, 10),
    );
    expect(missing).toEqual([
      { epoch: agent.epoch, from: 1, to: 1, noticedAt: expect.any(Date) },
      { epoch: agent.epoch, from: 4, to: 6, noticedAt: expect.any(Date) },
    ]);
  });

  it('refuses another report of the same number and tells the audit log', async () => {
    const agent = await newAgent();
    await post(reportDelivery(agent, reportOf(agent, 1)));
    const { status, body } = await post(reportDelivery(agent, reportOf(agent, 1)));
    expect([status, problem.parse(body).code]).toEqual([409, 'sequence-conflict']);
    const events = await asOwner(at.ownerUrl, (owner) =>
      owner.query("SELECT FROM audit.event WHERE action = 'report.sequence-conflict' AND actor_id = $1", [
        agent.agentId,
      ]),
    );
    expect(events.rowCount).toBe(1);
  });

  it('takes a number 100,000 beyond the last and refuses the next', async () => {
    const agent = await newAgent();
    expect((await post(reportDelivery(agent, reportOf(agent, 100_001)))).status).toBe(400);
    expect((await post(reportDelivery(agent, reportOf(agent, 100_000)))).status).toBe(202);
    expect((await post(reportDelivery(agent, reportOf(agent, 200_001)))).status).toBe(400);
    expect((await post(reportDelivery(agent, reportOf(agent, 200_000)))).status).toBe(202);
  });

  it('refuses a stream with a thousand gaps, yet takes what fills one', async () => {
    const agent = await newAgent();
    await asOwner(at.ownerUrl, (owner) =>
      owner.query(
        `INSERT INTO app.agent_stream SELECT $1, $2, $3, $4,
           (SELECT range_agg(int8range(n * 2, n * 2, '[]')) FROM generate_series(1, 1000) n), now()`,
        [tenant.mspId, agent.agentId, agent.epoch, tenant.clientId],
      ),
    );
    expect((await post(reportDelivery(agent, reportOf(agent, 5000)))).status).toBe(400);
    expect((await post(reportDelivery(agent, reportOf(agent, 3)))).status).toBe(202);
  });

  it('refuses what is not signed by the agent it names', async () => {
    const agent = await newAgent();
    const { privateKey } = generateKeyPairSync('ed25519');
    const other = await newAgent('fs-02');
    const delivery = reportDelivery(agent, reportOf(agent, 1));
    const wrong = [
      reportDelivery(agent, reportOf(agent, 1), { signedBy: privateKey }),
      { ...delivery, agentId: other.agentId },
      { ...delivery, sequence: '2' },
      { ...delivery, epoch: randomUUID() },
      { ...delivery, sentAt: new Date(0).toISOString() },
      { ...delivery, contentEncoding: 'identity' },
      { ...delivery, body: gzipSync('{}') },
    ];
    for (const one of wrong) {
      const { status, body } = await post(one);
      expect([status, problem.parse(body).code]).toEqual([401, 'signature-invalid']);
    }
    expect((await post({ ...delivery, agentId: randomUUID() })).body.code).toBe('agent-unknown');
    expect(await kept(agent)).toEqual([]);
  });

  it('refuses a revoked agent on its next request', async () => {
    const agent = await newAgent();
    expect((await post(reportDelivery(agent, reportOf(agent, 1)))).status).toBe(202);
    await asOwner(at.ownerUrl, (owner) =>
      owner.query('UPDATE identity.agent_key SET revoked_at = now() WHERE agent_id = $1', [agent.agentId]),
    );
    for (const sequence of [1, 2]) {
      const { status, body } = await post(reportDelivery(agent, reportOf(agent, sequence)));
      expect([status, problem.parse(body).code]).toEqual([403, 'agent-revoked']);
    }
    expect(await kept(agent)).toHaveLength(1);
  });

  it("keeps an agent's report in its own MSP, whatever the body says", async () => {
    const otherTenant = await makeTenant(at.ownerUrl, 'Other');
    const [mine, theirs] = [await newAgent(), await makeAgent(at.ownerUrl, otherTenant, 'fs-01')];
    await post(reportDelivery(mine, { ...reportOf(theirs, 1), epoch: mine.epoch }));
    expect(await kept(theirs)).toEqual([]);
    expect(await kept(mine)).toMatchObject([{ state: 'quarantined' }]);
  });

  it('refuses every broken header without keeping anything', async () => {
    const agent = await newAgent();
    const delivery = reportDelivery(agent, reportOf(agent, 1));
    const wrong: [Record<string, string>, number][] = [
      [{ 'holdfast-agent': '' }, 400],
      [{ 'holdfast-agent': agent.agentId.toUpperCase() }, 400],
      [{ 'holdfast-agent': `${agent.agentId}' OR 1=1` }, 400],
      [{ 'holdfast-epoch': 'x' }, 400],
      [{ 'holdfast-sequence': '0' }, 400],
      [{ 'holdfast-sequence': '-1' }, 400],
      [{ 'holdfast-sequence': '1e3' }, 400],
      [{ 'holdfast-sequence': '9999999999999999' }, 400],
      [{ 'holdfast-sent-at': 'yesterday' }, 400],
      [{ 'holdfast-sent-at': '2026-13-45T99:00:00Z' }, 400],
      [{ 'holdfast-signature': 'AA==' }, 400],
      [{ 'content-encoding': 'gzip, gzip' }, 415],
      [{ 'content-encoding': 'br' }, 415],
      [{ 'content-type': 'text/plain' }, 415],
      [{ 'content-type': 'application/json; charset=utf-16' }, 415],
    ];
    for (const [headers, expected] of wrong) {
      const { status, body, headers: answered } = await post(delivery, headers);
      expect([headers, status]).toEqual([headers, expected]);
      expect(answered.get('content-type')).toBe('application/problem+json');
      expect(problem.safeParse(body).success).toBe(true);
    }
    expect(await kept(agent)).toEqual([]);
  });

  it('takes one MiB as sent and refuses a byte more', async () => {
    const agent = await newAgent();
    const body = randomBytes(1024 * 1024);
    expect((await post(deliveryOf(agent, body, { sequence: 1 }))).status).toBe(202);
    const { status, body: answer } = await post(
      deliveryOf(agent, Buffer.concat([body, Buffer.alloc(1)]), { sequence: 2 }),
    );
    expect([status, answer.code]).toEqual([413, 'too-large']);
  });

  it('puts aside what is signed and cannot be read, acknowledged with its reason, and never asks for it again', async () => {
    const agent = await newAgent();
    const json = JSON.stringify(reportOf(agent, 1));
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const bodies: Buffer[] = [
      Buffer.from('not gzip'),
      gzipSync(json).subarray(0, 40),
      gzipSync(gzipSync(json)),
      bomb,
      gzipSync('not json'),
      gzipSync(`\uFEFF${json}`),
      gzipSync(Buffer.from(json, 'utf16le')),
      gzipSync(Buffer.from([0xff, 0xfe, 0x7b, 0x7d])),
      gzipSync(json.replace('{', '{"sequence":1,')),
      gzipSync(json.replace('"name":"fs-01"', '"name":"\\u0000"')),
      gzipSync(json.replace('"name":"fs-01"', '"name":"\\ud800"')),
      gzipSync('['.repeat(100_000) + ']'.repeat(100_000)),
      gzipSync('{"__proto__":{"polluted":true}}'),
      gzipSync(json.replace('"sequence":1', '"sequence":1e400')),
      gzipSync('null'),
      Buffer.alloc(0),
    ];
    for (const [index, body] of bodies.entries()) {
      const started = performance.now();
      const { status, body: answer } = await post(deliveryOf(agent, body, { sequence: index + 1 }));
      expect([index, status, deliveryAnswer.parse(answer).outcome]).toEqual([index, 202, 'quarantined']);
      expect(deliveryAnswer.parse(answer).reason).toMatch(/^The report .+\.$/);
      expect(performance.now() - started).toBeLessThan(1000);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(await kept(agent)).toHaveLength(bodies.length);
    const again = await post(deliveryOf(agent, bodies[0] ?? Buffer.alloc(0), { sequence: 1 }));
    expect(deliveryAnswer.parse(again.body).outcome).toBe('duplicate');
  });

  it('puts aside a report whose body names another number than its headers', async () => {
    const agent = await newAgent();
    const { body } = await post(reportDelivery(agent, reportOf(agent, 7), { sequence: 8 }));
    expect(deliveryAnswer.parse(body)).toMatchObject({
      outcome: 'quarantined',
      reason: "The report's sequence is not the one it was signed for.",
    });
  });

  it('slows down an agent that sends too many, with a time to come back', async () => {
    const agent = await newAgent();
    const delivery = reportDelivery(agent, reportOf(agent, 1));
    // a slow machine sends the first few hundred no faster than they are allowed again
    let refused: Awaited<ReturnType<typeof post>> | undefined;
    for (let round = 0; !refused && round < 10; round++) {
      const answers = await Promise.all(Array.from({ length: 310 }, () => post(delivery)));
      refused = answers.find(({ status }) => status === 429);
    }
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await kept(agent)).toHaveLength(1);
  });

  slowTest('survives a few hundred mutilated reports: no 5xx, nothing outside the agent', async () => {
    const agent = await newAgent();
    const json = JSON.stringify(reportOf(agent, 1));
    const before = await asOwner(at.ownerUrl, (owner) => owner.query('SELECT FROM app.raw_report'));
    let seed = 20261124;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % below;
    };
    const statuses = new Set<number>();
    for (let sequence = 1; sequence <= 280; sequence++) {
      const bytes = Buffer.from(json);
      for (let hits = random(6); hits >= 0; hits--) bytes[random(bytes.length)] = random(256);
      const cut = bytes.subarray(0, random(4) === 0 ? random(bytes.length) : bytes.length);
      const isGzip = random(2) === 0;
      const body = isGzip ? gzipSync(cut) : cut;
      if (isGzip && random(3) === 0) body[random(body.length)] = random(256);
      const contentEncoding = isGzip ? ('gzip' as const) : ('identity' as const);
      statuses.add((await post(deliveryOf(agent, body, { sequence, contentEncoding }))).status);
    }
    expect([...statuses]).toEqual([202]);
    const after = await asOwner(at.ownerUrl, (owner) => owner.query('SELECT FROM app.raw_report'));
    expect((after.rowCount ?? 0) - (before.rowCount ?? 0)).toBe((await kept(agent)).length);
  });
});

describe('the ingestion service', () => {
  it('answers problem+json to whatever else is asked', async () => {
    for (const [method, path, status] of [
      ['GET', '/v1/reports', 405],
      ['PUT', '/v1/enrol', 405],
      ['POST', '/', 404],
      ['POST', '/v1/reports?agent=x', 404],
      ['GET', '/../etc/passwd', 404],
    ] as const) {
      const response = await fetch(`${url}${path}`, { method });
      expect([path, response.status]).toEqual([path, status]);
      expect(problem.safeParse(await response.json()).success).toBe(true);
    }
  });

  it('survives bytes that are not HTTP', async () => {
    const { port } = new URL(url);
    for (const bytes of ['\0\0\0', 'GET\r\n\r\n', `GET / HTTP/1.1\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`]) {
      const answer = await new Promise<string>((resolve) => {
        const socket = net.connect(Number(port), '127.0.0.1', () => socket.write(bytes));
        let text = '';
        socket.on('data', (chunk) => (text += String(chunk)));
        socket.on('close', () => resolve(text));
        socket.on('error', () => resolve(text));
      });
      expect(answer).toMatch(/^HTTP\/1\.1 4(00|13) /);
    }
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });
});

const mint = async (): Promise<string> =>
  (await mintEnrolmentToken(database, workerScope(tenant.mspId), tenant.clientId, Date.now())).token;
const enrol = async (body: unknown) => {
  const response = await fetch(`${url}/v1/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as unknown };
};

describe('POST /v1/enrol', () => {
  it('makes an agent of its client, once, and answers the same key the same again', async () => {
    const token = await mint();
    const { body } = enrolmentOf(token, 'ws-07');
    const first = await enrol(body);
    expect(first.status).toBe(201);
    const answer = enrolmentAnswer.parse(first.body);
    expect(answer).toMatchObject({ msp_name: 'Quillmark IT', client_name: "Quillmark IT's client" });
    expect(enrolmentAnswer.parse((await enrol(body)).body).agent_id).toBe(answer.agent_id);
    expect((await enrol(enrolmentOf(token, 'ws-08').body)).status).toBe(403);
    const events = await asOwner(at.ownerUrl, (owner) =>
      owner.query("SELECT FROM audit.event WHERE action = 'agent.enrolled' AND actor_id = $1", [
        answer.agent_id,
      ]),
    );
    expect(events.rowCount).toBe(1);
  });

  it('spends a token once among many at the same time', async () => {
    const token = await mint();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => enrol(enrolmentOf(token, `ws-${index}`).body)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(7);
  });

  it('refuses a key whose holder cannot sign, and a token that nobody made', async () => {
    const { body } = enrolmentOf(await mint(), 'ws-07');
    expect((await enrol({ ...body, hostname: 'other' })).status).toBe(401);
    expect((await enrol({ ...body, public_key: 'AAAA' })).status).toBe(401);
    expect((await enrol({ ...body, token: 'x' })).status).toBe(400);
    expect((await enrol(enrolmentOf(`hfe_${'A'.repeat(43)}`, 'ws').body)).status).toBe(403);
  });
});
