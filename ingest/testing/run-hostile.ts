import { createHash } from 'node:crypto';
import { problem } from '@/contract/delivery';
import { createTestDatabase } from '@/test/database';
import { startServerProcess, type ServerProcess } from '@/test/server-process';
import { until } from '../../scripts/run-program.mjs';
import { checkLeftovers, fingerprintOthers, ledgerName, type Leftovers } from './check-hostile';
import type { ForeignIds } from './hostile-report';
import { hostileRequest, type HostileRequest } from './hostile-request';
import {
  asOwner,
  headersOf,
  makeAgent,
  makeTenant,
  nightOf,
  reportDelivery,
  reportOf,
  type SampleAgent,
} from './sample-agent';
import { sendHostile, type HostileAnswer } from './send-hostile';

export interface HostileResult extends Omit<Leftovers, 'stored' | 'processed' | 'quarantined'> {
  readonly seed: number;
  readonly sent: number;
  readonly answered: Readonly<Record<number, number>>;
  /** Answers that are none: 5xx, of no known form, or an acknowledgement of what was to be refused. */
  readonly wrongAnswers: readonly string[];
  /** Tables in which something of another client or MSP has changed. */
  readonly changedElsewhere: readonly string[];
  readonly isHonestReportEvaluated: boolean;
  readonly areBothAlive: boolean;
  /** What the processes wrote of errors. */
  readonly complaints: readonly string[];
  readonly memoryMaxMib: { readonly ingest: number; readonly worker: number };
  readonly kept: { readonly stored: number; readonly processed: number; readonly quarantined: number };
  readonly exitCodes: readonly (number | null)[];
}

/** Reports that one machine may send at once. */
const REPORTS_PER_AGENT = 250;

/** Sends `requests` hostile requests to real processes on a database of their own, and looks at what they left. */
export async function runHostile(options: {
  requests: number;
  seed: number;
  settleMsMax: number;
}): Promise<HostileResult> {
  const at = await createTestDatabase();
  const processes: ServerProcess[] = [];
  try {
    const ingest = await startServerProcess('ingest', at);
    processes.push(ingest);
    const worker = await startServerProcess('worker', at);
    processes.push(worker);
    const cast = await makeCast(at.ownerUrl, Math.ceil(options.requests / REPORTS_PER_AGENT));
    await deliver(ingest.url, cast.stranger, victimsNight(cast.stranger, cast.foreign));
    await deliver(ingest.url, cast.neighbour, victimsNight(cast.neighbour, cast.foreign));
    await settled(at.ownerUrl, options.settleMsMax);
    const before = await fingerprintOthers(at.ownerUrl, cast.tenant);
    // What they said before is of keys that this test gives them none of.
    const saidBefore = processes.map((one) => one.logLines().length);
    const book = openBook();
    await sendHostile(
      ingest.url,
      options.requests,
      (index) => book.sends(hostileRequest(cast, options.seed, index)),
      book.isAnswered,
    );
    await settled(at.ownerUrl, options.settleMsMax);
    const after = await fingerprintOthers(at.ownerUrl, cast.tenant);
    const agentIds = [...cast.attackers.map(({ agentId }) => agentId), cast.revoked.agentId];
    const { stored, processed, quarantined, ...leftovers } = await checkLeftovers(
      at.ownerUrl,
      { ...cast.tenant, agentIds },
      book.maySay,
      book.acknowledged,
    );
    const isHonestReportEvaluated = await isWorkedOn(
      at.ownerUrl,
      ingest.url,
      cast.tenant,
      options.settleMsMax,
    );
    const areBothAlive = processes.every((one) => one.isAlive());
    const memoryMaxMib = { ingest: ingest.memoryMaxMib(), worker: worker.memoryMaxMib() };
    const complaints = processes
      .flatMap((one, index) => one.logLines().slice(saidBefore[index]))
      .filter((line) => !/"level":(30|20)/.test(line));
    return {
      seed: options.seed,
      sent: options.requests,
      answered: book.answered,
      wrongAnswers: book.wrongAnswers,
      changedElsewhere: [...after]
        .filter(([name, print]) => before.get(name) !== print)
        .map(([name]) => name),
      isHonestReportEvaluated,
      areBothAlive,
      complaints,
      memoryMaxMib,
      kept: { stored, processed, quarantined },
      exitCodes: await Promise.all(processes.map((one) => one.stop())),
      ...leftovers,
    };
  } finally {
    await Promise.all(processes.map((one) => one.stop()));
    await at.drop();
  }
}

