import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FindingRule } from '@/domain/findings/catalogue';
import { clausesOf, cureOf } from '@/domain/findings/cure';
import { durationText, findingText, type Words } from '@/domain/protection/sentence';
import type { OpenFinding, Severity, Status, Verdict } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { ReportLink } from '../backup/report-link';
import { SeverityMark, SeverityShape, StatusShape } from '../backup/status-mark';
import { counted, countText } from '../format/amounts';
import { sentenceCase } from '@/domain/text/sentence-case';
import { shortInstantText } from '../format/words';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { TextLink } from '../ui/text-link';
import { CauseActions, ClosedCauseActions } from './cause-actions';
import { CauseHolder, CauseUndone } from './cause-parts';
import type { CauseRow } from './cause-table';
import { type CauseTicket, CauseTicketPart } from './cause-ticket';
import type { WorkableCause } from './cause-verbs';
import { causeState, type TimelineLine } from './cause-words';
import { TicketLink } from './ticket-link';
import { Timeline } from './timeline';

interface OpenedCause {
  cause: CauseRow;
  rules: readonly {
    rule: FindingRule;
    severity: Severity;
    count: number;
    waivedCount: number;
    since: Date;
  }[];
  findings: readonly {
    findingId: string;
    systemId: string | null;
    systemName: string | null;
    since: Date;
    isWaived: boolean;
    rawReportId: string | null;
    finding: Pick<OpenFinding, 'rule' | 'subject' | 'detail'>;
  }[];
  systems: readonly { systemId: string; name: string; status: Status }[];
  statuses: Readonly<Partial<Record<Status, number>>>;
  clientSystemCount: number;
  waivers: readonly {
    rule: string;
    subjectName: string;
    reason: string;
    approverName: string;
    createdByName: string;
    createdAt: Date;
    validUntil: Date;
  }[];
  verdict: Verdict | null;
  ticket: CauseTicket | null;
}

interface Props {
  opened: OpenedCause;
  /** The rule that tells most; null: nothing of it holds. */
  leading: FindingRule | null;
  workable: WorkableCause;
  timeline: readonly TimelineLine[];
  words: Words;
  now: Instant;
  closeHref: string;
  mayWork: boolean;
  /** Whether ticket systems and their companies are this person's to change. */
  mayManageTickets: boolean;
}

/** One cause: how much it concerns, what to do, what happened, and every finding with its system and its report. */
export function CausePanel(props: Props) {
  const { opened, leading, workable, timeline, words, now, closeHref, mayWork, mayManageTickets } = props;
  const { cause, waivers, ticket } = opened;
  const isOpen = cause.closedAt === null;
  return (
    <aside
      aria-labelledby="cause-title"
      className="border-line bg-bg-2 text-13 min-w-0 max-xl:min-h-[calc(100dvh-48px)] xl:border-l"
    >
      <div className="px-5 pt-6 pb-8 max-md:px-4 xl:sticky xl:top-12 xl:max-h-[calc(100dvh-48px)] xl:overflow-y-auto">
        <header className="mb-2.5 flex items-start justify-between gap-2">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <SeverityMark severity={cause.severity} isBadge />
            <Standing cause={cause} now={now} />
          </p>
          <Link
            href={closeHref}
            scroll={false}
            aria-label="Close this cause"
            data-closes=""
            className="text-ink-3 hover:bg-bg-3 grid size-7 flex-none place-items-center rounded-md"
          >
            <X size={16} aria-hidden="true" />
          </Link>
        </header>
        <h2 id="cause-title" tabIndex={-1} className="text-[17px] leading-6 [overflow-wrap:anywhere]">
          {cause.title}
        </h2>
        <p className="text-ink-3 mb-2.5">
          <TextLink href={`/clients/${cause.clientId}`}>{cause.clientName}</TextLink>
          <CauseHolder causeId={cause.causeId} name={cause.assignedToName} />
          {cause.ticketReference !== null && (
            <>
              {' · '}
              <TicketLink reference={cause.ticketReference} url={cause.ticketUrl} />
            </>
          )}
        </p>
        <p className="text-ink-2 text-sm">{concernText(opened)}</p>
        {isOpen ? (
          <CauseActions cause={workable} isAcknowledged={cause.acknowledgedAt !== null} />
        ) : (
          <ClosedCauseActions cause={workable} />
        )}
        <CauseUndone causeId={cause.causeId} title={cause.title} />
        {isOpen && leading !== null && <WhatToDo leading={leading} verdict={opened.verdict} />}
        {ticket !== null && (
          <Part title="Ticket">
            <CauseTicketPart ticket={ticket} cause={workable} mayManage={mayManageTickets} />
          </Part>
        )}
        {waivers.length > 0 && <Waivers waivers={waivers} timeZone={cause.timeZone} now={now} />}
        <Part title="Timeline" aside={cause.timeZone}>
          <Timeline lines={timeline} timeZone={cause.timeZone} now={now} mayUndo={mayWork} />
        </Part>
        {isOpen && <Systems opened={opened} />}
        {isOpen && <Findings opened={opened} words={words} now={now} />}
        {isOpen && <Touches rules={opened.rules.map(({ rule }) => rule)} />}
      </div>
    </aside>
  );
}

