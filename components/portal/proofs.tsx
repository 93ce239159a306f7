import { isRestoreTest } from '@/domain/restore-test/record';
import type { Instant } from '@/domain/time/instant';
import { Mark, type Tone } from '../backup/status-mark';
import { countText, counted, sizeText } from '../format/amounts';
import { Moment } from '../ui/moment';
import { LevelBadge, type ProofLevel } from './level-badge';

type Result = 'passed' | 'failed' | 'error' | 'skipped';

/** A restore test, or a check that is less than one. */
export interface Proof {
  readonly restoreTestId: string;
  readonly systemName: string;
  readonly repositoryName: string;
  readonly level: ProofLevel;
  readonly result: Result;
  readonly endedAt: Instant;
  readonly detail: {
    readonly files?:
      | {
          readonly matched?: number | null | undefined;
          readonly mismatched?: number | null | undefined;
          readonly missing?: number | null | undefined;
        }
      | null
      | undefined;
    readonly bytes_restored?: number | null | undefined;
  };
}

const TONE: Readonly<Record<Result, Tone>> = { passed: 'ok', failed: 'bad', error: 'unk', skipped: 'off' };
const WORD: Readonly<Record<Result, string>> = {
  passed: 'Passed',
  failed: 'Failed',
  error: 'Did not finish: proves nothing',
  skipped: 'Skipped: proves nothing',
};
const SHOWN = 4;

interface Props {
  /** Newest first. */
  proofs: readonly Proof[];
  timeZone: string;
  now: Instant;
}

/** The newest restore test of each system, what it proved, and apart from them the checks that are less than that. */
export function Proofs({ proofs, timeZone, now }: Props) {
  const tests = newestOfEach(proofs.filter(({ level }) => isRestoreTest(level)));
  const checks = newestOfEach(proofs.filter(({ level }) => !isRestoreTest(level)));
  return (
    <>
      {tests.length === 0 ? (
        <p className="text-13 text-ink-2">
          Nothing of yours was ever brought back to prove that it can be. Backups are running, which is not
          the same.
        </p>
      ) : (
        <List proofs={tests} timeZone={timeZone} now={now} />
      )}
      {checks.length > 0 && (
        <>
          <h3 className="text-ink-3 border-line mt-4 border-t pt-3 text-xs font-medium">
            Checks that are not restore tests
          </h3>
          <div className="mt-2">
            <List proofs={checks} timeZone={timeZone} now={now} />
          </div>
        </>
      )}
    </>
  );
}

function newestOfEach(proofs: readonly Proof[]): Proof[] {
  const seen = new Set<string>();
  return proofs.filter(({ systemName }) => !seen.has(systemName) && seen.add(systemName));
}

function List({ proofs, timeZone, now }: Props) {
  const shown = proofs.slice(0, SHOWN);
  const more = proofs.slice(SHOWN);
  return (
    <>
      <Rows proofs={shown} timeZone={timeZone} now={now} />
      {more.length > 0 && (
        <details className="text-13 mt-3">
          <summary className="text-accent cursor-pointer">{counted(more.length, 'system')} more</summary>
          <div className="mt-3">
            <Rows proofs={more} timeZone={timeZone} now={now} />
          </div>
        </details>
      )}
    </>
  );
}

function Rows({ proofs, timeZone, now }: Props) {
  return (
    <ul className="divide-line divide-y">
      {proofs.map((proof) => (
        <li key={proof.restoreTestId} className="py-3 first:pt-0 last:pb-0">
          <div className="flex justify-between gap-3">
            <p className="min-w-0 font-medium [overflow-wrap:anywhere]">{proof.systemName}</p>
            <p className="text-ink-3 text-xs whitespace-nowrap">
              <Moment at={proof.endedAt} timeZone={timeZone} now={now} isShort />
            </p>
          </div>
          <p className="text-13 text-ink-2 mt-0.5 max-w-[70ch]">{provedText(proof)}</p>
          <p className="text-13 mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1">
            <Mark tone={TONE[proof.result]}>{WORD[proof.result]}</Mark>
            <LevelBadge level={proof.level} />
          </p>
        </li>
      ))}
    </ul>
  );
}

/** What it proved and, where it was less than all, what it did not. */
function provedText({ level, repositoryName, result, detail }: Proof): string {
  if (result === 'error' || result === 'skipped')
    return `The test from ${repositoryName} did not run to its end.`;
  const { matched = null, mismatched = null, missing = null } = detail.files ?? {};
  const bad = (mismatched ?? 0) + (missing ?? 0);
  const amount = detail.bytes_restored ? ` (${sizeText(detail.bytes_restored)})` : '';
  if (isRestoreTest(level) && matched !== null) {
    const tried = matched + bad;
    const brought = `${counted(tried, 'file')}${amount} ${tried === 1 ? 'was' : 'were'} brought back from ${repositoryName} and compared.`;
    return bad === 0
      ? `${brought} All were identical. What was not drawn was not tried.`
      : `${brought} ${countText(bad)} ${bad === 1 ? 'was' : 'were'} missing or different.`;
  }
  switch (level) {
    case 'L1':
      return `What lies in ${repositoryName} was checked against its own checksums. Nothing was brought back.`;
    case 'L2':
      return `It was started from ${repositoryName} up to a sign-in screen. No data was compared.`;
    case 'L3':
      return `It was started from ${repositoryName} and a service answered. No data was compared.`;
    case 'L4':
      return `Data${amount} was brought back from ${repositoryName} and compared.`;
    case 'L5':
      return `The service was recovered from ${repositoryName} in order, before a witness.`;
  }
}
