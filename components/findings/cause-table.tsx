import { clsx } from 'clsx';
import { Fragment } from 'react';
import { durationText } from '@/domain/protection/sentence';
import type { Severity } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { Mark, SEVERITY_WORD, SeverityMark } from '../backup/status-mark';
import { counted } from '../format/amounts';
import { exactText } from '../format/words';
import { Link } from '../ui/link';
import { CauseAssignee, CauseStanding, CauseTr, CauseUndone, Until } from './cause-parts';
import { CauseSelect, CauseSelectAll } from './cause-select';
import { causeState, type CauseState } from './cause-words';
import { TicketLink } from './ticket-link';

export interface CauseRow {
  causeId: string;
  title: string;
  clientId: string;
  clientName: string;
  timeZone: string;
  severity: Severity;
  systemCount: number;
  findingCount: number;
  waivedCount: number;
  since: Date;
  closedAt: Date | null;
  flapCount: number;
  acknowledgedAt: Date | null;
  acknowledgedByName: string | null;
  assignedTo: string | null;
  assignedToName: string | null;
  snoozedUntil: Date | null;
  ticketReference: string | null;
  ticketUrl: string | null;
  ticketState: 'waiting' | 'settled' | 'blocked' | 'refused' | null;
}

interface Props {
  causes: readonly CauseRow[];
  group: 'harm' | 'client' | 'severity' | 'person';
  openedId: string | null;
  mayWork: boolean;
  now: Instant;
  hrefOf: (causeId: string) => string;
}

const TH = 'border-line-2 text-ink-3 h-8 border-b pr-3 text-left text-xs font-medium whitespace-nowrap';
const TD = 'border-line border-b py-[7px] pr-3 align-top @max-2xl:block @max-2xl:border-0 @max-2xl:p-0';

