import type { z } from 'zod';
import { type PullProblem, pullProblemSentence } from '@/domain/pull/pull-problem';
import { PRODUCT_OF, shownAddress } from '@/domain/pull/pull-settings';
import { config, setting } from '../config';
import { findClient } from '../data/clients';
import type { Database } from '../data/database';
import { findChannel } from '../data/inbound-channels';
import { findSealedConnector } from '../data/pull-connectors';
import { AppError } from '../errors';
import type { ReadyRule } from '../inbound/hear-rules';
import { type DescribedChannel, messageReport } from '../inbound/message-report';
import { readInbound } from '../inbound/parse-inbound';
import { nothingHere } from '../nothing-here';
import { createAsker, PullFailure, type SeenCertificate } from '../pull/ask';
import { connectorOf, secretsIn } from '../pull/connector-of';
import type { Connector, PulledItem, ReachedServer } from '../pull/connector';
import { pullReach } from '../pull/pull-networks';
import { openCredentials } from '../pull/sealed-credentials';
import type { TenantScope } from '../tenancy/tenant-scope';
import { checkedConnection, connectionForm, type ConnectionForm, pullForm } from './connect-pull';
import { pulledMessage } from './pull-messages';
import { createRateLimit } from './rate-limit';
import { hearMessage, listRulesInUse } from './read-message';

/** What could not be done, in words for whoever set it up. */
interface FailedTry {
  readonly isReached: false;
  readonly problem: PullProblem;
  readonly sentence: string;
  /** What the server said, shortened; null: nothing. */
  readonly detail: string | null;
  readonly httpStatus: number | null;
  /** That the server showed and that is not believed; null: that was not it. */
  readonly certificate: SeenCertificate | null;
}
export type TestedConnection = ({ readonly isReached: true } & ReachedServer) | FailedTry;

/** How an item would be read. */
interface PreviewedItem {
  /** ISO 8601; null: it does not say. */
  readonly at: string | null;
  readonly system: string;
  readonly job: string;
  /** null: it would be put aside, or tells of no run. */
  readonly status: 'success' | 'warning' | 'failed' | 'unknown' | null;
  /** Why it has no status; null: it has one. */
  readonly reason: string | null;
}
export type PreviewedPull =
  | {
      readonly isReached: true;
      /** The newest, at most 20. */
      readonly items: readonly PreviewedItem[];
      /** That were looked at. */
      readonly count: number;
      /** Of them, those that make a run. */
      readonly readable: number;
      /** Whether the first pull would bring more than was looked at. */
      readonly hasMore: boolean;
    }
  | FailedTry;

/** What is tried out before it is kept. */
export const testForm = connectionForm;
export const previewForm = pullForm.omit({ intervalMinutes: true, repositoryId: true });

const TEST_MS_MAX = 25_000;
const PREVIEW_MS_MAX = 45_000;
const PREVIEW_ITEMS_MAX = 200;
const SHOWN_ITEMS_MAX = 20;

/** Trying out asks other people's servers: not faster than a person clicks. */
const tries = createRateLimit({ perSecond: 0.2, burst: 10 });

/**
 * Asks a server that is not connected yet whether it lets Holdfast in. Nothing is kept.
 * @throws AppError `not-found` for a client that is not there; `invalid-request`, by field; `rate-limited`
 */
export async function testConnection(
  database: Database,
  scope: TenantScope,
  clientId: string,
  form: ConnectionForm,
  nowMs: number,
): Promise<TestedConnection> {
  await requireClient(database, scope, clientId);
  return test(scope, checkedConnection(form), nowMs);
}

/** The same of a connector that is there, with what was kept. @throws AppError `not-found`, `rate-limited` */
export async function testConnector(
  database: Database,
  scope: TenantScope,
  channelId: string,
  nowMs: number,
): Promise<TestedConnection> {
  const connector = await database.inScope(scope, async (tx) => {
    const channel = await findChannel(tx, scope.mspId, channelId);
    return channel && !channel.closedAt ? findSealedConnector(tx, scope.mspId, channelId) : null;
  });
  if (!connector) throw nothingHere();
  const credentials = openCredentials(channelId, connector.sealed, setting('secretKey'));
  if (!credentials) return failed(new PullFailure('unreadable-credentials'));
  const { baseUrl, settings, fingerprint } = connector;
  return test(scope, { baseUrl, settings, credentials, fingerprint }, nowMs);
}

async function test(scope: TenantScope, form: ConnectionForm, nowMs: number): Promise<TestedConnection> {
  limit(scope, nowMs);
  return attempt(form, TEST_MS_MAX, async (connector) => ({ isReached: true, ...(await connector.test()) }));
}

/**
 * What the first pull of a connector would bring, and how it would be read. Nothing is kept.
 * @throws AppError as `testConnection`
 */
