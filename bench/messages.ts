import { fork } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { mailSamples, withFile } from '@/ingest/testing/mail-samples';
import {
  headersOf,
  makeAgent,
  makeTenant,
  reportDelivery,
  reportOf,
  type SampleAgent,
} from '@/ingest/testing/sample-agent';
import { openDatabase } from '@/server/data/database';
import { hearInbound } from '@/server/inbound/parse-inbound';
import { channelForm, openChannel } from '@/server/services/open-channel';
import { makeTenantScope } from '@/server/tenancy/tenant-scope';
import { converse, type Manners } from './converse';

/**
 * Mails read a second on one core, the most memory that reading one of 25 MiB takes a process, and pings against signed reports,
 * alternating within one run on one Postgres. The last needs a migrated database: BENCH_OWNER_URL, BENCH_WEB_URL, BENCH_INGEST_URL,
 * HOLDFAST_CONTEXT_KEY, and the bundled ingestion process in BENCH_INGEST_PROGRAM; without them it is left out.
 */
const PORT = 3169;
const CLIENTS = 128;
const ROUNDS = 3;
const ROUND_MS = 3000;
/** Each takes 60 at once before it is held back. */
const CHANNELS = 1500;
const AGENTS = 1000;
const REPORTS_PER_AGENT = 80;
const READ_MS = 8000;
const MAIL_BYTES = 25 * 1024 * 1024;
const PEAK = '--peak';

const REPORTS: Manners = {
  port: PORT,
  isWhole: (received) => received.endsWith('}'),
  good: 'HTTP/1.1 202',
};
const PINGS: Manners = {
  port: PORT,
  isWhole: (received) => received.endsWith('\r\n\r\nOK'),
  good: 'HTTP/1.1 200',
};

async function main(): Promise<void> {
  if (process.argv.includes(PEAK)) return readLongMail();
  await readMails();
  await measureLongMail();
  if (process.env['BENCH_INGEST_PROGRAM']) await comparePings();
  else console.log('pings against reports    left out: BENCH_INGEST_PROGRAM is not set');
}

async function readMails(): Promise<void> {
  const mails = mailSamples().map(({ raw }) => raw);
  for (const mail of mails) await hearInbound(mail, 'message/rfc822'); // warm
  const from = performance.now();
  let count = 0;
  for (; performance.now() - from < READ_MS; count++) {
    const mail = mails[count % mails.length];
    if (mail) await hearInbound(mail, 'message/rfc822');
  }
  const perSecond = (count / (performance.now() - from)) * 1000;
  console.log(`mails read on one core   ${perSecond.toFixed(0)}/s   (goal: at least 50)`);
}

async function measureLongMail(): Promise<void> {
  const [, program = ''] = process.argv;
  const child = fork(program, [PEAK], { stdio: 'inherit' });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`ended with ${code}`))));
  });
}

async function readLongMail(): Promise<void> {
  const mail = withFile(mailSamples()[0]?.raw ?? Buffer.alloc(0), MAIL_BYTES);
  const from = performance.now();
  const { reports } = await hearInbound(mail, 'message/rfc822');
  const ms = performance.now() - from;
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  console.log(
    `a mail of 25 MiB         ${ms.toFixed(0)} ms, ${reports.length} report, at most ${(Number(kib) / 1024).toFixed(0)} MiB   (goal: under 256)`,
  );
}

async function comparePings(): Promise<void> {
  const ingest = startIngest();
  try {
    await isUp();
    const [pings, reports] = [await makePings(), await makeReports()];
    const rates = { pings: [] as number[], reports: [] as number[] };
    await rate(PINGS, pings, 1000); // warm
    for (let round = 0; round < ROUNDS; round++) {
      rates.reports.push(await rate(REPORTS, reports, ROUND_MS));
      rates.pings.push(await rate(PINGS, pings, ROUND_MS));
    }
    const [ping, report] = [median(rates.pings), median(rates.reports)];
    console.log(`signed single reports    ${report.toFixed(0)}/s   (${shown(rates.reports)})`);
    console.log(`pings                    ${ping.toFixed(0)}/s   (${shown(rates.pings)})`);
    console.log(`ratio                    ${(ping / report).toFixed(2)}`);
  } finally {
    ingest.kill('SIGTERM');
  }
}

function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

function startIngest() {
  const { privateKey } = generateKeyPairSync('ed25519');
  return fork(environment('BENCH_INGEST_PROGRAM'), {
    env: {
      ...process.env,
      DATABASE_URL_INGEST: environment('BENCH_INGEST_URL'),
      HOLDFAST_INGEST_PORT: String(PORT),
      HOLDFAST_SIGNING_KEY: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      LOG_LEVEL: 'error',
      // Mails' port stays with the system that runs beside.
      HOLDFAST_SMTP_PORT: '',
    },
  });
}

async function isUp(): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const isReady = await fetch(`http://127.0.0.1:${PORT}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the ingestion process does not answer');
}

/** What is asked next, without end. */
type Requests = () => Buffer;

async function makePings(): Promise<Requests> {
  const { mspId, clientId } = await makeTenant(environment('BENCH_OWNER_URL'), `Bench ${randomUUID()}`);
  const contextKey = Buffer.from(environment('HOLDFAST_CONTEXT_KEY'), 'hex');
  const web = openDatabase({ url: environment('BENCH_WEB_URL'), contextKey });
  const scope = makeTenantScope({ mspId, clientIds: '*', actorId: mspId, role: 'technician' });
  const requests: Buffer[] = [];
  for (let index = 0; index < CHANNELS; index++) {
    const form = channelForm.parse({ kind: 'ping', name: `bench ${index}` });
    const { address } = await openChannel(web, scope, 'Bench', clientId, form, new Date());
    const head = `POST /ping/${address} HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nFiles: 12`;
    requests.push(Buffer.from(head));
  }
  await web.close();
  let next = 0;
  return () => requests[next++ % requests.length] ?? Buffer.alloc(0);
}

async function makeReports(): Promise<Requests> {
  const tenant = await makeTenant(environment('BENCH_OWNER_URL'), `Bench ${randomUUID()}`);
  const agents: SampleAgent[] = [];
  for (let index = 0; index < AGENTS; index++)
    agents.push(await makeAgent(environment('BENCH_OWNER_URL'), tenant, `bench-${index}`));
  const ready: Buffer[] = [];
  // signed before the clock runs: in life each machine signs its own
  for (let sequence = 1; sequence <= REPORTS_PER_AGENT; sequence++)
    for (const agent of agents) {
      const delivery = reportDelivery(agent, reportOf(agent, sequence));
      const headers = { ...headersOf(delivery), host: 'x', 'content-length': String(delivery.body.length) };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const head = Buffer.from(`POST /v1/reports HTTP/1.1\r\n${lines.join('')}\r\n`);
      ready.push(Buffer.concat([head, delivery.body]));
    }
  let next = 0;
  return () => {
    const request = ready[next++];
    if (!request) throw new Error('there are no more reports: make more');
    return request;
  };
}

async function rate(manners: Manners, requests: Requests, durationMs: number): Promise<number> {
  const from = performance.now();
  let count = 0;
  const next = (): Buffer | null => {
    if (performance.now() - from >= durationMs) return null;
    count++;
    return requests();
  };
  await Promise.all(Array.from({ length: CLIENTS }, () => converse(manners, next)));
  return (count / (performance.now() - from)) * 1000;
}

const shown = (rates: readonly number[]): string => rates.map((one) => one.toFixed(0)).join(', ');

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

await main();
