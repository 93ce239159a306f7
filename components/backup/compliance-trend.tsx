import { Fragment } from 'react';
import {
  complianceSummary,
  type ComplianceDay,
  type ComplianceSummary,
} from '@/domain/protection/compliance-trend';
import { STATUSES, type Status } from '@/domain/protection/verdict';
import { counted } from '../format/amounts';
import { dateText } from '../format/words';
import { Table, Td, Th, Tr } from '../ui/table';
import { STATUS_WORD } from './status-mark';

const [WIDTH, HEIGHT] = [720, 120];

/** Which share of a client's systems was compliant, day by day: words first, then the picture, then the numbers. */
export function ComplianceTrend({ days }: { days: readonly ComplianceDay[] }) {
  const summary = complianceSummary(days);
  const [first, last] = [days[0], days.at(-1)];
  if (!summary || !first || !last)
    return <p className="text-13 text-ink-3">No data: no system had a status in this time.</p>;
  return (
    <figure className="max-w-[960px]">
      <p className="text-13 text-ink-2 mb-2 max-w-[80ch]">{sentenceOf(summary)}</p>
      <Columns days={days} label={sentenceOf(summary)} />
      <figcaption className="text-ink-3 mt-1 flex justify-between gap-3 text-xs">
        <span>{datedText(first.date)}</span>
        <Legend hasNoData={days.some((day) => day.share === null)} />
        <span>{datedText(last.date)}</span>
      </figcaption>
      <details className="text-13 mt-2">
        <summary className="text-accent cursor-pointer">The numbers of each day</summary>
        <div className="mt-2">
          <Numbers days={days} />
        </div>
      </details>
    </figure>
  );
}

function sentenceOf({ newest, oldest, lowest, mean, knownDays }: ComplianceSummary): string {
  const today = `${newest.counts.compliant} of ${counted(totalOf(newest), 'system')} compliant today (${percent(newest)})`;
  if (knownDays === 1) return `${today}; nothing is known of the days before.`;
  const then = `${percent(oldest)} on ${dateText(oldest.date)}`;
  const least =
    lowest.share === newest.share ? '' : ` Lowest: ${percent(lowest)} on ${dateText(lowest.date)}.`;
  return `${today}, ${then}; ${Math.round(mean * 100)} % on average of ${counted(knownDays, 'day')}.${least}`;
}

const datedText = (date: string): string => `${dateText(date)} ${date.slice(0, 4)}`;

function totalOf({ counts }: ComplianceDay): number {
  return STATUSES.reduce((sum, status) => sum + counts[status], 0);
}

/** Never rounded up to all of them. */
function percent({ share }: ComplianceDay): string {
  if (share === null) return 'no data';
  return `${share === 1 ? 100 : Math.min(99, Math.round(share * 100))} %`;
}

/** From the ground up: what is good lies low, what is bad on top of it. */
const STACKED = STATUSES.toReversed();
const FILL: Readonly<Record<Status, string>> = {
  compliant: 'var(--ok-bg)',
  'at-risk': 'url(#trend-at-risk)',
  unknown: 'url(#trend-unknown)',
  'non-compliant': 'var(--bad-g)',
};

function Patterns() {
  return (
    <defs>
      <pattern id="trend-at-risk" width="4" height="4" patternUnits="userSpaceOnUse">
        <rect width="4" height="4" fill="var(--risk-bg)" />
        <path d="M0 1h4M0 3h4" stroke="var(--risk-g)" strokeWidth="1.2" />
      </pattern>
      <pattern id="trend-unknown" width="5" height="5" patternUnits="userSpaceOnUse">
        <path d="M0 5 5 0M-1 1 1-1M4 6 6 4" stroke="var(--unk-g)" strokeWidth="1" />
      </pattern>
      <pattern id="trend-no-data" width="6" height="6" patternUnits="userSpaceOnUse">
        <circle cx="3" cy="3" r="0.9" fill="var(--nod-g)" />
      </pattern>
    </defs>
  );
}

function Columns({ days, label }: { days: readonly ComplianceDay[]; label: string }) {
  const width = WIDTH / days.length;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it is drawn here, and no file
      role="img"
      aria-label={label}
      className="border-line block h-[120px] w-full border-b"
    >
      <Patterns />
      {days.map((day, index) => (
        <Column key={day.date} day={day} x={index * width} width={width * (days.length > 120 ? 1 : 0.88)} />
      ))}
      <path d={`M0 ${HEIGHT / 2}H${WIDTH}`} stroke="var(--line-2)" strokeWidth="1" strokeDasharray="2 4" />
    </svg>
  );
}

function Column({ day, x, width }: { day: ComplianceDay; x: number; width: number }) {
  const total = totalOf(day);
  if (total === 0)
    return <rect x={x} y={HEIGHT / 2} width={width} height={HEIGHT / 2} fill="url(#trend-no-data)" />;
  const parts = STACKED.filter((status) => day.counts[status] > 0);
  return parts.map((status, index) => {
    const below = parts.slice(0, index).reduce((sum, one) => sum + day.counts[one], 0);
    const height = (day.counts[status] / total) * HEIGHT;
    const y = HEIGHT - (below / total) * HEIGHT - height;
    return (
      <Fragment key={status}>
        <rect x={x} y={y} width={width} height={height} fill={FILL[status]} />
        {status === 'compliant' && <rect x={x} y={y} width={width} height="3" fill="var(--ok-g)" />}
      </Fragment>
    );
  });
}

function Legend({ hasNoData }: { hasNoData: boolean }) {
  return (
    <span className="flex flex-wrap justify-center gap-x-3">
      {STACKED.map((status) => (
        <span key={status} className="inline-flex items-center gap-1">
          <Swatch fill={FILL[status]} /> {STATUS_WORD[status].toLowerCase()}
        </span>
      ))}
      {hasNoData && (
        <span className="inline-flex items-center gap-1">
          <Swatch fill="url(#trend-no-data)" /> no data
        </span>
      )}
    </span>
  );
}

function Swatch({ fill }: { fill: string }) {
  return (
    <svg width="10" height="10" aria-hidden="true" className="border-edge border">
      <rect width="10" height="10" fill={fill} />
      {fill === FILL.compliant && <rect width="10" height="3" fill="var(--ok-g)" />}
    </svg>
  );
}

const HEAD = (
  <>
    <Th>Day</Th>
    <Th className="text-right">Compliant</Th>
    <Th className="text-right">At risk</Th>
    <Th className="text-right">Unknown</Th>
    <Th className="text-right">Non-compliant</Th>
    <Th className="text-right">Share compliant</Th>
  </>
);

function Numbers({ days }: { days: readonly ComplianceDay[] }) {
  return (
    <Table head={HEAD}>
      {days.toReversed().map((day) => (
        <Tr key={day.date}>
          <Td at="first">{datedText(day.date)}</Td>
          {STACKED.map((status) => (
            <Td key={status} at="hidden" className="text-right tabular-nums">
              {day.share === null ? '–' : day.counts[status]}
            </Td>
          ))}
          <Td at="first-right" className="text-right tabular-nums">
            {percent(day)}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
