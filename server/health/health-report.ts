import type { OwnFacts } from '@/domain/health/own-facts';
import { judgeOwnHealth, needsSomebody, type HealthState } from '@/domain/health/own-health';
import { healthSentence, STATE_WORD, SUBJECT_NAME } from '@/domain/health/own-health-words';
import type { Instant } from '@/domain/time/instant';

/** The whole, for whoever runs the installation. */
export interface HealthReport {
  readonly isWell: boolean;
  /** A line a part, the worst first. */
  readonly lines: readonly string[];
}

const ORDER: readonly HealthState[] = ['bad', 'unknown', 'warning', 'good', 'unwatched'];

/** @param facts null: the worker never measured */
export function healthReport(facts: OwnFacts | null, now: Instant): HealthReport {
  const checks = judgeOwnHealth(facts, now);
  const lines = checks
    .toSorted((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state))
    .map(({ subject, state, reason }) =>
      [
        STATE_WORD[state].toUpperCase().padEnd(12),
        SUBJECT_NAME[subject].padEnd(42),
        healthSentence(subject, reason, now, sizeText),
      ].join(''),
    );
  return { isWell: !needsSomebody(checks), lines };
}

function sizeText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${mebibytes.toFixed(1)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}
