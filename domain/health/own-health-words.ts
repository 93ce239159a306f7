import { durationText } from '../protection/sentence';
import type { Instant } from '../time/instant';
import type { WatchdogFailure } from './own-facts';
import type { HealthReason, HealthState, HealthSubject } from './own-health';

/** What a subject is called on a screen and in a report. */
export const SUBJECT_NAME: Readonly<Record<HealthSubject, string>> = {
  worker: 'Worker',
  ingestion: 'Ingestion',
  reports: 'Reports to be processed',
  verdicts: 'Verdicts to be reached',
  mail: 'Mail',
  notifications: 'Notifications',
  watchdog: 'Watchdog, which has to fail',
  backup: 'Backup of Holdfast itself',
  drill: 'Drill of that backup',
  disk: 'Disk of the data folder',
  database: 'Database',
  'evidence-key': 'Key of the evidence log',
  'time-stamp-waits': 'Time stamps of the evidence log',
  'certificate-documents': 'Certificate of documents',
  'certificate-browsers': 'TLS certificate for browsers',
  'certificate-agents': 'TLS certificate for agents',
  'certificate-time-stamps': 'Certificate of the time-stamping authority',
  outside: 'Monitor outside',
};

export const STATE_WORD: Readonly<Record<HealthState, string>> = {
  good: 'good',
  warning: 'warning',
  bad: 'bad',
  unknown: 'unknown',
  unwatched: 'not watched',
};

const DID_NOT_BITE: Readonly<Record<WatchdogFailure, string>> = {
  'not-taken': 'DID NOT FAIL: nobody took its message,',
  'not-cleared': 'DID NOT FAIL: its earlier failure was not forgotten when it said that all was well,',
  'no-verdict': 'DID NOT FAIL: its message became no finding,',
};

/** Why, in a sentence. `sizeText` writes bytes. */
export function healthSentence(
  subject: HealthSubject,
  reason: HealthReason,
  now: Instant,
  sizeText: (bytes: number) => string,
): string {
  const ago = (at: Instant): string => `${durationText(now - at)} ago`;
  const since = (at: Instant): string => durationText(now - at);
  switch (reason.kind) {
    case 'never-measured':
      return 'It never said anything yet. It does so within a minute of its start.';
    case 'not-measured':
      return subject === 'outside'
        ? 'Nothing was said to it yet.'
        : 'It could not be read; the log of the worker says why.';
    case 'stale':
      return `Was last looked at ${ago(reason.since)}, before the worker fell silent.`;
    case 'heard':
      return `Last heard ${ago(reason.at)}.`;
    case 'silent':
      return `Silent for ${since(reason.since)}. Look whether the process runs, and at its log.`;
    case 'no-sweep':
      return reason.since === null
        ? 'Has just begun; no sweep got through yet.'
        : `Lives, but no sweep got on for ${since(reason.since)}. Look at its log.`;
    case 'nothing-waits':
      return 'Nothing waits.';
    case 'waits':
      return reason.waiting === null
        ? `The oldest waits for ${since(reason.since)}.`
        : `Waiting: ${reason.waiting}, the oldest for ${since(reason.since)}.`;
    case 'fails':
      return `${reason.failing === null ? 'What' : `${reason.failing} of what`} could not be sent is tried again, the oldest for ${since(reason.since)}.`;
    case 'elsewhere':
      return subject === 'disk'
        ? 'The database lies on another machine: watch the disk there.'
        : 'Your own Postgres, and so its backup: Holdfast cannot see it. Let its drill be a system of yours.';
    case 'no-backup':
      return 'There is none. Set HOLDFAST_BACKUP_AT and HOLDFAST_BACKUP_DIR.';
    case 'backup':
      return `Taken ${ago(reason.at)}.${reason.isPlanned ? '' : ' By hand only: set HOLDFAST_BACKUP_AT.'}${reason.isBeside ? ' It lies on the same machine: set HOLDFAST_BACKUP_DIR.' : ''}`;
    case 'no-drill':
      return 'No backup was ever tried: npm run -s holdfast -- drill.';
    case 'drill':
      return reason.isGood
        ? `Passed ${ago(reason.at)}.`
        : `FAILED ${ago(reason.at)}: do not rely on that backup.`;
    case 'free':
      return `${Math.round((100 * reason.freeBytes) / reason.totalBytes)} % free: ${sizeText(reason.freeBytes)} of ${sizeText(reason.totalBytes)}.`;
    case 'size':
      return `${sizeText(reason.bytes)}.`;
    case 'key-since':
      return `Signs for ${since(reason.at)}.`;
    case 'no-key':
      return 'Signed nothing yet: without HOLDFAST_EVIDENCE_KEY the log gets no checkpoints.';
    case 'not-asked':
      return 'Nobody outside is asked: HOLDFAST_TSA_URL is not set.';
    case 'ends':
      return reason.at > now
        ? `Good for another ${durationText(reason.at - now)}.`
        : `Ended ${ago(reason.at)}. Put a new one in place.`;
    case 'no-watchdog':
      return 'Nobody tries whether a failed backup becomes a verdict: HOLDFAST_WATCHDOG is not on.';
    case 'not-bitten-yet':
      return 'Has just been let loose.';
    case 'bit':
      return `Failed as it has to, ${ago(reason.at)}.`;
    case 'did-not-bite':
      return `${DID_NOT_BITE[reason.failure]} ${ago(reason.at)}: what fails at your clients may not be shown either.`;
    case 'not-told':
      return 'Nobody outside would notice that Holdfast is gone: HOLDFAST_DEADMAN_URL is not set.';
    case 'told':
      return 'Took our last word.';
    case 'refused':
      return 'Did not take our last word; the log of the worker says why.';
  }
}
