import { DAY, HOUR, MINUTE, type Instant } from '../time/instant';
import { STORED_STATUS_LAG_MAX } from '../protection/stored-status';
import {
  OWN_QUEUES,
  type CertificateUse,
  type OwnFacts,
  type OwnQueue,
  type QueueFact,
  type WatchdogFailure,
} from './own-facts';

/**
 * How a part of the installation stands. `unknown`: it should be known and is not, which is never good; `unwatched`: nobody asked us to look.
 */
export type HealthState = 'good' | 'warning' | 'bad' | 'unknown' | 'unwatched';

/** What is looked at. */
export type HealthSubject =
  | 'worker'
  | 'ingestion'
  | OwnQueue
  | 'watchdog'
  | 'backup'
  | 'drill'
  | 'disk'
  | 'database'
  | 'evidence-key'
  | 'time-stamp-waits'
  | `certificate-${CertificateUse}`
  | 'outside';

/** Why. Instants and numbers; `own-health-words.ts` makes sentences of them. */
export type HealthReason =
  | { readonly kind: 'never-measured' }
  | { readonly kind: 'not-measured' }
  | { readonly kind: 'stale'; readonly since: Instant }
  | { readonly kind: 'heard'; readonly at: Instant }
  | { readonly kind: 'silent'; readonly since: Instant }
  | { readonly kind: 'no-sweep'; readonly since: Instant | null }
  | { readonly kind: 'nothing-waits' }
  | { readonly kind: 'waits'; readonly since: Instant; readonly waiting: number | null }
  | { readonly kind: 'fails'; readonly since: Instant; readonly failing: number | null }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'no-backup' }
  | { readonly kind: 'backup'; readonly at: Instant; readonly isBeside: boolean; readonly isPlanned: boolean }
  | { readonly kind: 'no-drill' }
  | { readonly kind: 'drill'; readonly at: Instant; readonly isGood: boolean }
  | { readonly kind: 'free'; readonly freeBytes: number; readonly totalBytes: number }
  | { readonly kind: 'size'; readonly bytes: number }
  | { readonly kind: 'key-since'; readonly at: Instant }
  | { readonly kind: 'no-key' }
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'ends'; readonly at: Instant }
  | { readonly kind: 'bit'; readonly at: Instant }
  | { readonly kind: 'did-not-bite'; readonly at: Instant; readonly failure: WatchdogFailure }
  | { readonly kind: 'not-bitten-yet' }
  | { readonly kind: 'no-watchdog' }
  | { readonly kind: 'not-told' }
  | { readonly kind: 'told' }
  | { readonly kind: 'refused' };

/** One part of the installation, and how it stands. */
export interface HealthCheck {
  readonly subject: HealthSubject;
  readonly state: HealthState;
  readonly reason: HealthReason;
}

/** The worker measures each minute; what is older says nothing of now. */
const FACTS_AGE_MAX = 5 * MINUTE;
const FACTS_AGE_GOOD = 3 * MINUTE;
/** A sweep gets on every few seconds, however much there is to do. */
const SWEEP_AGE_MAX = MINUTE;
/** The ingestion process says every ten seconds that it hears; without a word for longer we were deaf. */
const BEAT_AGE_MAX = MINUTE;
const WAIT_GOOD = MINUTE;
/** Mail and notifications are tried again for a day; for so long a server of others may be away without anybody being woken. */
const FAILING_MAX = HOUR;
const SENDING_WAIT_GOOD = 5 * MINUTE;
/** A backup a day, with two hours to be taken in. */
const BACKUP_AGE_GOOD = 26 * HOUR;
const BACKUP_AGE_MAX = 50 * HOUR;
const DRILL_AGE_GOOD = 8 * DAY;
const DRILL_AGE_MAX = 35 * DAY;
const FREE_GOOD = 0.2;
const FREE_MIN = 0.1;
const CERTIFICATE_GOOD = 30 * DAY;
const CERTIFICATE_MIN = 7 * DAY;
const KEY_AGE_GOOD = 2 * 366 * DAY;
/** It bites every six hours; a day without a bite is an alarm. */
const BITE_AGE_MAX = 25 * HOUR;
const STAMP_WAIT_MAX = 2 * HOUR;

/**
 * How each part of the installation stands at `now`, in the order in which somebody who was woken looks.
 * @param facts null: the worker never measured
 */
export function judgeOwnHealth(facts: OwnFacts | null, now: Instant): HealthCheck[] {
  if (facts === null) return [{ subject: 'worker', state: 'unknown', reason: { kind: 'never-measured' } }];
  const age = now - facts.measuredAt;
  const worker = workerCheck(facts, now);
  const parts = partsOf(facts, now);
  if (age <= FACTS_AGE_MAX) return [worker, ...parts];
  // What was good may not be so any more; what was bad is no better for our not looking.
  const stale: HealthReason = { kind: 'stale', since: facts.measuredAt };
  return [
    worker,
    ...parts.map((part): HealthCheck =>
      part.state === 'good' || part.state === 'warning' ? { ...part, state: 'unknown', reason: stale } : part,
    ),
  ];
}

