import type { DrillOutcome } from '../../contract/report';
import { DAY, type Instant } from '../time/instant';
import type { RestoreTrouble } from './judge-restore';

/** What of a drill's outcomes people are told. */
export const TOLD_DRILL_OUTCOMES = [
  'noticed',
  'unnoticed',
  'copy-damaged',
] as const satisfies readonly DrillOutcome[];
export type ToldDrillOutcome = (typeof TOLD_DRILL_OUTCOMES)[number];

/** How long an alarm of a drill waits for somebody to say that it arrived. */
export const DRILL_CONFIRM_WITHIN = DAY;

interface DamageableFile {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Which byte of which file a drill damages: of the files that are not empty the first by SHA-256 over `<seed>:damage:<path>`, and in it
 * the byte at the first 48 bits of SHA-256 over `<seed>:offset:<path>`, modulo its size. null: there is none.
 */
export function chooseDamage<File extends DamageableFile>(
  files: readonly File[],
  seed: number,
  sha256Hex: (text: string) => string,
): { readonly file: File; readonly offset: number } | null {
  const [first] = files
    .filter(({ bytes }) => bytes > 0)
    .map((file) => ({ file, rank: sha256Hex(`${seed}:damage:${file.path}`) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
  if (!first) return null;
  const { file } = first;
  return {
    file,
    offset: Number.parseInt(sha256Hex(`${seed}:offset:${file.path}`).slice(0, 12), 16) % file.bytes,
  };
}

/** What a drill saw. */
export interface DrillSight {
  /** null: nothing was damaged. */
  readonly damagedPath: string | null;
  /** Files that were found to differ or to be missing. */
  readonly unlike: readonly string[];
  readonly trouble: RestoreTrouble | null;
}

/** What came of a drill, and why in a sentence; null where it went as it should. An obstacle proves nothing, whatever else was seen. */
export function judgeDrill({ damagedPath, unlike, trouble }: DrillSight): {
  readonly outcome: DrillOutcome;
  readonly reason: string | null;
} {
  if (trouble?.kind === 'obstacle') return { outcome: 'error', reason: trouble.message };
  if (trouble !== null) return { outcome: 'copy-damaged', reason: trouble.message };
  const others = unlike.filter((path) => path !== damagedPath);
  if (others.length > 0)
    return {
      outcome: 'copy-damaged',
      reason: `${others.length} ${others.length === 1 ? 'file that was' : 'files that were'} not touched ${others.length === 1 ? 'differs or is' : 'differ or are'} missing.`,
    };
  if (damagedPath === null)
    return {
      outcome: 'error',
      reason: 'No restored file could be damaged: nothing says what any of them should hold.',
    };
  return unlike.includes(damagedPath)
    ? { outcome: 'noticed', reason: null }
    : { outcome: 'unnoticed', reason: 'The file that was damaged on purpose was taken for good.' };
}

/** The alarm that a drill raised. */
export interface DrillAlarm {
  readonly openedAt: Instant;
  /** null: it is open. */
  readonly closedAt: Instant | null;
  /** When somebody said that it arrived; null: nobody did. */
  readonly confirmedAt: Instant | null;
}

/** How far a drill has come that was answered. `failed`: what it found is an alarm of its own. */
export type DrillStage = 'ended' | 'failed' | 'raising' | 'telling' | 'confirmed' | 'unconfirmed';

/** `alarm` null: it was not raised yet. */
export function drillStage(outcome: DrillOutcome, alarm: DrillAlarm | null): DrillStage {
  if (outcome === 'error' || outcome === 'skipped') return 'ended';
  if (outcome !== 'noticed') return 'failed';
  if (alarm === null) return 'raising';
  if (alarm.confirmedAt !== null) return 'confirmed';
  return alarm.closedAt === null ? 'telling' : 'unconfirmed';
}

/** Whether the alarm of a drill is over: somebody said that it arrived, or nobody did for a day. */
export function isDrillAlarmOver(
  { openedAt, confirmedAt }: Pick<DrillAlarm, 'openedAt' | 'confirmedAt'>,
  now: Instant,
): boolean {
  return confirmedAt !== null || now >= openedAt + DRILL_CONFIRM_WITHIN;
}

/**
 * Why nobody can confirm now that the alarm of a drill arrived, in a sentence; null: somebody can.
 * @param isDelivered whether a receiver took at least one message of it
 */
export function whyUnconfirmable(
  outcome: DrillOutcome | null,
  alarm: DrillAlarm | null,
  isDelivered: boolean,
  now: Instant,
): string | null {
  if (outcome !== null && outcome !== 'noticed') return 'This drill raised no alarm that could be confirmed.';
  if (alarm === null)
    return 'The alarm of this drill was not raised yet. Wait for the result of the machine.';
  if (alarm.confirmedAt !== null) return 'Somebody has confirmed already that this alarm arrived.';
  if (alarm.closedAt !== null || isDrillAlarmOver(alarm, now))
    return 'This drill is over: nobody confirmed its alarm within 24 hours. Start another one.';
  return isDelivered
    ? null
    : 'No message of this drill was delivered yet, so none can have arrived. Look at the rules and channels in the settings.';
}
