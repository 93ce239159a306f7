import { HOUR, MINUTE } from './week-clock';
import {
  BEGIN,
  BERLIN,
  COPIES,
  type CopyName,
  END,
  KATHMANDU,
  type Machine,
  machinesOf,
  type Night,
  nightsOf,
  OWN_OUTAGE,
  POLICY_CHANGE,
  PROMISED,
  SECOND_CHECK_NIGHT,
  TICK,
  type WeekClient,
} from './week-script';

/**
 * What must come of the scripted week, by walking its ticks with the rules of the domain as plainly as they can be written, and without
 * a line of the product. Findings and causes are named as people read them.
 */
export type Severity = 'critical' | 'warning' | 'note';

export interface ExpectedFinding {
  readonly hostname: string;
  readonly rule: string;
  readonly subject: string;
  readonly severity: Severity;
  readonly openedAt: number;
  /** null: open at the end of the week. */
  readonly closedAt: number | null;
}

export interface ExpectedMessage {
  readonly at: number;
  /** `step cause`, in the order of the alphabet. */
  readonly subjects: readonly string[];
}

export interface Expected {
  readonly findings: readonly ExpectedFinding[];
  readonly messages: readonly ExpectedMessage[];
  /** Open at the end, notes left out. */
  readonly openCauses: readonly string[];
}

/** What is wrong with one machine at one tick. */
interface Wrong {
  readonly rule: string;
  readonly subject: string;
  readonly severity: Severity;
  /** What it is grouped by. */
  readonly cause: string;
}

interface Followed {
  readonly machine: Machine;
  readonly nights: readonly Night[];
}

export function expectedOf(perClient: number): Expected {
  const fleet = machinesOf(perClient).map((machine) => ({ machine, nights: nightsOf(machine) }));
  const findings = openBook();
  const telling = openTelling();
  for (let now = BEGIN; now <= END; now += TICK) {
    if (now > OWN_OUTAGE.from && now < OWN_OUTAGE.until) continue;
    const isNasDead = isNasDeadAt(fleet, now);
    const causes = new Map<string, Severity>();
    for (const followed of fleet) {
      const wrong = wrongAt(followed, now, isNasDead(followed.machine));
      findings.note(followed.machine.hostname, wrong, now);
      for (const { cause, severity } of wrong)
        if (severity !== 'note') causes.set(cause, worse(severity, causes.get(cause)));
    }
    telling.note(causes, now);
  }
  return { findings: findings.all(), messages: telling.messages, openCauses: telling.open() };
}

function worse(a: Severity, b: Severity | undefined): Severity {
  return a === 'critical' || b === 'critical' ? 'critical' : a;
}

/** The newest word of any of its machines on the NAS of Berlin. */
function isNasDeadAt(fleet: readonly Followed[], now: number): (machine: Machine) => boolean {
  let newest: Night | null = null;
  for (const { machine, nights } of fleet) {
    if (machine.client !== BERLIN) continue;
    const last = toldBy(nights, now).at(-1);
    if (last && (newest === null || last.startedAt.cloud > newest.startedAt.cloud)) newest = last;
  }
  const isDead = newest?.outcome.nas === 'nas-dead';
  return ({ client }) => client === BERLIN && isDead;
}

function toldBy(nights: readonly Night[], now: number): Night[] {
  return nights.filter(({ toldAt }) => toldAt !== null && toldAt <= now);
}

function wrongAt({ machine, nights }: Followed, now: number, isNasDead: boolean): Wrong[] {
  const told = toldBy(nights, now);
  const last = told.at(-1);
  if (last?.toldAt == null) return [];
  const heardAt = last.toldAt;
  const isAway = machine.travels && now >= heardAt + PROMISED.offlineTolerance;
  const jobs = COPIES.map((copy) => jobAt(machine, nights, told, copy, now, isNasDead));
  const counted = COPIES.filter((copy) => isFresh(told, copy, machine.travels && !isAway ? heardAt : now));
  const failing = jobs.filter(({ isFailing }) => isFailing).map(({ cause }) => cause);
  const nas = nasOf(machine);
  const ownCause = isNasDead ? causeOf(machine, nas) : (failing[0] ?? `data of ${machine.hostname}`);
  const wrong: Wrong[] = jobs.flatMap((job) => job.wrong);
  const data = (rule: string): Wrong => ({ rule, subject: '/srv', severity: 'critical', cause: ownCause });
  const required = machine.client === KATHMANDU && isStricter(now) ? 4 : 3;
  if (1 + counted.length < required) wrong.push(data('copies-missing'));
  if (counted.length === 0) wrong.push(data('media-missing'), data('rpo-exceeded'));
  if (isNasDead) wrong.push(warning('repository-unreadable', nas, causeOf(machine, nas)));
  const isSilent = now >= pastOutage(heardAt, PROMISED.silence) && (!machine.travels || isAway);
  if (isSilent) wrong.push(warning('agent-silent', machine.hostname, `agent ${machine.hostname}`));
  return [...wrong, ...proofAt(machine, last)];
}

