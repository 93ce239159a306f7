import type { Instant } from '@/domain/time/instant';
import { Moment } from '../ui/moment';

/** What an auditor did, as the log has it. */
interface Act {
  readonly seq: number;
  readonly at: Instant;
  readonly action: string;
  readonly clientName: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

const WORDS: Readonly<Record<string, string>> = {
  'evidence.viewed': 'Opened',
  'evidence.searched': 'Searched',
  'evidence.downloaded': 'Downloaded',
  'evidence.seed-logged': 'Gave a seed',
  'evidence.sample-drawn': 'Drew a sample',
  'evidence.asked': 'Asked',
};
const SHOWN_DETAILS = ['what', 'search', 'population', 'seed', 'size', 'itemKind'] as const;

interface Props {
  acts: readonly Act[];
  timeZone: string;
  now: Instant;
}

/** What was opened, searched, downloaded, drawn and asked, newest first. */
export function ActList({ acts, timeZone, now }: Props) {
  if (acts.length === 0) return <p className="text-13 text-ink-3">Nothing was opened yet.</p>;
  return (
    <ol className="text-13 flex flex-col gap-1.5">
      {acts.map((act) => (
        <li key={act.seq} className="grid grid-cols-[8.5rem_minmax(0,1fr)] gap-x-3 max-sm:grid-cols-1">
          <span className="text-ink-3 tabular-nums">
            <Moment at={act.at} timeZone={timeZone} now={now} />
          </span>
          <span className="[overflow-wrap:anywhere]">
            {WORDS[act.action] ?? act.action} {detailText(act)}
            {act.clientName && <span className="text-ink-3"> · {act.clientName}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

function detailText({ details }: Act): string {
  return SHOWN_DETAILS.flatMap((name) => {
    const value = details[name];
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    return [name === 'what' ? String(value) : `${name} ${value}`];
  }).join(', ');
}
