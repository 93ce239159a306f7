import type { Instant } from '@/domain/time/instant';
import { Moment } from '../ui/moment';
import { TextLink } from '../ui/text-link';
import { Mark } from './status-mark';

interface EnrolmentRow {
  enrolmentId: string;
  clientName: string | null;
  forAgentId: string | null;
  agentId: string | null;
  hostname: string | null;
  createdBy: string | null;
  createdAt: Date;
  expiresAt: Date;
  spentAt: Date | null;
}

/** The newest tokens and what became of each; the tokens themselves were shown once. */
export function EnrolmentList({
  enrolments,
  timeZone,
  now,
}: {
  enrolments: readonly EnrolmentRow[];
  timeZone: string;
  now: Instant;
}) {
  return (
    <ul className="border-line-2 text-13 border-t">
      {enrolments.map((one) => (
        <li
          key={one.enrolmentId}
          data-enrolment-id={one.enrolmentId}
          className="border-line flex flex-wrap items-baseline gap-x-3 gap-y-0.5 border-b py-2"
        >
          <span className="min-w-[220px] flex-1">
            {one.forAgentId ? `New key for ${one.hostname ?? 'an agent'}` : 'New machine'} of{' '}
            {one.clientName ?? 'your own'}
            <span className="text-ink-3 block text-xs">
              token made by {one.createdBy ?? 'the server itself'},{' '}
              <Moment at={one.createdAt.getTime()} timeZone={timeZone} now={now} />
            </span>
          </span>
          <Outcome enrolment={one} timeZone={timeZone} now={now} />
        </li>
      ))}
    </ul>
  );
}

function Outcome({
  enrolment: { agentId, hostname, spentAt, expiresAt },
  timeZone,
  now,
}: {
  enrolment: EnrolmentRow;
  timeZone: string;
  now: Instant;
}) {
  if (spentAt && agentId)
    return (
      <span>
        used by{' '}
        <TextLink href={`/agents/${agentId}`} className="underline">
          {hostname ?? 'an agent'}
        </TextLink>{' '}
        <span className="text-ink-3">
          <Moment at={spentAt.getTime()} timeZone={timeZone} now={now} />
        </span>
      </span>
    );
  if (expiresAt.getTime() <= now) return <Mark tone="off">Expired unused</Mark>;
  return (
    <span className="flex gap-2">
      <Mark tone="unk">Waits</Mark>
      <span className="text-ink-3">
        until <Moment at={expiresAt.getTime()} timeZone={timeZone} now={now} />
      </span>
    </span>
  );
}
