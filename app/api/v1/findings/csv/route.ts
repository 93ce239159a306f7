import { readFindingsAddress } from '@/app/(msp)/findings/findings-address';
import { causeState } from '@/components/findings/cause-words';
import { TICKET_PROBLEM_WORDS } from '@/components/tickets/ticket-words';
import { wordsIn } from '@/components/format/words';
import { causeTitle } from '@/domain/findings/cause-title';
import { withRoute } from '@/server/auth/with-route';
import { type CsvCell, csvResponse } from '@/server/csv';
import { readQueueList } from '@/server/data/findings-screen';
import { webDatabase } from '@/server/data/web-database';

const HEAD = [
  'Severity',
  'Cause',
  'Client',
  'Systems',
  'Findings',
  'Waived findings',
  'Rules',
  'Since (UTC)',
  'State',
  'Assigned to',
  'Acknowledged by',
  'Snoozed until (UTC)',
  'Ticket',
  'Ticket address',
  'Ticket problem',
  'Came back',
  'Cause id',
];

/** The queue as CSV: with the filters and groups of the queue's own address, on all its pages, at most 50,000 causes. */
export const GET = withRoute({ permission: 'view-fleet' }, async ({ request, scope, session }) => {
  const now = new Date();
  const address = readFindingsAddress(Object.fromEntries(new URL(request.url).searchParams));
  const causes = await readQueueList(webDatabase(), scope, session.personId, address, now);
  return csvResponse(
    `findings-${now.toISOString().slice(0, 10)}.csv`,
    HEAD,
    causes.map((cause): CsvCell[] => [
      cause.severity,
      causeTitle(cause, wordsIn(cause.timeZone, now.getTime())),
      cause.clientName,
      cause.systemCount,
      cause.findingCount,
      cause.waivedCount,
      cause.rules.join(' '),
      cause.since,
      causeState(cause, now.getTime()),
      cause.assignedToName,
      cause.acknowledgedByName,
      cause.snoozedUntil,
      cause.ticketReference,
      cause.ticketUrl,
      cause.ticketProblem === null ? null : TICKET_PROBLEM_WORDS[cause.ticketProblem],
      cause.flapCount,
      cause.causeId,
    ]),
  );
});