/** Whether somebody has to look: something is bad, or should be known and is not. */
export function needsSomebody(checks: readonly HealthCheck[]): boolean {
  return checks.some(({ state }) => state === 'bad' || state === 'unknown');
}

const CHAIN: readonly HealthSubject[] = ['worker', 'ingestion', 'reports', 'verdicts', 'watchdog'];

/**
 * What keeps reports from becoming verdicts now; empty: the whole chain works, from the door to the verdict. What else is wrong is
 * for people to look at in the morning.
 */
export function brokenLinks(checks: readonly HealthCheck[]): HealthCheck[] {
  return checks.filter(
    ({ subject, state }) => CHAIN.includes(subject) && (state === 'bad' || state === 'unknown'),
  );
}

function workerCheck({ measuredAt, sweptAt }: OwnFacts, now: Instant): HealthCheck {
  const age = now - measuredAt;
  if (age <= FACTS_AGE_GOOD) {
    if (sweptAt !== null && measuredAt - sweptAt <= SWEEP_AGE_MAX)
      return good('worker', { kind: 'heard', at: measuredAt });
    return {
      subject: 'worker',
      state: sweptAt === null ? 'warning' : 'bad',
      reason: { kind: 'no-sweep', since: sweptAt },
    };
  }
  const state = age <= FACTS_AGE_MAX ? 'warning' : 'bad';
  return { subject: 'worker', state, reason: { kind: 'silent', since: measuredAt } };
}

/** What changes within seconds is judged as of when it was measured. */
function partsOf(facts: OwnFacts, now: Instant): HealthCheck[] {
  const { measuredAt } = facts;
  return [
    ingestion(facts.heardAt, measuredAt),
    ...OWN_QUEUES.map((name) => queueCheck(name, facts.queues?.[name] ?? null, measuredAt)),
    watchdog(facts.watchdog, now),
    ...backupChecks(facts.backup, now),
    diskCheck(facts.disk),
    ...(facts.databaseBytes === null ? [] : [good('database', { kind: 'size', bytes: facts.databaseBytes })]),
    evidenceKey(facts.evidenceKeySince, now),
    timeStampWaits(facts.timeStamps, now),
    ...facts.certificates.map(({ of, endsAt }) => certificate(of, endsAt, now)),
    outside(facts.outside),
  ];
}

function good(subject: HealthSubject, reason: HealthReason): HealthCheck {
  return { subject, state: 'good', reason };
}

function unknown(subject: HealthSubject): HealthCheck {
  return { subject, state: 'unknown', reason: { kind: 'not-measured' } };
}

function ingestion(heardAt: Instant | null, now: Instant): HealthCheck {
  if (heardAt === null) return unknown('ingestion');
  if (now - heardAt <= BEAT_AGE_MAX) return good('ingestion', { kind: 'heard', at: heardAt });
  return { subject: 'ingestion', state: 'bad', reason: { kind: 'silent', since: heardAt } };
}

function queueCheck(name: OwnQueue, queue: QueueFact | null, now: Instant): HealthCheck {
  if (queue === null) return unknown(name);
  return name === 'reports' || name === 'verdicts'
    ? workCheck(name, queue, now)
    : sendingCheck(name, queue, now);
}

/** Pages say that they are behind from the same wait on. */
function workCheck(subject: OwnQueue, { oldestAt, waiting }: QueueFact, now: Instant): HealthCheck {
  if (oldestAt === null) return good(subject, { kind: 'nothing-waits' });
  const age = now - oldestAt;
  const reason: HealthReason = { kind: 'waits', since: oldestAt, waiting };
  if (age <= WAIT_GOOD) return good(subject, reason);
  return { subject, state: age <= STORED_STATUS_LAG_MAX ? 'warning' : 'bad', reason };
}

function sendingCheck(subject: OwnQueue, queue: QueueFact, now: Instant): HealthCheck {
  const { oldestAt, failingSince, waiting, failing } = queue;
  if (failingSince !== null) {
    const state = now - failingSince <= FAILING_MAX ? 'warning' : 'bad';
    return { subject, state, reason: { kind: 'fails', since: failingSince, failing } };
  }
  if (oldestAt === null) return good(subject, { kind: 'nothing-waits' });
  const state = now - oldestAt <= SENDING_WAIT_GOOD ? 'good' : 'warning';
  return { subject, state, reason: { kind: 'waits', since: oldestAt, waiting } };
}

