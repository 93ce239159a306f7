import type { CaptureKind, NormalisedReport } from '@/contract/report';
import { cutText } from '@/domain/text/cut-text';
import { visibleLines, visibleText } from '@/domain/text/visible-text';
import { instantAt } from '@/domain/time/zoned-day';
import type { MessageEnvelope } from './envelope';
import type { InboundReport, InboundStatus } from './inbound-report';
import { worstOf } from './read-text';

/** A channel with what somebody said of it. */
export interface DescribedChannel {
  readonly channelId: string;
  readonly kind: 'ping' | 'mail' | 'webhook' | 'pull';
  readonly name: string;
  /** The system that it tells of where its message names none. */
  readonly hostname: string;
  readonly product: string | null;
  readonly capture: CaptureKind;
  /** Where its job writes to; null: nobody said so. */
  readonly repositoryKey: string | null;
  /** The job that it tells of, where that is known otherwise too. */
  readonly job: { readonly hostname: string; readonly jobKey: string; readonly name: string } | null;
  /** The client's, for times without a zone. */
  readonly timeZone: string;
}

/** A message as it was kept. */
export interface KeptMessage {
  readonly rawReportId: string;
  readonly number: number;
  readonly receivedAt: Date;
  /** Hex. */
  readonly sha256: string;
  readonly envelope: MessageEnvelope;
}

type Run = NormalisedReport['runs'][number];
type Trust = NormalisedReport['source']['trust'];

const MESSAGE_MAX = 2000;

/**
 * What a ping reports: one run. A success of a channel whose repository was named claims a recovery point there: nobody has seen it.
 * @param text the ping's own body
 */
export function pingReport(
  channel: DescribedChannel,
  message: KeptMessage,
  text: Uint8Array,
): NormalisedReport {
  const { ping } = message.envelope;
  if (!ping?.run) return reportOf(channel, message, 'ping', 'token', []);
  const { key, status, startedAt, endedAt } = ping.run;
  const run = runOf(channel, {
    run_key: key,
    job_key: `ping:${channel.channelId}`,
    job_name: channel.name,
    kind: 'backup',
    status,
    source_host: channel.hostname,
    started_at: isoOf(startedAt),
    ended_at: isoOf(endedAt),
    duration_seconds: startedAt === null || endedAt === null ? null : (endedAt - startedAt) / 1000,
    time_quality: 'received_at',
    exit_code: ping.exitStatus,
    message: lastLines(Buffer.from(text).toString('utf8')),
  });
  return reportOf(channel, message, 'ping', 'token', [run]);
}

/**
 * What the parsed reports of a mail, a webhook or a pulled item come to. Reports without a status are left out: they say nothing of a run.
 * @param runName what the message itself is called, so that the same one told twice is one (`messageId`)
 */
export function messageReport(
  channel: DescribedChannel,
  message: KeptMessage,
  told: readonly InboundReport[],
  runName: string,
): NormalisedReport {
  const trust: Trust = channel.kind === 'mail' ? (message.envelope.mail?.trust ?? 'unverified') : 'token';
  const product = told[0]?.product ?? channel.kind;
  const runs = told.flatMap((report, index) => toldRuns(channel, message, report, `${runName}:${index}`));
  return reportOf(channel, message, product, trust, runs);
}

const KIND_OF: Readonly<Record<InboundReport['kind'], Run['kind']>> = {
  job_result: 'backup',
  replication: 'replication',
  maintenance: 'maintenance',
  verification: 'verify',
  digest: 'backup',
  alert: 'backup',
};

const STATUS_OF: Readonly<Record<InboundStatus, Run['status']>> = {
  success: 'success',
  warning: 'warning',
  failed: 'failed',
};

/**
 * One run, of the machine that the message names; where it names none but machines that it has backed up, one of each. That the whole is
 * worse than each of them is a run of whoever made them.
 */
function toldRuns(
  channel: DescribedChannel,
  message: KeptMessage,
  told: InboundReport,
  runKey: string,
): Run[] {
  if (told.status === null) return [];
  const { items = [], ...whole } = told;
  if (told.host !== undefined || items.length === 0) return [toldRun(channel, message, told, runKey)];
  const ofItems = items.slice(0, ITEMS_MAX).map((item, index) =>
    toldRun(
      channel,
      message,
      {
        ...withoutFigures(whole),
        host: item.name,
        status: item.status,
        ...(item.message !== undefined && { message: item.message }),
        ...(item.duration_seconds !== undefined && { duration_seconds: item.duration_seconds }),
        ...(item.bytes !== undefined && { bytes_stored: item.bytes }),
        ...(item.recovery_point_at !== undefined && { started_at: item.recovery_point_at }),
      },
      `${runKey}:${index}`,
    ),
  );
  const worst = worstOf(items.map(({ status }) => status));
  return worst === told.status
    ? ofItems
    : [...ofItems, toldRun(channel, message, { ...whole, partial: true }, runKey)];
}