function Standing({ cause, now }: { cause: CauseRow; now: Instant }) {
  const since = cause.since.getTime();
  if (cause.closedAt !== null)
    return (
      <span className="text-ink-3">
        closed <Moment at={cause.closedAt.getTime()} timeZone={cause.timeZone} now={now} />
      </span>
    );
  const state = causeState(cause, now);
  return (
    <span className="text-ink-3">
      open for {durationText(now - since)}, since <Moment at={since} timeZone={cause.timeZone} now={now} />
      {state === 'snoozed' && cause.snoozedUntil !== null && (
        <>
          ; snoozed until <Moment at={cause.snoozedUntil.getTime()} timeZone={cause.timeZone} now={now} />
        </>
      )}
      {cause.flapCount > 0 && `; came back ${cause.flapCount === 1 ? 'once' : `${cause.flapCount} times`}`}
    </span>
  );
}

const STATUS_TEXT: Readonly<Record<Status, string>> = {
  'non-compliant': 'non-compliant',
  unknown: 'unknown',
  'at-risk': 'at risk',
  compliant: 'compliant all the same',
};

/** '14 of 19 systems are concerned: 12 non-compliant, 2 at risk.' */
function concernText({ cause, statuses, clientSystemCount }: OpenedCause): string {
  if (cause.closedAt !== null) return 'Nothing of it holds any more.';
  const order: readonly Status[] = ['non-compliant', 'unknown', 'at-risk', 'compliant'];
  const parts = order.flatMap((status) => {
    const count = statuses[status] ?? 0;
    return count === 0 ? [] : [`${countText(count)} ${STATUS_TEXT[status]}`];
  });
  const all = `${countText(cause.systemCount)} of ${counted(clientSystemCount, 'system')}`;
  return `${all} ${cause.systemCount === 1 ? 'is' : 'are'} concerned${parts.length > 0 ? `: ${parts.join(', ')}` : ''}.`;
}

function Part({ title, aside, children }: { title: string; aside?: string; children: ReactNode }) {
  return (
    <section className="border-line mt-4 border-t pt-3.5">
      <h3 className="text-13 mb-1.5 leading-5 font-semibold">
        {title}
        {aside && <span className="text-ink-3 ml-1.5 font-normal">{aside}</span>}
      </h3>
      {children}
    </section>
  );
}

function WhatToDo({ leading, verdict }: { leading: FindingRule; verdict: Verdict | null }) {
  const { steps, closesWhen } = cureOf(leading, verdict);
  const [only] = steps;
  return (
    <Part title="What to do">
      {steps.length === 1 ? (
        <p className="text-ink-2 mb-2">{sentenceCase(only ?? '')}</p>
      ) : (
        <ol className="text-ink-2 mb-2 grid list-decimal gap-1.5 pl-[18px]">
          {steps.map((step, index) => (
            <li key={step}>
              {index > 0 && 'Or '}
              {index > 0 ? step : sentenceCase(step)}
            </li>
          ))}
        </ol>
      )}
      <p className="text-ink-3">Closes by itself when {closesWhen}.</p>
    </Part>
  );
}

