import type { Logger } from 'pino';
import { OWN_QUEUES, withoutFigures, type CertificateFact, type OwnFacts } from '@/domain/health/own-facts';
import { brokenLinks, judgeOwnHealth, type HealthState } from '@/domain/health/own-health';
import { healthSentence, SUBJECT_NAME } from '@/domain/health/own-health-words';
import { HOUR, MINUTE, SECOND, type Instant } from '@/domain/time/instant';
import type { Database } from '../data/database';
import { keepOwnHealth, measureQueues, readInstallation } from '../data/own-health';
import { certificateEnd, servedCertificateEnd, stampCertificateEnd } from '../health/certificate-ends';
import { readDisk, readOwnBackup } from '../health/own-backup-facts';
import { tellOutside } from '../health/tell-outside';
import { metrics } from '../metrics/metrics';
import { letWatchdogBite } from './let-watchdog-bite';

/** What is looked at beside the database. */
export interface HealthSettings {
  /** Absolute path. */
  readonly dataDir: string;
  readonly backupDir: string;
  readonly backupAt: object | null;
  readonly appOrigin: string;
  readonly ingestOrigin: string;
  /** DER, that of the key first; null: documents are not signed. */
  readonly documentCertificates: readonly [Uint8Array, ...Uint8Array[]] | null;
  readonly tsaUrl: string | null;
  readonly deadmanUrls: readonly string[];
  /** Whether something is sent that has to fail. */
  readonly hasWatchdog: boolean;
}

/** Looks after how the installation itself stands. */
export interface HealthKeeper {
  /** Measures, and keeps what was measured: for the page without figures, for whoever reads figures as series. */
  measure(): Promise<void>;
  /** Tells monitors outside how the chain stands; does nothing where none is to be told. */
  tell(log: Logger): Promise<void>;
  /** Sends what has to fail, and looks whether it does, when it is time to; does nothing where there is no watchdog. */
  bite(log: Logger): Promise<void>;
  /** Ends a bite that is under way. */
  stop(): void;
  /** null: nothing was measured yet. */
  latest(): OwnFacts | null;
}

/** Each is a connection to an address of ours. */
const SERVED_EVERY = HOUR;

/** After one that did not happen it is tried again soon, so that what was mended is seen. */
const BITE_EVERY = 6 * HOUR;
const BITE_AGAIN = 10 * MINUTE;
const BITE_MS_MAX = 2 * MINUTE;

/** @param sweptAt when the worker's sweep last got on; null: not yet */
export function createHealthKeeper(
  database: Database,
  settings: HealthSettings,
  sweptAt: () => Instant | null,
  now: () => Date,
): HealthKeeper {
  const served = rememberServed(settings);
  let facts: OwnFacts | null = null;
  let lastTold: boolean | null = null;
  let lastBite: OwnFacts['watchdog']['last'] = null;
  const ending = new AbortController();

  async function measure(): Promise<void> {
    const at = now();
    const { stampToken, databaseBytes, heardAt, evidenceKeySince, stampWaitsSince } =
      await readInstallation(database);
    facts = {
      measuredAt: at.getTime(),
      sweptAt: sweptAt(),
      heardAt,
      queues: await measureQueues(database, at),
      backup: readOwnBackup({ ...settings, isPlanned: settings.backupAt !== null }),
      disk: readDisk(settings.dataDir),
      databaseBytes,
      evidenceKeySince,
      timeStamps: { isAsked: settings.tsaUrl !== null, waitsSince: stampWaitsSince },
      certificates: [
        ...(await served(at.getTime())),
        ...ownCertificates(settings),
        ...(stampToken ? [{ of: 'time-stamps' as const, endsAt: stampCertificateEnd(stampToken) }] : []),
      ],
      watchdog: { isOn: settings.hasWatchdog, last: lastBite },
      outside: { isTold: settings.deadmanUrls.length > 0, lastTold },
    };
    count(facts, at.getTime());
    await keepOwnHealth(database, withoutFigures(facts));
  }

  async function tell(log: Logger): Promise<void> {
    if (settings.deadmanUrls.length === 0 || facts === null) return;
    const at = now().getTime();
    const words = brokenLinks(judgeOwnHealth(facts, at)).map(
      ({ subject, reason }) => `${SUBJECT_NAME[subject]}: ${healthSentence(subject, reason, at, String)}`,
    );
    lastTold = await tellOutside(settings.deadmanUrls, { words }, log);
  }

  async function bite(log: Logger): Promise<void> {
    const at = now();
    if (!settings.hasWatchdog || !isBiteDue(lastBite, at.getTime())) return;
    const { signal } = ending;
    const wait = { ingestOrigin: settings.ingestOrigin, waitMsMax: BITE_MS_MAX, signal };
    const failure = await letWatchdogBite(database, wait, at);
    if (signal.aborted) return;
    lastBite = { at: at.getTime(), failure };
    if (failure !== null) log.error({ failure }, 'the watchdog did not fail as it has to');
  }

  return { measure, tell, bite, stop: () => ending.abort(), latest: () => facts };
}