const ITEMS_MAX = 1000;

/** What is said of the whole and would be wrong of each of its parts. */
function withoutFigures({
  duration_seconds: _duration,
  bytes_source: _source,
  bytes_examined: _examined,
  bytes_read: _read,
  bytes_transferred: _transferred,
  bytes_stored: _stored,
  errors: _errors,
  warnings: _warnings,
  message: _message,
  partial: _partial,
  ...rest
}: Omit<InboundReport, 'items'>): Omit<InboundReport, 'items'> {
  return rest;
}

function toldRun(
  channel: DescribedChannel,
  { receivedAt }: KeptMessage,
  told: InboundReport,
  runKey: string,
): Run {
  const host = told.host ?? told.server ?? channel.hostname;
  const isUnnamed = (told.job ?? told.operation ?? told.server) === undefined;
  const { startedAt, endedAt, quality } = timesOf(told, channel.timeZone, receivedAt.getTime());
  return runOf(channel, {
    run_key: runKey,
    // what names no job tells of the one that its channel is for
    job_key: isUnnamed
      ? `${channel.kind}:${channel.channelId}`
      : nameOf(
          `${channel.kind}:${told.product}:${told.server ?? ''}:${told.job ?? told.operation ?? ''}`,
          200,
        ),
    job_name: isUnnamed
      ? channel.name
      : nameOf(told.job ?? `${told.product} ${told.operation ?? ''}`.trim(), 500),
    kind: KIND_OF[told.kind],
    status: told.status === null ? 'unknown' : STATUS_OF[told.status],
    partial: told.partial ?? false,
    source_host: nameOf(host, 200),
    started_at: isoOf(startedAt),
    ended_at: isoOf(endedAt),
    duration_seconds:
      told.duration_seconds ?? (startedAt === null || endedAt === null ? null : (endedAt - startedAt) / 1000),
    time_quality: quality,
    bytes: {
      source: told.bytes_source ?? told.bytes_examined ?? null,
      read: told.bytes_read ?? null,
      transferred: told.bytes_transferred ?? null,
      stored: told.bytes_stored ?? null,
    },
    errors: told.errors ?? null,
    warnings: told.warnings ?? null,
    error_code: told.error_code === undefined ? null : nameOf(told.error_code, 200),
    message: told.message === undefined ? null : lastLines(told.message),
    items: (told.items ?? []).slice(0, ITEMS_MAX).map((item, index) => ({
      key: nameOf(item.id ?? `${index}`, 200),
      name: nameOf(item.name, 500),
      status: item.status === null ? 'unknown' : STATUS_OF[item.status],
      message: item.message === undefined ? null : lastLines(item.message),
    })),
  });
}

/** Whether a message tells when what it reports happened: then the same words are the same run, whenever they come. */
export function isDated(told: readonly InboundReport[]): boolean {
  return told.some(
    ({ is_dated: isSaid, started_at: start, ended_at: end, event_at: event, ...local }) =>
      isSaid === true ||
      [start, end, event, local.started_local, local.ended_local, local.event_local].some((at) => at != null),
  );
}

const LOCAL = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/;

/** Times on our clock. What lies after the message came is the zone's or the clock's fault: then the message's coming stands for it. */
function timesOf(told: InboundReport, timeZone: string, receivedAt: number) {
  const read = (at: string | null | undefined, local: string | undefined): number | null => {
    if (at) return believable(Date.parse(at), receivedAt);
    const [, year, month, day, hour, minute, second] = LOCAL.exec(local ?? '') ?? [];
    if (year === undefined) return null;
    const wall = Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    );
    return believable(instantAt(wall, timeZone), receivedAt);
  };
  const startedAt = read(told.started_at, told.started_local);
  const endedAt = read(told.ended_at ?? told.event_at, told.ended_local ?? told.event_local);
  if (startedAt === null && endedAt === null)
    return { startedAt: null, endedAt: receivedAt, quality: 'received_at' as const };
  const isZoned = (told.started_at ?? told.ended_at ?? told.event_at) != null;
  const isInOrder = startedAt === null || endedAt === null || startedAt <= endedAt;
  return {
    startedAt: isInOrder ? startedAt : null,
    endedAt,
    quality: isZoned ? ('exact' as const) : ('assumed_zone' as const),
  };
}

