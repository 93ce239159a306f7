import { isWaived } from '@/domain/findings/cause-life';
import { snoozeEnds } from '@/domain/findings/timeline';
import type { Words } from '@/domain/protection/sentence';
import type { Instant } from '@/domain/time/instant';
import { TICKET_PROBLEMS } from '@/domain/tickets/ticket-problem';
import { TICKET_OPERATIONS } from '@/domain/tickets/ticket-turn';
import { counted } from '../format/amounts';
import { attemptedText, TICKET_PROBLEM_WORDS } from '../tickets/ticket-words';

interface HandledCause {
  readonly closedAt: Date | null;
  readonly findingCount: number;
  readonly waivedCount: number;
  readonly snoozedUntil: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly ticketReference: string | null;
  readonly ticketState: 'waiting' | 'settled' | 'blocked' | 'refused' | null;
}

export type CauseState =
  'closed' | 'waived' | 'snoozed' | 'ticket-stuck' | 'ticket' | 'ticket-coming' | 'acknowledged' | 'new';

/** What of a cause is told first: that it needs nobody, or who has it in hand. */
export function causeState(cause: HandledCause, now: Instant): CauseState {
  if (cause.closedAt !== null) return 'closed';
  if (isWaived(cause)) return 'waived';
  if (cause.snoozedUntil !== null && cause.snoozedUntil.getTime() > now) return 'snoozed';
  if (cause.ticketState === 'blocked' || cause.ticketState === 'refused') return 'ticket-stuck';
  if (cause.ticketReference !== null) return 'ticket';
  if (cause.ticketState !== null) return 'ticket-coming';
  return cause.acknowledgedAt === null ? 'new' : 'acknowledged';
}

interface TimelineEvent {
  readonly eventId: string;
  readonly kind: string;
  readonly at: Date;
  readonly detail: Readonly<Record<string, string | number | null>>;
  readonly text: string | null;
  readonly changeId: string | null;
  readonly byName: string | null;
  readonly undoneAt: Date | null;
  readonly undoneByName: string | null;
}

/** A line of the timeline. */
export interface TimelineLine {
  readonly key: string;
  readonly at: Instant;
  readonly tone: 'bad' | 'ok' | 'plain';
  readonly title: string;
  /** By whom, and what was said. */
  readonly by: string | null;
  readonly text: string | null;
  readonly undone: string | null;
  /** By which it can be taken back; null: it cannot. */
  readonly changeId: string | null;
}

/** A timeline, newest first, with the ends of snoozes that nobody writes down. */
export function timelineLines(events: readonly TimelineEvent[], words: Words, now: Instant): TimelineLine[] {
  const ends = snoozeEnds(
    events.map((event) => ({
      at: event.at.getTime(),
      isSnooze: event.kind === 'snoozed',
      until: instantIn(event.detail['until']),
      isUndone: event.undoneAt !== null,
    })),
    events.filter(({ kind }) => kind === 'woke' || kind === 'closed').map(({ at }) => at.getTime()),
    now,
  );
  const lines = [
    ...events.map((event) => lineOf(event, words)),
    ...ends.map((at): TimelineLine => ({ ...NOTHING, key: `awake ${at}`, at, title: 'Awake again' })),
  ];
  return lines.toSorted((a, b) => b.at - a.at);
}

const NOTHING = { tone: 'plain', by: null, text: null, undone: null, changeId: null } as const;

function lineOf(event: TimelineEvent, words: Words): TimelineLine {
  const isUndone = event.undoneAt !== null;
  return {
    key: event.eventId,
    at: event.at.getTime(),
    tone: TONES[event.kind] ?? 'plain',
    title: eventTitle(event, words),
    by: event.byName,
    text: isUndone && event.kind === 'commented' ? null : event.text,
    undone: isUndone ? `taken back by ${event.undoneByName}` : null,
    changeId: isUndone || event.kind === 'ticket-retried' ? null : event.changeId,
  };
}

const TONES: Readonly<Record<string, TimelineLine['tone']>> = {
  opened: 'bad',
  reopened: 'bad',
  grew: 'bad',
  worsened: 'bad',
  closed: 'ok',
  'ticket-blocked': 'bad',
  'ticket-refused': 'bad',
};

function eventTitle({ kind, detail }: TimelineEvent, words: Words): string {
  const until = instantIn(detail['until']);
  const untilText = until === null ? '' : words.formatInstant(until);
  const systems = counted(Number(detail['systemCount'] ?? 0), 'system');
  switch (kind) {
    case 'opened':
      return `Opened: ${systems}, ${counted(Number(detail['findingCount'] ?? 0), 'finding')}`;
    case 'reopened':
      return `Came back: ${systems}, ${counted(Number(detail['findingCount'] ?? 0), 'finding')}`;
    case 'grew':
      return `Grew to ${systems}`;
    case 'worsened':
      return `From ${detail['from']} to ${detail['to']}`;
    case 'closed':
      return 'Closed by itself: nothing of it holds any more';
    case 'woke':
      return 'Awake again: it turned critical';
    case 'waiver-ended':
      return 'No longer covered by waivers';
    case 'acknowledged':
      return 'Acknowledged';
    case 'assigned':
      return detail['toId'] === null ? 'Assigned to nobody' : `Assigned to ${detail['toName']}`;
    case 'snoozed':
      return until === null ? 'Woken' : `Snoozed until ${untilText}`;
    case 'commented':
      return 'Comment';
    case 'ticket-linked':
      return detail['reference'] === null ? 'Ticket unlinked' : `Ticket ${detail['reference']} linked`;
    case 'ticket-wanted':
      return detail['rule']
        ? `Ticket wanted in ${detail['to']}, by the rule ${detail['rule']}`
        : `Ticket wanted in ${detail['to']}`;
    case 'ticket-withdrawn':
      return 'Ticket taken back';
    case 'ticket-retried':
      return 'Ticket tried again';
    case 'ticket-opened':
      return `Ticket ${detail['reference']} opened in ${detail['to']}`;
    case 'ticket-updated':
      return `Ticket ${detail['reference']} has heard of it`;
    case 'ticket-closed':
      return `Ticket ${detail['reference']} closed`;
    case 'ticket-reopened':
      return `Ticket ${detail['reference']} opened again`;
    case 'ticket-blocked':
    case 'ticket-refused':
      return heldUpTitle(detail);
    case 'waived':
      return `Waived until ${untilText}, accepted by ${detail['approverName']}`;
    case 'told':
      return toldTitle(detail);
    case 'waiver-withdrawn':
      return 'Waivers withdrawn';
    default:
      return kind;
  }
}

/** 'Opening the ticket in Desk came to nothing: …' */
function heldUpTitle({ operation, problem, reference, to }: TimelineEvent['detail']): string {
  const done = TICKET_OPERATIONS.find((one) => one === operation) ?? null;
  const why = TICKET_PROBLEMS.find((one) => one === problem);
  const text = attemptedText(done, typeof reference === 'string' ? reference : null);
  return `${text} in ${to} came to nothing${why ? `. ${TICKET_PROBLEM_WORDS[why]}` : '.'}`;
}

function toldTitle({ to, step, state }: TimelineEvent['detail']): string {
  const why = step === 'escalated' ? ', since nobody acknowledged it' : '';
  if (state === 'given-up') return `${to} could not be told`;
  return state === 'sent' ? `${to} was told${why}` : `${to} is being told${why}`;
}

function instantIn(value: string | number | null | undefined): Instant | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
