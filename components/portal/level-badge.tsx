import { clsx } from 'clsx';
import { isRestoreTest, type ProofLevel as AnyLevel } from '@/domain/restore-test/record';

/** What a report tells of: that a job said it went well (L0) is no test. */
export type ProofLevel = Exclude<AnyLevel, 'L0'>;

/** What each level proves (evidence-and-frameworks: 'Levels of proof'). */
const LEVEL_WORDS: Readonly<Record<ProofLevel, string>> = {
  L1: 'integrity checked',
  L2: 'started to a sign-in screen',
  L3: 'a service answered',
  L4: 'content compared',
  L5: 'service recovered, witnessed',
};

/** A ladder of five steps with its words; only what is a restore test has a solid frame. */
export function LevelBadge({ level }: { level: ProofLevel }) {
  const steps = Number(level.slice(1));
  return (
    <span
      className={clsx(
        'text-11 inline-flex items-center gap-1.5 rounded border px-1.5 py-px whitespace-nowrap',
        isRestoreTest(level) ? 'border-edge text-ink font-medium' : 'border-line-2 text-ink-2 border-dashed',
      )}
    >
      <svg width="15" height="10" viewBox="0 0 15 10" aria-hidden="true">
        {[1, 2, 3, 4, 5].map((step) => (
          <rect
            key={step}
            x={(step - 1) * 3}
            y={10 - step * 2}
            width="2"
            height={step * 2}
            fill="currentColor"
            opacity={step <= steps ? 1 : 0.25}
          />
        ))}
      </svg>
      Level {steps} · {LEVEL_WORDS[level]}
    </span>
  );
}