function watchdog({ isOn, last }: OwnFacts['watchdog'], now: Instant): HealthCheck {
  const subject = 'watchdog';
  if (!isOn) return { subject, state: 'unwatched', reason: { kind: 'no-watchdog' } };
  if (last === null) return { subject, state: 'warning', reason: { kind: 'not-bitten-yet' } };
  const { at, failure } = last;
  if (failure !== null) return { subject, state: 'bad', reason: { kind: 'did-not-bite', at, failure } };
  return { subject, state: now - at <= BITE_AGE_MAX ? 'good' : 'bad', reason: { kind: 'bit', at } };
}

function backupChecks(backup: OwnFacts['backup'], now: Instant): HealthCheck[] {
  switch (backup.kind) {
    case 'elsewhere':
      return [{ subject: 'backup', state: 'unwatched', reason: { kind: 'elsewhere' } }];
    case 'unreadable':
      return [unknown('backup'), unknown('drill')];
    case 'here':
      return [backupCheck(backup, now), drillCheck(backup.drill, now)];
  }
}

function backupCheck(
  { takenAt, isBeside, isPlanned }: Extract<OwnFacts['backup'], { kind: 'here' }>,
  now: Instant,
): HealthCheck {
  if (takenAt === null) return { subject: 'backup', state: 'bad', reason: { kind: 'no-backup' } };
  const reason: HealthReason = { kind: 'backup', at: takenAt, isBeside, isPlanned };
  const age = now - takenAt;
  if (age > BACKUP_AGE_MAX) return { subject: 'backup', state: 'bad', reason };
  const isGood = age <= BACKUP_AGE_GOOD && !isBeside && isPlanned;
  return { subject: 'backup', state: isGood ? 'good' : 'warning', reason };
}

function drillCheck(
  drill: { readonly at: Instant; readonly isGood: boolean } | null,
  now: Instant,
): HealthCheck {
  if (drill === null) return { subject: 'drill', state: 'warning', reason: { kind: 'no-drill' } };
  const reason: HealthReason = { kind: 'drill', ...drill };
  const age = now - drill.at;
  if (!drill.isGood || age > DRILL_AGE_MAX) return { subject: 'drill', state: 'bad', reason };
  return { subject: 'drill', state: age <= DRILL_AGE_GOOD ? 'good' : 'warning', reason };
}

function diskCheck(disk: OwnFacts['disk']): HealthCheck {
  if (disk === 'elsewhere') return { subject: 'disk', state: 'unwatched', reason: { kind: 'elsewhere' } };
  if (disk === null || disk.totalBytes <= 0) return unknown('disk');
  const part = disk.freeBytes / disk.totalBytes;
  const reason: HealthReason = { kind: 'free', ...disk };
  if (part >= FREE_GOOD) return good('disk', reason);
  return { subject: 'disk', state: part >= FREE_MIN ? 'warning' : 'bad', reason };
}

function evidenceKey(since: Instant | null, now: Instant): HealthCheck {
  if (since === null) return { subject: 'evidence-key', state: 'warning', reason: { kind: 'no-key' } };
  const state = now - since <= KEY_AGE_GOOD ? 'good' : 'warning';
  return { subject: 'evidence-key', state, reason: { kind: 'key-since', at: since } };
}

function timeStampWaits({ isAsked, waitsSince }: OwnFacts['timeStamps'], now: Instant): HealthCheck {
  const subject = 'time-stamp-waits';
  if (!isAsked) return { subject, state: 'unwatched', reason: { kind: 'not-asked' } };
  if (waitsSince === null) return good(subject, { kind: 'nothing-waits' });
  const state = now - waitsSince <= STAMP_WAIT_MAX ? 'good' : 'bad';
  return { subject, state, reason: { kind: 'waits', since: waitsSince, waiting: null } };
}

function certificate(of: CertificateUse, endsAt: Instant | null, now: Instant): HealthCheck {
  const subject = `certificate-${of}` as const;
  if (endsAt === null) return unknown(subject);
  const left = endsAt - now;
  const reason: HealthReason = { kind: 'ends', at: endsAt };
  if (left > CERTIFICATE_GOOD) return good(subject, reason);
  return { subject, state: left > CERTIFICATE_MIN ? 'warning' : 'bad', reason };
}

function outside({ isTold, lastTold }: OwnFacts['outside']): HealthCheck {
  const subject = 'outside';
  if (!isTold) return { subject, state: 'unwatched', reason: { kind: 'not-told' } };
  if (lastTold === null) return { subject, state: 'warning', reason: { kind: 'not-measured' } };
  return lastTold
    ? good(subject, { kind: 'told' })
    : { subject, state: 'warning', reason: { kind: 'refused' } };
}
