import { clsx } from 'clsx';
import { isRestoreTest, PROOF_LEVELS, type ProofLevel } from '@/domain/restore-test/record';
import { LEVEL_WORD } from './record-words';

/** How much was proved, as a ladder of five steps. Only a restore test has a solid frame. */
export function LevelBadge({ level, isLong = false }: { level: ProofLevel; isLong?: boolean }) {
  return (
    <span
      title={`${level}: ${LEVEL_WORD[level]}`}
      className={clsx(
        'inline-flex h-5 items-center gap-1.5 rounded border px-1.5 text-xs font-medium whitespace-nowrap',
        isRestoreTest(level) ? 'border-ink-3 text-ink' : 'border-edge text-ink-3 border-dashed',
      )}
    >
      <Ladder level={level} />
      {level}
      {isLong && <span className="font-normal">· {LEVEL_WORD[level]}</span>}
    </span>
  );
}

/** The steps alone; the word stands beside them. */
export function Ladder({ level }: { level: ProofLevel }) {
  const reached = PROOF_LEVELS.indexOf(level);
  return (
    <svg width="18" height="10" viewBox="0 0 18 10" aria-hidden="true" className="flex-none">
      {[1, 2, 3, 4, 5].map((step) => (
        <rect
          key={step}
          x={(step - 1) * 4 + 0.5}
          y={10 - step * 2 + 0.5}
          width="2"
          height={step * 2 - 1}
          fill={step <= reached ? 'currentColor' : 'none'}
          stroke="currentColor"
          strokeWidth="1"
          opacity={step <= reached ? 1 : 0.45}
        />
      ))}
    </svg>
  );
}
