import type { Instant } from '@/domain/time/instant';
import { SendButton } from '../forms/send-button';
import { Moment } from '../ui/moment';

interface Props {
  merges: readonly {
    dataSetId: string;
    name: string;
    intoName: string;
    mergedAt: Date;
    mergedByName: string;
    reason: string;
    isLapsed: boolean;
  }[];
  timeZone: string;
  now: Instant;
  maySplit: boolean;
}

/** Which data sets are counted as one, by whose word, since when and why; each to be split again. */
export function DataSetMerges({ merges, timeZone, now, maySplit }: Props) {
  if (merges.length === 0) return null;
  return (
    <ul className="text-13 mt-2" aria-label="Data sets counted as one">
      {merges.map(({ dataSetId, name, intoName, mergedAt, mergedByName, reason, isLapsed }) => (
        <li key={dataSetId} className="flex flex-wrap items-center gap-x-2 [overflow-wrap:anywhere]">
          <span>
            <span className="font-medium">{name}</span> and <span className="font-medium">{intoName}</span>{' '}
            {isLapsed
              ? 'were counted as one data set'
              : 'are counted as one data set: copies of the one count as copies of the other'}{' '}
            <span className="text-ink-3">
              (by {mergedByName}, since <Moment at={mergedAt.getTime()} timeZone={timeZone} now={now} />:{' '}
              {reason})
            </span>
            {isLapsed && (
              <span className="text-risk font-medium">
                {' '}
                What they hold has changed since, so each is judged for itself. Split them, and merge them
                again if it is still the same data.
              </span>
            )}
          </span>
          {maySplit && (
            <SendButton
              method="DELETE"
              address={`/api/v1/data-sets/${dataSetId}/merge`}
              label={`Split ${name} from ${intoName}`}
              done={`${name} stands for itself again.`}
            >
              Split
            </SendButton>
          )}
        </li>
      ))}
    </ul>
  );
}