const AHEAD_MAX = 5 * 60_000;

function believable(at: number, receivedAt: number): number | null {
  return Number.isFinite(at) && at <= receivedAt + AHEAD_MAX ? Math.min(at, receivedAt) : null;
}

type SaidOfRun = Pick<Run, 'run_key' | 'job_key' | 'job_name' | 'kind' | 'status'> & Partial<Run>;

/** A run with everything that nobody said; of the job that the channel was joined to, where it was. */
function runOf({ capture, job, repositoryKey }: DescribedChannel, said: SaidOfRun): Run {
  const made = ['success', 'warning', 'failed'].includes(said.status) && said.kind === 'backup';
  return {
    partial: false,
    source_host: null,
    repository_key: repositoryKey,
    started_at: null,
    ended_at: null,
    duration_seconds: null,
    scheduled_at: null,
    time_quality: 'received_at',
    level: null,
    capture,
    bytes: null,
    files: null,
    errors: null,
    warnings: null,
    exit_code: null,
    error_code: null,
    message: null,
    items: [],
    ...said,
    // A claim that is taken back later is found by the same key.
    point_keys: repositoryKey !== null && made ? [claimKey(said.run_key)] : [],
    ...(job && { job_key: job.jobKey, job_name: job.name, source_host: job.hostname }),
  };
}

const claimKey = (runKey: string): string => nameOf(`claimed:${runKey}`, 200);

const WIRE_CHANNEL: Readonly<Record<DescribedChannel['kind'], NormalisedReport['source']['channel']>> = {
  ping: 'ping',
  mail: 'email',
  webhook: 'webhook',
  pull: 'api',
};

function reportOf(
  channel: DescribedChannel,
  message: KeptMessage,
  adapter: string,
  trust: Trust,
  runs: readonly Run[],
): NormalisedReport {
  const receivedAt = message.receivedAt.toISOString();
  const { repositoryKey } = channel;
  return {
    schema_version: '1.0',
    report_id: message.rawReportId,
    epoch: channel.channelId,
    sequence: message.number,
    previous_report_sha256: null,
    generated_at: receivedAt,
    scope: { complete_for: [] },
    agent: {
      id: channel.channelId,
      name: channel.name,
      version: channel.kind,
      os: null,
      hostname: channel.hostname,
      boot_id: null,
      clock_offset_ms: null,
    },
    source: {
      adapter,
      adapter_version: '1',
      tool_version: null,
      channel: WIRE_CHANNEL[channel.kind],
      trust,
      raw_sha256: message.sha256,
    },
    runs: [...runs],
    recovery_points:
      repositoryKey === null
        ? []
        : runs.filter(isGood).map((run) => claimedPoint(run, repositoryKey, receivedAt)),
    repositories: [],
    retention: [],
    verifications: [],
    restore_tests: [],
    restore_drills: [],
    problems: [],
  };
}

const isGood = ({ kind, status, partial }: Run): boolean =>
  kind === 'backup' && status === 'success' && !partial;

function claimedPoint(
  run: Run,
  repositoryKey: string,
  receivedAt: string,
): NormalisedReport['recovery_points'][number] {
  return {
    point_key: claimKey(run.run_key),
    repository_key: repositoryKey,
    job_key: run.job_key,
    source_host: run.source_host,
    source_paths: [],
    tags: [],
    taken_at: run.started_at ?? run.ended_at ?? receivedAt,
    completed_at: run.ended_at,
    backdated: false,
    state: 'unknown',
    bytes: null,
    files: null,
    level: null,
    capture: run.capture,
    expires_at: null,
    retention_reasons: [],
    encrypted: null,
    immutable_until: null,
    protected: false,
    last_verified_at: null,
    verified_depth: 'none',
    media_label: null,
    first_seen_at: receivedAt,
  };
}

const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The end of a text, where tools say what came of it. */
function lastLines(text: string): string | null {
  const shown = visibleLines(text.trim());
  // not beginning with half a character
  return shown === '' ? null : shown.slice(-MESSAGE_MAX).replace(/^[\udc00-\udfff]/, '');
}

const nameOf = (text: string, lengthMax: number): string => cutText(visibleText(text), lengthMax) || '-';