async function makeCast(ownerUrl: string, attackerCount: number) {
  const [tenant, other] = [
    await makeTenant(ownerUrl, 'Quillmark IT'),
    await makeTenant(ownerUrl, 'Northgate'),
  ];
  const neighbourClient = await asOwner(ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ client_id: string }>(
      `INSERT INTO app.client (msp_id, client_id, name, time_zone)
       VALUES ($1, gen_random_uuid(), 'The client next door', 'UTC') RETURNING client_id`,
      [tenant.mspId],
    );
    return rows[0]?.client_id ?? '';
  });
  const stranger = await makeAgent(ownerUrl, other, 'fs-victim');
  const neighbour = await makeAgent(
    ownerUrl,
    { mspId: tenant.mspId, clientId: neighbourClient },
    'fs-victim',
  );
  const revoked = await makeAgent(ownerUrl, tenant, 'fs-revoked');
  await asOwner(ownerUrl, (owner) =>
    owner.query('UPDATE identity.agent_key SET revoked_at = now() WHERE agent_id = $1', [revoked.agentId]),
  );
  const attackers: SampleAgent[] = [];
  for (let at = 1; at <= attackerCount; at++) attackers.push(await makeAgent(ownerUrl, tenant, `fs-${at}`));
  const foreign: ForeignIds = {
    agentId: stranger.agentId,
    clientId: other.clientId,
    mspId: other.mspId,
    hostname: stranger.hostname,
    repositoryKey: 'the-victims-repository',
    pointKey: 'the-victims-point',
    epoch: stranger.epoch,
  };
  return { tenant, stranger, neighbour, revoked, attackers, foreign };
}

/** A night whose repository and point bear the names that attackers will use. */
function victimsNight(agent: SampleAgent, { repositoryKey, pointKey }: ForeignIds) {
  const at = new Date(Date.now() - 3_600_000);
  const night = nightOf(agent, at, { repositoryKey, location: 's3:https://s3.example.test/victim' });
  return reportOf(agent, 1, {
    ...night,
    runs: night.runs?.map((run) => ({ ...run, point_keys: [pointKey] })) ?? [],
    recovery_points: night.recovery_points?.map((point) => ({ ...point, point_key: pointKey })) ?? [],
  });
}

async function deliver(url: string, agent: SampleAgent, report: ReturnType<typeof reportOf>): Promise<void> {
  const delivery = reportDelivery(agent, report);
  const response = await fetch(`${url}/v1/reports`, {
    method: 'POST',
    headers: headersOf(delivery),
    body: new Uint8Array(delivery.body),
  });
  if (response.status !== 202) throw new Error(`an honest report is refused: ${await response.text()}`);
}

/** Nothing waits to be processed and nothing to be evaluated. */
async function settled(ownerUrl: string, msMax: number): Promise<boolean> {
  const isDone = await asOwner(ownerUrl, (owner) =>
    until(async () => {
      const { rows } = await owner.query<{ is_done: boolean }>(
        `SELECT NOT EXISTS (SELECT FROM app.inbox WHERE state = 'pending')
           AND NOT EXISTS (SELECT FROM app.system_status WHERE dirty_at IS NOT NULL)
           AND NOT EXISTS (SELECT FROM app.work_due WHERE kind IN ('telling', 'notification') AND due_at <= now()) AS is_done`,
      );
      return rows[0]?.is_done;
    }, msMax),
  );
  return isDone === true;
}

/** After all that, an honest machine of the same client has its verdict. */
async function isWorkedOn(
  ownerUrl: string,
  ingestUrl: string,
  tenant: { mspId: string; clientId: string },
  msMax: number,
): Promise<boolean> {
  const honest = await makeAgent(ownerUrl, tenant, 'honest-01');
  const night = nightOf(honest, new Date(Date.now() - 3_600_000), {
    repositoryKey: 'honest',
    location: 's3:https://s3.example.test/honest',
  });
  await deliver(ingestUrl, honest, reportOf(honest, 1, night));
  const verdict = await asOwner(ownerUrl, (owner) =>
    until(async () => {
      const { rowCount } = await owner.query(
        `SELECT FROM app.verdict v JOIN app.system y USING (msp_id, system_id) WHERE y.host_key = 'honest-01'`,
      );
      return rowCount;
    }, msMax),
  );
  return Boolean(verdict);
}

/** What was sent, what may be kept of it, and what was answered. */
function openBook() {
  const maySay = new Map<string, Set<string>>();
  const acknowledged = new Set<string>();
  const wrongAnswers: string[] = [];
  const answered: Record<number, number> = {};
  return {
    maySay,
    acknowledged,
    wrongAnswers,
    answered,
    sends: (request: HostileRequest): HostileRequest => {
      if (!request.mayLeave) return request;
      const name = ledgerName(request.mayLeave);
      const hashes = maySay.get(name) ?? new Set<string>();
      maySay.set(name, hashes.add(createHash('sha256').update(request.body).digest('hex')));
      return request;
    },
    isAnswered: (request: HostileRequest, answer: HostileAnswer): void => {
      answered[answer.status] = (answered[answer.status] ?? 0) + 1;
      if (answer.status === 202 && request.mayLeave) acknowledged.add(ledgerName(request.mayLeave));
      const complaint = complaintAbout(request, answer);
      if (complaint) wrongAnswers.push(`request ${request.index} (${request.what}): ${complaint}`);
    },
  };
}

function complaintAbout(request: HostileRequest, { status, type, body }: HostileAnswer): string | null {
  if (status >= 500) return `answered ${status}`;
  if (status === 202) return request.mayLeave ? null : 'taken though it was to be refused';
  if (status === 0) return null;
  // Where so many headers push out `Host`, node answers by itself.
  if (status === 400 && body === '' && request.what === 'very many headers') return null;
  if (status < 400) return `answered ${status}`;
  const isProblem = type === 'application/problem+json' && isProblemText(body);
  return isProblem ? null : `answered ${status} as ${type}: ${body.slice(0, 100)}`;
}

function isProblemText(text: string): boolean {
  try {
    return problem.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