/** Causes in the order given, those of a group under its heading. */
export function CauseTable({ causes, group, openedId, mayWork, now, hrefOf }: Props) {
  return (
    <div className="@container">
      <table className="text-13 w-full border-collapse @max-2xl:block">
        <thead className="@max-2xl:hidden">
          <tr>
            {mayWork && (
              <th scope="col" className={clsx(TH, 'w-9 pl-2.5')}>
                <CauseSelectAll causeIds={causes.map(({ causeId }) => causeId)} />
              </th>
            )}
            <th scope="col" className={clsx(TH, !mayWork && 'pl-2.5')}>
              Severity
            </th>
            <th scope="col" className={TH}>
              Cause
            </th>
            <th scope="col" className={TH}>
              Affects
            </th>
            <th scope="col" className={TH}>
              Age
            </th>
            <th scope="col" className={TH}>
              Who
            </th>
            <th scope="col" className={TH}>
              State
            </th>
          </tr>
        </thead>
        <tbody className="@max-2xl:border-line-2 @max-2xl:block @max-2xl:border-t">
          {causes.map((cause, index) => {
            const name = groupName(group, cause);
            const former = causes[index - 1];
            const isFirst = name !== null && (former === undefined || groupName(group, former) !== name);
            return (
              <Fragment key={cause.causeId}>
                {isFirst && <GroupRow name={name} />}
                <Row
                  cause={cause}
                  isOpened={cause.causeId === openedId}
                  mayWork={mayWork}
                  now={now}
                  href={hrefOf(cause.causeId)}
                />
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function groupName(group: Props['group'], cause: CauseRow): string | null {
  switch (group) {
    case 'harm':
      return null;
    case 'client':
      return cause.clientName;
    case 'severity':
      return SEVERITY_WORD[cause.severity];
    case 'person':
      return cause.assignedToName ?? 'Nobody';
  }
}

function GroupRow({ name }: { name: string }) {
  return (
    <tr className="@max-2xl:block">
      <th
        scope="colgroup"
        colSpan={7}
        className="border-line border-b pt-4 pb-2 pl-2.5 text-left font-medium @max-2xl:block"
      >
        {name}
      </th>
    </tr>
  );
}

interface RowProps {
  cause: CauseRow;
  isOpened: boolean;
  mayWork: boolean;
  now: Instant;
  href: string;
}

function Row({ cause, isOpened, mayWork, now, href }: RowProps) {
  const since = cause.since.getTime();
  return (
    <CauseTr
      causeId={cause.causeId}
      className={clsx(
        'hover:bg-bg-2 focus-within:bg-bg-3 has-checked:bg-accent-bg focus-within:shadow-[inset_3px_0_0_var(--accent)]',
        '@max-2xl:border-line @max-2xl:grid @max-2xl:gap-x-2 @max-2xl:gap-y-0.5 @max-2xl:border-b @max-2xl:py-2.5 @max-2xl:pl-2',
        mayWork
          ? '@max-2xl:grid-cols-[28px_minmax(0,1fr)_auto_24px]'
          : '@max-2xl:grid-cols-[0_minmax(0,1fr)_auto_24px]',
        isOpened && 'bg-bg-3 shadow-[inset_3px_0_0_var(--accent)]',
      )}
    >
      {mayWork && (
        <td className={clsx(TD, 'w-9 pl-2.5 @max-2xl:col-start-1 @max-2xl:row-span-2 @max-2xl:row-start-1')}>
          <CauseSelect causeId={cause.causeId} title={cause.title} />
        </td>
      )}
      <td
        className={clsx(
          TD,
          'whitespace-nowrap @max-2xl:col-start-2 @max-2xl:row-start-1',
          !mayWork && 'pl-2.5',
        )}
      >
        <SeverityMark severity={cause.severity} />
      </td>
      <td
        className={clsx(
          TD,
          'w-full [overflow-wrap:anywhere] @max-2xl:col-start-2 @max-2xl:col-end-4 @max-2xl:row-start-2 @max-2xl:w-auto',
        )}
      >
        <Link
          href={href}
          scroll={false}
          data-row-link=""
          aria-current={isOpened ? 'true' : undefined}
          className="text-ink font-medium hover:underline"
        >
          {cause.title}
        </Link>
        <span className="text-ink-3 block text-xs leading-4">
          {cause.clientName}
          {cause.flapCount > 0 &&
            ` · came back ${cause.flapCount === 1 ? 'once' : `${cause.flapCount} times`}`}
        </span>
        <CauseUndone causeId={cause.causeId} title={cause.title} />
      </td>
      <td
        className={clsx(
          TD,
          '@max-2xl:text-ink-3 whitespace-nowrap tabular-nums @max-2xl:col-start-2 @max-2xl:row-start-3',
        )}
      >
        {counted(cause.systemCount, 'system')}
        <span className="text-ink-3 block text-xs leading-4 @max-2xl:inline @max-2xl:text-[13px] @max-2xl:before:content-[',_']">
          {counted(cause.findingCount, 'finding')}
        </span>
      </td>
      <td
        className={clsx(
          TD,
          'text-ink-2 whitespace-nowrap tabular-nums @max-2xl:col-start-3 @max-2xl:row-start-1 @max-2xl:justify-self-end',
        )}
      >
        <time dateTime={cause.since.toISOString()} title={`since ${exactText(since, cause.timeZone)}`}>
          {durationText(now - since)}
        </time>
      </td>
      <td className={clsx(TD, '@max-2xl:col-start-4 @max-2xl:row-span-2 @max-2xl:row-start-1')}>
        <CauseAssignee causeId={cause.causeId} name={cause.assignedToName} />
      </td>
      <td
        className={clsx(
          TD,
          'text-ink-2 whitespace-nowrap @max-2xl:col-start-3 @max-2xl:col-end-5 @max-2xl:row-start-3 @max-2xl:justify-self-end',
        )}
      >
        <State cause={cause} now={now} />
      </td>
    </CauseTr>
  );
}

function State({ cause, now }: { cause: CauseRow; now: Instant }) {
  const state = causeState(cause, now);
  return (
    <CauseStanding causeId={cause.causeId} state={state} timeZone={cause.timeZone} now={now}>
      <StateWords cause={cause} state={state} now={now} />
    </CauseStanding>
  );
}

function StateWords({ cause, state, now }: { cause: CauseRow; state: CauseState; now: Instant }) {
  switch (state) {
    case 'closed':
      return 'Closed';
    case 'waived':
      return 'Waived';
    case 'snoozed':
      return <Until at={cause.snoozedUntil?.getTime() ?? now} timeZone={cause.timeZone} now={now} />;
    case 'ticket':
      return <TicketLink reference={cause.ticketReference ?? ''} url={cause.ticketUrl} />;
    case 'ticket-stuck':
      return <Mark tone="bad">{cause.ticketState === 'blocked' ? 'Ticket blocked' : 'Ticket stuck'}</Mark>;
    case 'ticket-coming':
      return 'Ticket on its way';
    case 'acknowledged':
      return <span title={`by ${cause.acknowledgedByName}`}>Acknowledged</span>;
    case 'new':
      return <span className="text-accent font-medium">New</span>;
  }
}