function isStricter(now: number): boolean {
  return now >= POLICY_CHANGE.from && now < POLICY_CHANGE.until;
}

function warning(rule: string, subject: string, cause: string): Wrong {
  return { rule, subject, severity: 'warning', cause };
}

/** An RPO counts from the start of a run. */
function isFresh(told: readonly Night[], copy: CopyName, at: number): boolean {
  const newest = told.findLast((night) => night.outcome[copy] === 'success');
  return newest !== undefined && at < newest.startedAt[copy] + PROMISED.rpo;
}

function jobAt(
  machine: Machine,
  nights: readonly Night[],
  told: readonly Night[],
  copy: CopyName,
  now: number,
  isNasDead: boolean,
) {
  const subject = `${machine.hostname} ${copy}`;
  const ran = told.filter((night) => night.outcome[copy] !== 'not-run');
  const lastGood = ran.findLastIndex((night) => night.outcome[copy] === 'success');
  const failures = ran.length - 1 - lastGood;
  // The repository explains what failed because of it, until the job has run again.
  const isExplained = copy === 'nas' && (isNasDead || ran.at(-1)?.outcome.nas === 'nas-dead');
  const cause = isExplained ? causeOf(machine, nasOf(machine)) : `job ${subject}`;
  const wrong: Wrong[] = [];
  if (failures >= 3) wrong.push({ rule: 'run-failed-repeatedly', subject, severity: 'critical', cause });
  else if (failures > 0) wrong.push(warning('run-failed', subject, cause));
  if (told.at(-1)?.isSpike === true) wrong.push(warning('size-anomaly', subject, cause));
  if (isMissed(nights, told, copy, now)) wrong.push(warning('run-missed', subject, cause));
  return { cause, isFailing: failures > 0, wrong };
}

/** Due, past its deadline, and heard of since without having begun; the next one that begins ends it. */
function isMissed(nights: readonly Night[], told: readonly Night[], copy: CopyName, now: number): boolean {
  const heardAt = told.at(-1)?.toldAt ?? 0;
  const lastKept = told.findLast((night) => night.outcome[copy] !== 'not-run')?.index ?? 0;
  return nights.some(
    (night) =>
      night.index >= 0 &&
      night.index > lastKept &&
      now >= pastOutage(night.dueAt, PROMISED.lateness) &&
      heardAt > night.dueAt,
  );
}

/** When patience that began at an instant ends: an outage of ours, with ten minutes after it, does not count as time. */
function pastOutage(from: number, patience: number): number {
  const end = OWN_OUTAGE.until + 10 * MINUTE;
  const isTouched = OWN_OUTAGE.from < from + patience && end > from;
  return from + patience + (isTouched ? end - Math.max(from, OWN_OUTAGE.from) : 0);
}

/** Nobody but one was promised a proof: of the others it is noted that there is none. */
function proofAt(machine: Machine, last: Night): Wrong[] {
  const nas = nasOf(machine);
  const cloud = cloudOf(machine);
  if (machine.isProven) {
    // The rule keeps three days: the point that was verified goes in the next night, and nothing that is left was looked at until a check.
    const isLosing = last.index >= 1 && last.index < SECOND_CHECK_NIGHT;
    return isLosing
      ? [
          {
            rule: 'last-good-copy-expiring',
            subject: cloud,
            severity: 'critical',
            cause: causeOf(machine, cloud),
          },
        ]
      : [];
  }
  return [note('never-verified', nas), note('never-verified', cloud), note('never-restored', '/srv')];
}

function note(rule: string, subject: string): Wrong {
  return { rule, subject, severity: 'note', cause: '' };
}

function nasOf({ client, hostname, isProven }: Machine): string {
  return isProven ? `nas-${client.prefix}/${hostname}` : `nas-${client.prefix}`;
}

function cloudOf({ client, hostname }: Machine): string {
  return `${client.prefix}-vault/${hostname}`;
}