function isBiteDue(last: OwnFacts['watchdog']['last'], now: Instant): boolean {
  return last === null || now - last.at >= (last.failure === null ? BITE_EVERY : BITE_AGAIN);
}

/** The first that signs documents now; those of former keys may have ended. */
function ownCertificates({ documentCertificates: certificates }: HealthSettings): CertificateFact[] {
  return certificates ? [{ of: 'documents', endsAt: certificateEnd(certificates[0]) }] : [];
}

/** What our own addresses show, asked once an hour; what could not be read is asked again at once. */
function rememberServed({
  appOrigin,
  ingestOrigin,
}: HealthSettings): (at: Instant) => Promise<CertificateFact[]> {
  const origins = [
    { of: 'browsers', origin: appOrigin },
    { of: 'agents', origin: ingestOrigin },
  ] as const;
  let last: { readonly at: Instant; readonly facts: CertificateFact[] } | null = null;
  return async (at) => {
    if (last && at - last.at < SERVED_EVERY && last.facts.every(({ endsAt }) => endsAt !== null))
      return last.facts;
    const secure = origins.filter(({ origin }) => origin.startsWith('https:'));
    const facts = await Promise.all(
      secure.map(async ({ of, origin }) => ({ of, endsAt: await servedCertificateEnd(origin) })),
    );
    last = { at, facts };
    return facts;
  };
}

const STATES: readonly HealthState[] = ['good', 'warning', 'bad', 'unknown', 'unwatched'];

/** Series of what was measured; who reads them sees by their age when nothing is measured any more. */
function count(facts: OwnFacts, now: Instant): void {
  const { queueWaiting, queueOldestSeconds, queueFailing, health, lastSeconds, databaseBytes, diskBytes } =
    metrics();
  for (const queue of OWN_QUEUES) {
    const found = facts.queues?.[queue];
    queueWaiting.set({ queue }, found?.waiting ?? 0);
    queueFailing.set({ queue }, found?.failing ?? 0);
    queueOldestSeconds.set({ queue }, found?.oldestAt ? Math.max(0, now - found.oldestAt) / SECOND : 0);
  }
  health.reset();
  for (const { subject: check, state } of judgeOwnHealth(facts, now))
    for (const each of STATES) health.set({ check, state: each }, each === state ? 1 : 0);
  lastSeconds.reset();
  lastSeconds.set({ what: 'measured' }, now / SECOND);
  if (facts.backup.kind === 'here') {
    const { takenAt, drill } = facts.backup;
    if (takenAt !== null) lastSeconds.set({ what: 'own-backup' }, takenAt / SECOND);
    if (drill !== null) lastSeconds.set({ what: 'own-drill' }, drill.at / SECOND);
  }
  if (facts.databaseBytes !== null) databaseBytes.set(facts.databaseBytes);
  if (facts.disk === null || facts.disk === 'elsewhere') return;
  diskBytes.set({ kind: 'free' }, facts.disk.freeBytes);
  diskBytes.set({ kind: 'total' }, facts.disk.totalBytes);
}