export async function previewPull(
  database: Database,
  scope: TenantScope,
  clientId: string,
  typed: z.output<typeof previewForm>,
  nowMs: number,
): Promise<PreviewedPull> {
  const { timeZone } = await requireClient(database, scope, clientId);
  const form = { ...typed, ...checkedConnection(connectionOf(typed)) };
  limit(scope, nowMs);
  return attempt(form, PREVIEW_MS_MAX, async (connector) => {
    const found: PulledItem[] = [];
    let hasMore = false;
    for await (const batch of connector.pull({ cursorAt: null, now: nowMs, known: async () => new Set() })) {
      found.push(...batch.items);
      hasMore = batch.hasMore;
      if (found.length >= PREVIEW_ITEMS_MAX) break;
    }
    const looked = found.slice(0, PREVIEW_ITEMS_MAX);
    const channel: DescribedChannel = {
      channelId: clientId,
      kind: 'pull',
      name: form.name,
      hostname: form.hostname ?? form.name,
      product: PRODUCT_OF[form.settings.kind],
      capture: form.capture,
      repositoryKey: null,
      job: null,
      timeZone,
    };
    const rules = await database.inScope(scope, (tx) => listRulesInUse(tx, scope.mspId));
    const parts = { clientId, baseUrl: form.baseUrl, rulesInUse: async () => rules, nowMs };
    const read = (await Promise.all(looked.map((item) => previewItem(channel, item, parts)))).flat();
    return {
      isReached: true,
      items: read.toSorted((a, b) => (b.at ?? '').localeCompare(a.at ?? '')).slice(0, SHOWN_ITEMS_MAX),
      count: looked.length,
      readable: read.filter(({ status }) => status !== null).length,
      hasMore: hasMore || found.length > looked.length,
    };
  });
}

function connectionOf({ baseUrl, settings, credentials, fingerprint }: ConnectionForm): ConnectionForm {
  return { baseUrl, settings, credentials, fingerprint };
}

interface PreviewParts {
  readonly clientId: string;
  readonly baseUrl: string;
  readonly rulesInUse: () => Promise<readonly ReadyRule[]>;
  readonly nowMs: number;
}

async function previewItem(
  channel: DescribedChannel,
  item: PulledItem,
  { clientId, baseUrl, rulesInUse, nowMs }: PreviewParts,
): Promise<PreviewedItem[]> {
  const { body, rawReportId, bodySha256 } = pulledMessage(item, new URL(shownAddress(baseUrl)).host);
  const heard = await hearMessage(
    await readInbound(body, 'text/plain'),
    { ...channel, clientId },
    rulesInUse,
  );
  const without = (reason: string) => [
    { at: null, system: channel.hostname, job: channel.name, status: null, reason },
  ];
  if (heard.kind === 'no-run') return without('It tells of no run.');
  if (heard.kind === 'undecided') return without(heard.reason);
  const message = {
    rawReportId,
    number: 1,
    receivedAt: new Date(nowMs),
    sha256: bodySha256.toString('hex'),
    envelope: { ping: null, mail: null },
  };
  return messageReport(channel, message, heard.told, 'preview').runs.map((run) => ({
    at: run.ended_at ?? run.started_at,
    system: run.source_host ?? channel.hostname,
    job: run.job_name ?? channel.name,
    status:
      run.status === 'success' || run.status === 'warning' || run.status === 'failed'
        ? run.status
        : 'unknown',
    reason: null,
  }));
}

async function attempt<Answer>(
  { baseUrl, settings, credentials, fingerprint }: ConnectionForm,
  timeoutMs: number,
  ask: (connector: Connector) => Promise<Answer>,
): Promise<Answer | FailedTry> {
  const ending = AbortSignal.timeout(timeoutMs);
  const asker = createAsker({
    reach: pullReach(config().pullNetworks),
    fingerprint,
    signal: ending,
    requestsMax: 120,
    gapMs: 100,
    timeoutMs: 15_000,
    secrets: secretsIn(credentials),
  });
  try {
    return await ask(connectorOf({ baseUrl, settings, credentials }, asker));
  } catch (error) {
    if (!(error instanceof PullFailure)) throw error;
    return failed(ending.aborted ? new PullFailure('too-slow') : error);
  }
}

function failed({ problem, detail, httpStatus, certificate }: PullFailure): FailedTry {
  return {
    isReached: false,
    problem,
    sentence: pullProblemSentence(problem),
    detail,
    httpStatus,
    certificate,
  };
}

async function requireClient(database: Database, scope: TenantScope, clientId: string) {
  const client = await database.inScope(scope, (tx) => findClient(tx, scope.mspId, clientId));
  if (!client) throw nothingHere();
  return client;
}

/** @throws AppError `rate-limited` */
function limit({ mspId }: TenantScope, nowMs: number): void {
  const wait = tries.take(mspId, nowMs);
  if (wait > 0)
    throw new AppError('rate-limited', 'That was tried often just now. Wait a moment.', {
      retryAfterSeconds: wait,
    });
}