function causeOf({ client }: { readonly client: WeekClient }, repository: string): string {
  return `repository ${repository} of ${client.name}`;
}

function openBook() {
  const open = new Map<string, ExpectedFinding>();
  const closed: ExpectedFinding[] = [];
  return {
    note(hostname: string, wrong: readonly Wrong[], now: number): void {
      const keys = new Set(wrong.map(({ rule, subject }) => `${hostname} ${rule} ${subject}`));
      for (const { rule, subject, severity } of wrong) {
        const key = `${hostname} ${rule} ${subject}`;
        const before = open.get(key);
        open.set(key, {
          hostname,
          rule,
          subject,
          severity,
          openedAt: before?.openedAt ?? now,
          closedAt: null,
        });
      }
      for (const [key, finding] of open) {
        if (finding.hostname !== hostname || keys.has(key)) continue;
        closed.push({ ...finding, closedAt: now });
        open.delete(key);
      }
    },
    all: (): ExpectedFinding[] => [...closed, ...open.values()],
  };
}

interface Cause {
  severity: Severity;
  isOpen: boolean;
  closedAt: number;
  /** How often it came back. */
  episode: number;
  /** What the channel was told last. */
  told: { episode: number; severity: Severity; isOpen: boolean } | null;
  /** The first thing that happened and that was not told. */
  happenedAt: number | null;
}

const FLAP_WINDOW = 26 * HOUR;
const STORM = 5;
const STORM_WINDOW = 10 * MINUTE;

/**
 * One rule that tells of everything (docs/decisions/notifications.md): what happens is gathered for half a minute, so that it is told at
 * the next tick, together with what happens then; more than five causes at once, or more than five messages in ten minutes, are one.
 */
function openTelling() {
  const causes = new Map<string, Cause>();
  const messages: ExpectedMessage[] = [];
  let sentAt: number[] = [];

  function happen(name: string, severity: Severity | undefined, now: number): void {
    let cause = causes.get(name);
    if (severity === undefined) {
      if (!cause?.isOpen) return;
      Object.assign(cause, { isOpen: false, closedAt: now, happenedAt: cause.happenedAt ?? now });
      return;
    }
    if (cause === undefined || (!cause.isOpen && now >= cause.closedAt + FLAP_WINDOW)) {
      cause = { severity, isOpen: true, closedAt: 0, episode: 0, told: null, happenedAt: now };
      causes.set(name, cause);
      return;
    }
    const isNews = !cause.isOpen || (severity === 'critical' && cause.severity !== 'critical');
    if (!cause.isOpen) cause.episode++;
    Object.assign(cause, {
      severity,
      isOpen: true,
      happenedAt: isNews ? (cause.happenedAt ?? now) : cause.happenedAt,
    });
  }

  function stepOf({ told, isOpen, severity, episode }: Cause): string | null {
    const isKnownOpen = told?.isOpen === true;
    const isUntold = told === null || told.episode < episode;
    if (!isOpen && isKnownOpen) return 'resolved';
    if (!isOpen) return isUntold ? 'over' : null;
    if (!isKnownOpen) return 'opened';
    return severity === 'critical' && told.severity !== 'critical' ? 'worse' : null;
  }

  function tell(now: number): void {
    const pending = [...causes].flatMap(([name, cause]) => {
      const step = stepOf(cause);
      return step === null || cause.happenedAt === null ? [] : [{ name, cause, step }];
    });
    if (!pending.some(({ cause }) => (cause.happenedAt ?? now) < now)) return;
    sentAt = sentAt.filter((at) => at > now - STORM_WINDOW);
    const room = STORM - sentAt.length;
    if (room <= 0) return;
    const subjects = pending.map(({ name, step }) => `${step} ${name}`).toSorted();
    const batches = pending.length > room ? [subjects] : subjects.map((one) => [one]);
    for (const batch of batches) {
      messages.push({ at: now, subjects: batch });
      sentAt.push(now);
    }
    for (const { cause } of pending) {
      cause.told = { episode: cause.episode, severity: cause.severity, isOpen: cause.isOpen };
      cause.happenedAt = null;
    }
  }

  return {
    messages,
    note(current: ReadonlyMap<string, Severity>, now: number): void {
      for (const name of new Set([...causes.keys(), ...current.keys()])) happen(name, current.get(name), now);
      tell(now);
    },
    open: (): string[] => [...causes].flatMap(([name, { isOpen }]) => (isOpen ? [name] : [])).toSorted(),
  };
}