/** The clauses of frameworks that ask for what is missing here. */
function Touches({ rules }: { rules: readonly FindingRule[] }) {
  const clauses = clausesOf(rules);
  if (clauses.length === 0) return null;
  return (
    <Part title="Touches">
      <ul className="text-ink-2 flex flex-wrap gap-x-2">
        {clauses.map(({ framework, clause, asks }, index) => (
          <li key={`${framework} ${clause}`} title={sentenceCase(`${asks}.`)}>
            {framework} {clause}
            {index < clauses.length - 1 && <span aria-hidden="true"> ·</span>}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Waivers({
  waivers,
  timeZone,
  now,
}: {
  waivers: OpenedCause['waivers'];
  timeZone: string;
  now: Instant;
}) {
  return (
    <Part title="Waived" aside="the status stays as it is">
      <ul className="grid gap-2">
        {waivers.map((waiver) => (
          <li key={`${waiver.rule} ${waiver.subjectName} ${waiver.createdAt.getTime()}`}>
            <code>{waiver.rule}</code> of {waiver.subjectName}, until{' '}
            <Moment at={waiver.validUntil.getTime()} timeZone={timeZone} now={now} />
            <span className="text-ink-3 block text-xs [overflow-wrap:anywhere]">
              accepted by {waiver.approverName}, entered by {waiver.createdByName}: {waiver.reason}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Systems({ opened: { cause, systems, clientSystemCount } }: { opened: OpenedCause }) {
  const others = clientSystemCount - cause.systemCount;
  return (
    <Part
      title={counted(cause.systemCount, 'system')}
      {...(others > 0 && {
        aside: `${countText(others)} ${others === 1 ? 'other' : 'others'} of this client not`,
      })}
    >
      <ul className="flex flex-wrap gap-1">
        {systems.map((system) => (
          <li key={system.systemId}>
            <Link
              href={`/systems/${system.systemId}`}
              className="border-line-2 bg-bg text-ink-2 hover:bg-bg-3 inline-flex items-center gap-1.5 rounded border px-1.5 text-xs leading-5 font-medium"
            >
              <StatusShape status={system.status} size={9} />
              {system.name}
            </Link>
          </li>
        ))}
      </ul>
      {systems.length < cause.systemCount && (
        <p className="text-ink-3 mt-1">and {countText(cause.systemCount - systems.length)} more</p>
      )}
    </Part>
  );
}

function Findings({ opened, words, now }: { opened: OpenedCause; words: Words; now: Instant }) {
  const { cause, rules, findings } = opened;
  const missing = cause.findingCount - findings.length;
  return (
    <Part title={counted(cause.findingCount, 'finding')}>
      <ul className="grid gap-1">
        {rules.map(({ rule, severity, count, waivedCount, since }) => (
          <li key={rule}>
            <details>
              <summary className="hover:bg-bg-3 -mx-1 flex cursor-pointer items-center gap-2 rounded px-1 leading-6">
                <SeverityShape severity={severity} />
                <code className="min-w-0 flex-1 truncate">{rule}</code>
                <span className="text-ink-2 tabular-nums">
                  {countText(count)}
                  {waivedCount > 0 && `, ${countText(waivedCount)} waived`}, since{' '}
                  {shortInstantText(since.getTime(), cause.timeZone, now)}
                </span>
              </summary>
              <ul className="border-line mt-0.5 mb-1.5 ml-1.5 grid gap-1 border-l pl-3">
                {findings
                  .filter((one) => one.finding.rule === rule)
                  .map((one) => (
                    <li key={one.findingId} className="flex items-baseline justify-between gap-3">
                      <span className="min-w-0 [overflow-wrap:anywhere]">
                        {one.systemId === null ? (
                          <TextLink href={`/coverage?client=${cause.clientId}`}>Coverage</TextLink>
                        ) : (
                          <TextLink href={`/systems/${one.systemId}`}>{one.systemName}</TextLink>
                        )}
                        {': '}
                        {findingText(one.finding, words)}
                        {one.isWaived && <span className="text-ink-3"> (waived)</span>}
                      </span>
                      {one.rawReportId !== null && <ReportLink rawReportId={one.rawReportId} />}
                    </li>
                  ))}
              </ul>
            </details>
          </li>
        ))}
      </ul>
      {missing > 0 && (
        <p className="text-ink-3 mt-1">{countText(missing)} more are told on the pages of their systems.</p>
      )}
    </Part>
  );
}
