import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { Pool } from 'pg';
import { v7 } from 'uuid';
import { z } from 'zod';
import { makeTenant } from '@/ingest/testing/sample-agent';
import { backendPid } from '@/server/data/backend-pid';
import { findClient } from '@/server/data/clients';
import { literal, openDatabase } from '@/server/data/database';
import { insertSite } from '@/server/data/sites';
import { checkAuditChain } from '@/server/services/check-audit-chain';
import { createSite } from '@/server/services/create-site';
import { setContextSql } from '@/server/tenancy/sealed-context';
import { makeTenantScope } from '@/server/tenancy/tenant-scope';

/**
 * Audited transactions a second on one MSP, whose chain lets one commit at a time, against the same transactions without their event,
 * alternating within one run on one Postgres; medians and their ratio. Once with a real service (a site is made), once with the same
 * statements and nothing of Prisma, which shows what the database alone can do. The aim is 500/s. Then the chain is checked whole. Needs a
 * system that runs (`npm start`, in production mode); HOLDFAST_DATA_DIR is its data folder. Adds MSPs to it that are left behind: use one
 * that is thrown away. `node scripts/run-typescript.mjs bench/audit.ts [WRITERS]`, preset 32.
 */
const WRITERS = Number(process.argv[2] ?? 32);
const ROUNDS = 5;
const ROUND_MS = 4000;
const GOAL = 500;

const { environment } = z
  .object({
    environment: z.object({
      DATABASE_URL: z.string(),
      DATABASE_URL_WEB: z.string(),
      HOLDFAST_CONTEXT_KEY: z.string(),
    }),
  })
  .parse(
    JSON.parse(readFileSync(path.join(process.env['HOLDFAST_DATA_DIR'] ?? '.data', 'runtime.json'), 'utf8')),
  );
const contextKey = Buffer.from(environment.HOLDFAST_CONTEXT_KEY, 'hex');
const database = openDatabase({
  url: environment.DATABASE_URL_WEB,
  contextKey,
  connectionsMax: WRITERS,
  applicationName: 'holdfast-bench',
});
const pool = new Pool({ connectionString: environment.DATABASE_URL_WEB, max: WRITERS });

const { mspId, clientId } = await makeTenant(
  environment.DATABASE_URL,
  `Audit bench ${randomUUID().slice(0, 8)}`,
);
const scope = makeTenantScope({ mspId, clientIds: '*', actorId: randomUUID(), role: 'owner' });
let audited = 0;

const newSite = () => ({
  name: randomUUID(),
  ownerKind: 'client' as const,
  timeZone: 'UTC',
  country: null,
  latitude: null,
  longitude: null,
});

/** What `createSite` does, without its event. */
async function withoutEvent(): Promise<void> {
  await database.inScope(scope, async (tx) => {
    if (!(await findClient(tx, mspId, clientId))) throw new Error('no client');
    await insertSite(tx, mspId, { siteId: v7(), ...newSite(), clientId, createdAt: new Date() });
  });
}

async function withEvent(): Promise<void> {
  await createSite(database, scope, clientId, newSite(), Date.now());
  audited += 1;
}

/** The statements alone, in three round trips: the event goes with the COMMIT, as services have it. */
async function bare(isAudited: boolean): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`BEGIN; ${setContextSql(scope, backendPid(client), contextKey, Date.now())}`);
    const siteId = v7();
    await client.query(
      `INSERT INTO app.site (msp_id, site_id, client_id, owner_kind, name, time_zone, created_at)
        VALUES ($1, $2, $3, 'client', $4, 'UTC', now())`,
      [mspId, siteId, clientId, randomUUID()],
    );
    const target = literal(JSON.stringify({ siteId }));
    const event = `SELECT audit.append('site.created', '${clientId}', ${target}, '{"ownerKind": "client", "country": null}')`;
    await client.query(isAudited ? `${event}; COMMIT` : 'COMMIT');
    if (isAudited) audited += 1;
  } finally {
    client.release();
  }
}

async function rate(transaction: () => Promise<void>): Promise<number> {
  const beganAt = performance.now();
  let count = 0;
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      while (performance.now() - beganAt < ROUND_MS) {
        await transaction();
        count += 1;
      }
    }),
  );
  return count / ((performance.now() - beganAt) / 1000);
}

async function compare(
  name: string,
  plain: () => Promise<void>,
  withAudit: () => Promise<void>,
): Promise<void> {
  const [without, audits]: [number[], number[]] = [[], []];
  await rate(withAudit); // warm
  for (let round = 0; round < ROUNDS; round++) {
    without.push(await rate(plain));
    audits.push(await rate(withAudit));
  }
  const shown = (rates: readonly number[]) =>
    `${median(rates).toFixed(0)}/s (${rates.map((one) => one.toFixed(0)).join(', ')})`;
  console.log(
    `${name}, ${WRITERS} writers: ${shown(audits)} audited, ${shown(without)} without the event, ratio ${(median(audits) / median(without)).toFixed(2)}; the aim is ${GOAL}/s`,
  );
}

function median(rates: readonly number[]): number {
  return rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)] ?? 0;
}

try {
  console.log(
    `load before: ${loadavg()
      .map((one) => one.toFixed(2))
      .join(' ')}`,
  );
  await compare('a site made by its service', withoutEvent, withEvent);
  await compare(
    'the same by bare statements',
    () => bare(false),
    () => bare(true),
  );
  const beganAt = performance.now();
  const { events, broken } = await checkAuditChain(database, scope);
  console.log(
    `the chain: ${events} events of ${audited} audited transactions, ${broken ? `broken at ${broken.seq}` : 'whole'}, checked in ${((performance.now() - beganAt) / 1000).toFixed(1)} s`,
  );
  if (broken || events !== audited) process.exitCode = 1;
} finally {
  await Promise.all([database.close(), pool.end()]);
}
