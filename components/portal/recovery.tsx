import { clsx } from 'clsx';
import type { RecoveryTime } from '@/domain/protection/recovery-time';
import { durationText, promisedText } from '@/domain/protection/sentence';
import { Mark } from '../backup/status-mark';
import { counted, percentText, sizeText } from '../format/amounts';
import { dayText } from '../format/words';

interface RecoveryRow extends RecoveryTime {
  readonly systemName: string;
  readonly dataSetName: string;
}

interface Props {
  rows: readonly RecoveryRow[];
  timeZone: string;
}

const SHOWN = 6;

/** How long it would take to be back against what was promised, and how that is known. */
export function Recovery({ rows, timeZone }: Props) {
  if (rows.length === 0)
    return (
      <p className="text-13 text-ink-2">
        No time to recover was promised, and no restore was ever timed. Nobody can say how long it would take.
      </p>
    );
  const ordered = rows.toSorted((a, b) => urgency(a) - urgency(b));
  const more = ordered.slice(SHOWN);
  return (
    <>
      <List rows={ordered.slice(0, SHOWN)} timeZone={timeZone} />
      {more.length > 0 && (
        <details className="text-13 mt-3">
          <summary className="text-accent cursor-pointer">{counted(more.length, 'more')}</summary>
          <div className="mt-3">
            <List rows={more} timeZone={timeZone} />
          </div>
        </details>
      )}
      <p className="text-ink-3 mt-4 flex flex-wrap gap-x-4 gap-y-1 text-xs">
        <span className="inline-flex items-center gap-1.5">
          <span className="bg-ink-3 inline-block h-2 w-6" /> measured in full
        </span>
        <span className="inline-flex items-center gap-1.5">
          <span className={clsx('inline-block h-2 w-6', HATCHED)} /> estimated from a sample
        </span>
        <span className="inline-flex items-center gap-1.5">
          <span className="bg-ink inline-block h-3 w-0.5" /> promise
        </span>
      </p>
    </>
  );
}

const HATCHED =
  'border border-edge bg-[repeating-linear-gradient(135deg,var(--edge)_0_2px,transparent_2px_5px)]';

/** Over the promise first, then unknown, then the slowest. */
function urgency({ forecast, rtoSeconds }: RecoveryRow): number {
  if (forecast?.kind !== 'timed') return 0;
  return rtoSeconds !== null && forecast.seconds > rtoSeconds ? -1 : 1;
}

function List({ rows, timeZone }: Props) {
  return (
    <ul className="flex flex-col gap-4">
      {rows.map((row) => (
        <li key={`${row.systemName} ${row.dataSetName}`}>
          <Row row={row} timeZone={timeZone} />
        </li>
      ))}
    </ul>
  );
}

function Row({ row, timeZone }: { row: RecoveryRow; timeZone: string }) {
  const { forecast, rtoSeconds } = row;
  const seconds = forecast?.kind === 'timed' ? forecast.seconds : null;
  const isOver = seconds !== null && rtoSeconds !== null && seconds > rtoSeconds;
  const longest = Math.max(seconds ?? 0, (rtoSeconds ?? 0) * 1.25, 1);
  return (
    <>
      <div className="flex flex-wrap justify-between gap-x-3">
        <p className="min-w-0 font-medium [overflow-wrap:anywhere]">
          {row.systemName} <span className="text-ink-3 font-normal">{row.dataSetName}</span>
        </p>
        <p className="text-13 tabular-nums">
          {seconds === null ? 'no figure' : <b className="font-semibold">{timeText(row)}</b>}
          {rtoSeconds === null ? ', none promised' : ` of ${promisedText(rtoSeconds)} promised`}
        </p>
      </div>
      <div aria-hidden="true" className="bg-bg-3 relative mt-1.5 h-2.5">
        {seconds !== null && (
          <span
            className={clsx(
              'absolute inset-y-0 left-0',
              forecast?.kind === 'timed' && forecast.isSample ? HATCHED : 'bg-ink-3',
            )}
            style={{ width: `${Math.max(1, (100 * seconds) / longest)}%` }}
          />
        )}
        {rtoSeconds !== null && (
          <span
            className="bg-ink absolute -inset-y-1 w-0.5"
            style={{ left: `${(100 * rtoSeconds) / longest}%` }}
          />
        )}
      </div>
      <p className="text-ink-3 mt-1 flex flex-wrap items-center gap-x-2 text-xs">
        {isOver && <Mark tone="risk">Over the promise</Mark>}
        {seconds === null && <Mark tone="unk">Not known</Mark>}
        {knownText(row, timeZone)}
      </p>
    </>
  );
}

function timeText({ forecast }: RecoveryRow): string {
  if (forecast?.kind !== 'timed') return '';
  const text = durationText(forecast.seconds * 1000);
  return forecast.isSample ? `about ${text}` : text;
}

function knownText({ forecast }: RecoveryRow, timeZone: string): string {
  switch (forecast?.kind) {
    case 'timed': {
      const on = dayText(forecast.at, timeZone);
      return forecast.isSample
        ? `Extrapolated from ${sizeText(forecast.sampleBytes)} of ${sizeText(forecast.sizeBytes)} (${percentText(forecast.sampleBytes / forecast.sizeBytes)}), timed on ${on}.`
        : `Measured on ${on}, all of it.`;
    }
    case 'never-timed':
      return 'No restore of it was ever timed.';
    case 'size-unknown':
      return 'A restore was timed, but nobody reported how large all of it is.';
    case undefined:
      return 'There is no copy to restore from.';
  }
}
