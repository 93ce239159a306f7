import { causeTitle } from '@/domain/findings/cause-title';
import type { OpenFinding, Severity } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { SeverityShape } from '../backup/status-mark';
import { plainWordsIn } from '../format/words';
import { Moment } from '../ui/moment';

/** A cause of findings that is open and that nobody accepted. */
interface OpenPoint {
  readonly causeId: string;
  readonly severity: Severity;
  readonly rules: readonly string[];
  readonly systemCount: number;
  readonly systemName: string | null;
  readonly dataSetCount: number;
  readonly lead: Pick<OpenFinding, 'rule' | 'subject' | 'detail'> | null;
  readonly since: Instant;
  readonly assignedToName: string | null;
  readonly acknowledgedByName: string | null;
  readonly snoozedUntil: Instant | null;
}

interface Props {
  points: readonly OpenPoint[];
  mspName: string;
  timeZone: string;
  now: Instant;
}

/** What is being done, by whom, since when. */
export function OpenPoints({ points, mspName, timeZone, now }: Props) {
  if (points.length === 0) return <p className="text-13 text-ink-2">None: nothing is waiting for anybody.</p>;
  return (
    <ul className="divide-line divide-y">
      {points.map((point) => (
        <li
          key={point.causeId}
          className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 py-2.5 first:pt-0 last:pb-0"
        >
          <span className="pt-1">
            <SeverityShape severity={point.severity} />
          </span>
          <div>
            <p className="text-13 font-medium [overflow-wrap:anywhere]">
              {causeTitle(point, plainWordsIn(timeZone, now))}
            </p>
            <p className="text-ink-3 mt-0.5 text-xs">
              {whoText(point, mspName)} · since{' '}
              <Moment at={point.since} timeZone={timeZone} now={now} isShort />
              {point.snoozedUntil !== null && point.snoozedUntil > now && (
                <>
                  {' '}
                  · looked at again <Moment at={point.snoozedUntil} timeZone={timeZone} now={now} isShort />
                </>
              )}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

function whoText({ assignedToName, acknowledgedByName }: OpenPoint, mspName: string): string {
  if (assignedToName !== null) return `${assignedToName}, ${mspName}`;
  if (acknowledgedByName !== null) return `seen by ${acknowledgedByName}, ${mspName}`;
  return `${mspName}, nobody named yet`;
}
