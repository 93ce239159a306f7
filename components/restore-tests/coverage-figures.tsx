import { counted, countText, percentText } from '@/components/format/amounts';
import { PROOF_LEVELS } from '@/domain/restore-test/record';
import { expectedShareTested, type TestCoverage } from '@/domain/restore-test/test-coverage';
import { Ladder } from './level-badge';
import { LEVEL_WORD } from './record-words';

/** How many systems were really restored, of how many; what is below a restore test is told apart from it. */
export function CoverageFigures({ coverage }: { coverage: TestCoverage }) {
  const { systems, tested, days, withinCadence, byLevel, critical } = coverage;
  if (systems === 0) return null;
  return (
    <div className="border-line mt-4 grid gap-x-8 gap-y-4 border-y py-4 md:grid-cols-[240px_minmax(0,1fr)]">
      <div>
        <p className="text-[28px] leading-8 font-semibold tabular-nums">{percentText(tested / systems)}</p>
        <p className="text-13 mt-1">
          {countText(tested)} of {counted(systems, 'system')} had a restore test of L4 or L5 in the last{' '}
          {days} days.
        </p>
        <p className="text-ink-3 mt-1 text-xs">
          {countText(withinCadence)} within what their policy asks.
          {critical.systems > 0 && ` Critical systems: ${critical.tested} of ${critical.systems}.`}
        </p>
      </div>
      <div className="min-w-0">
        <div className="text-ink-3 flex justify-between gap-3 text-xs">
          <span>Restore tested, {countText(tested)}</span>
          <span className="text-right">Less than a restore test, {countText(systems - tested)}</span>
        </div>
        <div className="mt-1.5 flex h-6 gap-px" aria-hidden="true">
          {PROOF_LEVELS.toReversed().map(
            (level) =>
              byLevel[level] > 0 && (
                <span
                  key={level}
                  style={{ flexGrow: byLevel[level] }}
                  className={`min-w-1 rounded-[2px] border ${level >= 'L4' ? 'border-ink-2 bg-ink-2' : 'border-edge bg-bg-3 border-dashed'}`}
                />
              ),
          )}
        </div>
        <dl className="text-13 mt-2 grid grid-cols-3 gap-x-3 gap-y-1.5 sm:grid-cols-6">
          {PROOF_LEVELS.toReversed().map((level) => (
            <div key={level} className="flex flex-col-reverse justify-end">
              <dt className="text-ink-3 text-xs">
                {level} {LEVEL_WORD[level]}
              </dt>
              <dd className="flex items-center gap-1.5 font-semibold tabular-nums">
                <Ladder level={level} /> {countText(byLevel[level])}
              </dd>
            </div>
          ))}
        </dl>
        <p className="text-ink-3 mt-2 max-w-[90ch] text-xs">
          A system counts by the least proved of its data sets, and only for what passed. A test of a sample
          speaks for that sample: 1 % of the files each day is expected to reach{' '}
          {(expectedShareTested(0.01, 365) * 100).toFixed(1)} % of them in a year, and the chance that every
          file was among them is about nil.
        </p>
      </div>
    </div>
  );
}
