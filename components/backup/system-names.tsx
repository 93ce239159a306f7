import type { Instant } from '@/domain/time/instant';
import { SendButton } from '../forms/send-button';
import { Moment } from '../ui/moment';

interface Props {
  names: readonly { systemId: string; name: string; mergedAt: Date; mergedByName: string; reason: string }[];
  timeZone: string;
  now: Instant;
  maySplit: boolean;
}

/** Under which other names the machine is reported, who said so and why; each to be split from it again. */
export function SystemNames({ names, timeZone, now, maySplit }: Props) {
  if (names.length === 0) return null;
  return (
    <ul className="text-13 mt-1" aria-label="Other names">
      {names.map(({ systemId, name, mergedAt, mergedByName, reason }) => (
        <li key={systemId} className="flex flex-wrap items-center gap-x-2 [overflow-wrap:anywhere]">
          <span>
            also reported as <span className="font-medium">{name}</span>{' '}
            <span className="text-ink-3">
              ({mergedByName}, <Moment at={mergedAt.getTime()} timeZone={timeZone} now={now} />: {reason})
            </span>
          </span>
          {maySplit && (
            <SendButton
              method="DELETE"
              address={`/api/v1/systems/${systemId}/inbox-decision`}
              label={`Split ${name}`}
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
