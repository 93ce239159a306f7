import { repeatLine } from '@/domain/evidence/sample';
import type { Instant } from '@/domain/time/instant';
import { countText } from '../format/amounts';
import { CopyButton } from '../ui/copy-button';
import { Moment } from '../ui/moment';
import { type Member, MemberTable } from './member-table';

interface Props {
  clientId: string;
  sample: {
    readonly sampleId: string;
    readonly population: string;
    readonly seed: string;
    readonly size: number;
    readonly populationCount: number;
    readonly populationSha256: string;
    readonly seededAt: Instant;
    readonly drawnAt: Instant | null;
  };
  members: readonly Member[];
  /** The list now, when it is another one than that which was drawn from; null: it is the same. */
  grownTo: number | null;
  timeZone: string;
  now: Instant;
}

/** A sample: seed, list and hash, what was drawn, and the line that repeats it. */
export function SamplePanel({ clientId, sample, members, grownTo, timeZone, now }: Props) {
  const line = repeatLine(sample.seed, sample.size);
  const base = `/api/v1/evidence-room/samples/${sample.sampleId}`;
  return (
    <div className="border-accent-line rounded-lg border p-4">
      <h3 className="font-semibold">
        {countText(members.length)} of {countText(sample.populationCount)}, seed{' '}
        <span className="font-mono">{sample.seed}</span>
      </h3>
      <p className="text-13 text-ink-2 mt-1 max-w-[90ch] [overflow-wrap:anywhere]">
        The seed was logged <Moment at={sample.seededAt} timeZone={timeZone} now={now} />, before the draw.
        Hash of the list (SHA-256): <span className="font-mono text-xs">{sample.populationSha256}</span>
      </p>
      {grownTo !== null && (
        <p className="text-13 text-ink-2 mt-1">
          The list has changed since: {countText(grownTo)} records now. The list that was drawn from is kept.
        </p>
      )}
      {sample.drawnAt === null && (
        <p className="text-13 mt-1">The seed is logged, and nothing was drawn by it. Draw again.</p>
      )}
      <p className="text-13 mt-2 flex flex-wrap gap-x-4 gap-y-1">
        <a href={`${base}/csv`} className="text-accent hover:underline">
          Sample as CSV
        </a>
        <a href={`${base}/list`} className="text-accent hover:underline">
          population.txt
        </a>
      </p>
      <div className="mt-3">
        <MemberTable
          clientId={clientId}
          population={sample.population}
          members={members}
          timeZone={timeZone}
          now={now}
        />
      </div>
      <p className="text-ink-3 mt-3 text-xs">Repeat it yourself, with population.txt in the same folder:</p>
      <div className="border-line bg-bg-2 mt-1 flex items-start gap-2 rounded-md border p-2.5">
        <code className="min-w-0 flex-1 font-mono text-xs [overflow-wrap:anywhere]">{line}</code>
        <CopyButton text={line} label="Copy the line" />
      </div>
    </div>
  );
}
