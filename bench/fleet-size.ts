import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { asOwner } from '@/ingest/testing/sample-agent';
import type { PolicyPreview } from '@/domain/policy/policy-preview';
import { NOTHING_PROMISED } from '@/domain/retention/retention-policy';
import { openDatabase, type Database } from '@/server/data/database';
import { readFleet } from '@/server/data/fleet';
import type { FleetView } from '@/server/data/fleet-clients';
import { openIngestStore } from '@/server/data/ingest-store';
import { readPolicyFacts } from '@/server/data/policies';
import { createDefaultPolicy } from '@/server/services/create-default-policy';
import { previewPolicy } from '@/server/services/preview-policy';
import { makeTenantScope } from '@/server/tenancy/tenant-scope';
import { contextKey, fillMsp, report, median, runtime, SIZES, type SizedMsp } from './sized-msp';

/**
 * What the fleet costs an MSP of 20,000 systems against one of 200, alternating within one run on one Postgres: the fleet's data,
 * the page over HTTP, and a report from its arrival to its verdict. Medians and their ratios; then how long a preview of a policy takes,
 * and the JavaScript that the first load of the fleet takes. Needs a system that runs (`npm start`, in production mode); HOLDFAST_DATA_DIR is its data folder. Adds
 * MSPs to it that are left behind: use one that is thrown away.
 */
const READS = 15;
const REPORTS = 15;
const settings = runtime.environment;
const VIEW: FleetView = { search: '', status: null, sort: 'status', isReversed: false, page: 1 };
async function main(): Promise<void> {
  const web = openDatabase({ url: settings.DATABASE_URL_WEB, contextKey });
  const worker = openDatabase({ url: settings.DATABASE_URL_WORKER, contextKey });
  const store = openIngestStore({ url: settings.DATABASE_URL_INGEST, contextKey });
  try {
    const msps: SizedMsp[] = [];
    for (const size of SIZES) msps.push(await fillMsp(store, worker, size));
    await asOwner(settings.DATABASE_URL, (owner) => owner.query('VACUUM ANALYZE'));
    await compare('data of the fleet', msps, READS, (msp) => readData(web, msp), 1.5);
    await compare('page of the fleet over HTTP', msps, READS, readPage, 1.5);
    await compare('report, from arrival to verdict', msps, REPORTS, (msp) => report(store, worker, msp), 1.2);
    for (const msp of msps) await measurePreview(web, msp);
    const [msp] = msps;
    if (msp) await printFirstLoad(msp);
  } finally {
    await Promise.all([web.close(), worker.close(), store.close()]);
  }
}

async function compare(
  what: string,
  msps: readonly SizedMsp[],
  rounds: number,
  once: (msp: SizedMsp) => Promise<void>,
  goal: number,
): Promise<void> {
  const spent = new Map(msps.map((msp) => [msp, [] as number[]]));
  for (let round = -3; round < rounds; round++)
    for (const [msp, times] of spent) {
      const from = performance.now();
      await once(msp);
      if (round >= 0) times.push(performance.now() - from);
    }
  const medians = [...spent].map(([msp, times]) => {
    console.log(
      `${what}, ${msp.systems} systems: ${median(times).toFixed(1)} ms (most ${Math.max(...times).toFixed(1)})`,
    );
    return median(times);
  });
  const ratio = (medians.at(-1) ?? 0) / (medians[0] ?? 1);
  console.log(`${what}: ratio ${ratio.toFixed(2)} (goal: at most ${goal})`);
}

async function readData(web: Database, { mspId }: SizedMsp): Promise<void> {
  const scope = makeTenantScope({ mspId, clientIds: '*', actorId: null, role: 'owner' });
  const { rows } = await readFleet(web, scope, VIEW, [], new Date());
  if (rows.length !== 50) throw new Error(`the fleet shows ${rows.length} clients`);
}

async function readPage({ cookie }: SizedMsp): Promise<void> {
  const response = await fetch(runtime.webUrl, { headers: { cookie } });
  const page = await response.text();
  if (!page.includes('Changed since yesterday')) throw new Error(`no fleet: ${response.status}`);
}

/** What every system's policy would change, previewed as the editor does; with progress, so that nobody waits in the dark. */
async function measurePreview(web: Database, { mspId, systems }: SizedMsp): Promise<void> {
  const scope = makeTenantScope({ mspId, clientIds: '*', actorId: null, role: 'owner' });
  const now = new Date();
  const readPolicies = () => web.inScope(scope, (tx) => readPolicyFacts(tx, mspId, '*', now));
  // the worker of the system that runs may have made the default policy already
  if ((await readPolicies()).policies.length === 0)
    await web.inScope(scope, (tx) => createDefaultPolicy(tx, mspId, null, now));
  const policyId = (await readPolicies()).policies[0]?.policyId ?? '';
  const draft = {
    policyId,
    overrides: { rpoSeconds: 1800, warningWindowSeconds: 0, schedule: NIGHTLY, retention: RETENTION },
    assign: null,
  };
  const from = performance.now();
  let [steps, longest, last] = [0, 0, from];
  let changed: PolicyPreview | null = null;
  for await (const step of previewPolicy(web, scope, draft, { now, wordsIn: () => WORDS })) {
    const at = performance.now();
    longest = Math.max(longest, at - last);
    [last, steps] = [at, steps + 1];
    if (step.kind === 'preview') changed = step.preview;
  }
  if (changed === null) throw new Error('the preview ended without a word');
  console.log(
    `preview of a policy over ${systems} systems: ${((last - from) / 1000).toFixed(1)} s, ${steps} steps, the longest ${longest.toFixed(0)} ms (goal: at most 60 s)`,
  );
}

const NIGHTLY = { kind: 'cron', expression: '0 21 * * *' } as const;
const RETENTION = { ...NOTHING_PROMISED, daily: 7 };
const WORDS = { formatInstant: (at: number) => new Date(at).toISOString() };

/** Scripts of the page as a browser that was never here fetches them. */
async function printFirstLoad({ cookie }: SizedMsp): Promise<void> {
  const page = await (await fetch(runtime.webUrl, { headers: { cookie } })).text();
  const scripts = [...page.matchAll(/<script\b[^>]*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => !tag.includes('noModule'));
  const addresses = new Set(scripts.flatMap((tag) => /src="([^"]+)"/.exec(tag)?.[1] ?? []));
  let bytes = 0;
  for (const address of addresses) {
    const script = await (await fetch(new URL(address, runtime.webUrl))).arrayBuffer();
    bytes += gzipSync(new Uint8Array(script)).length;
  }
  console.log(
    `first load: ${(bytes / 1000).toFixed(1)} kB of JavaScript in ${addresses.size} files, gzip (goal: at most 200)`,
  );
}

await main();
