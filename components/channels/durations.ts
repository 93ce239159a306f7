import { durationText } from '@/domain/protection/sentence';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

/** How often a backup tells of itself, in seconds. */
const PERIODS = [1, 2, 4, 6, 8, 12, 24, 48, 72].map((hours) => hours * HOUR_SECONDS);
const LONG_PERIODS = [7, 14, 31].map((days) => days * DAY_SECONDS);
/** How late it may be, in seconds. */
const GRACES = [600, 1800, HOUR_SECONDS, 7200, 14_400, 28_800, 43_200, DAY_SECONDS, 2 * DAY_SECONDS];

interface DurationChoice {
  readonly seconds: number;
  readonly name: string;
}

/** Periods to choose from; one that was said otherwise is among them. */
export const periodChoices = (seconds: number): readonly DurationChoice[] =>
  choices([...PERIODS, ...LONG_PERIODS], seconds);

/** Grace times to choose from; one that was said otherwise is among them. */
export const graceChoices = (seconds: number): readonly DurationChoice[] => choices(GRACES, seconds);

function choices(known: readonly number[], seconds: number): readonly DurationChoice[] {
  const all = [...new Set([...known, seconds])].toSorted((a, b) => a - b);
  return all.map((one) => ({ seconds: one, name: durationText(one * 1000) }));
}
