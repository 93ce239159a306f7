import { instantText } from '../notify/message-text';
import type { Severity } from '../protection/verdict';
import { cutText } from '../text/cut-text';
import { visibleText } from '../text/visible-text';
import type { Instant } from '../time/instant';
import type { TicketOperation } from './ticket-turn';

/** A ticket system takes no longer summary (ConnectWise Manage: 100). */
export const SUMMARY_LENGTH_MAX = 100;
const NAMES_MAX = 20;

/** A cause as its ticket tells it. */
export interface TicketCause {
  readonly causeId: string;
  readonly title: string;
  readonly clientName: string;
  readonly severity: Severity;
  readonly systemCount: number;
  readonly findingCount: number;
  readonly openedAt: Instant;
  /** null: it is open. */
  readonly closedAt: Instant | null;
  /** Names of the first of its systems. */
  readonly systemNames: readonly string[];
}

/** What changed of a cause since its ticket was told last. */
export interface TicketChange {
  readonly formerSeverity: Severity | null;
  readonly joinedNames: readonly string[];
  readonly joinedCount: number;
  readonly leftNames: readonly string[];
  readonly leftCount: number;
  /** Whether a person took the ticket back, rather than that its cause ended. */
  readonly isTakenBack: boolean;
}

/** By which a ticket of a cause is found again: the same for ever, and no other cause's. */
export function ticketKey(causeId: string): string {
  return `holdfast-${causeId}`;
}

/** 'Critical: nas-01 did not answer (Eskerby Council)': one line. */
export function ticketSummary({ severity, title, clientName }: TicketCause): string {
  return cutText(oneLine(`${capital(severity)}: ${title} (${clientName})`), SUMMARY_LENGTH_MAX);
}

/** What the ticket says when it is opened: plain lines. */
export function ticketDescription(cause: TicketCause, timeZone: string, url: string): string {
  return [
    oneLine(cause.title),
    '',
    `Client: ${oneLine(cause.clientName)}`,
    `Severity: ${cause.severity}`,
    `Since: ${instantText(cause.openedAt, timeZone)} (${timeZone})`,
    `${counted(cause.systemCount, 'system')}: ${listed(cause.systemNames, cause.systemCount)}`,
    counted(cause.findingCount, 'finding'),
    '',
    `What to do, and what happened: ${url}`,
    `Holdfast closes this ticket when nothing of it holds any more. ${ticketKey(cause.causeId)}`,
  ].join('\n');
}

/** What a note says: what changed, why it is closed, or that it came back. */
export function ticketNote(
  operation: Exclude<TicketOperation, 'open' | 'find'>,
  cause: TicketCause,
  change: TicketChange,
  timeZone: string,
  url: string,
): string {
  switch (operation) {
    case 'update':
      return [...changeLines(cause, change), stateLine(cause), url].join('\n');
    case 'close':
      return closeText(cause, change, timeZone, url);
    case 'reopen':
      return [
        `It came back: open again since ${instantText(cause.openedAt, timeZone)} (${timeZone}).`,
        stateLine(cause),
        url,
      ].join('\n');
  }
}

function closeText(
  { closedAt }: TicketCause,
  { isTakenBack }: TicketChange,
  timeZone: string,
  url: string,
): string {
  const why =
    isTakenBack || closedAt === null
      ? 'Closed: somebody took this ticket back in Holdfast.'
      : `Closed by itself: nothing of it holds any more since ${instantText(closedAt, timeZone)} (${timeZone}).`;
  return `${why}\n${url}`;
}

function changeLines({ severity }: TicketCause, change: TicketChange): string[] {
  const { formerSeverity, joinedNames, joinedCount, leftNames, leftCount } = change;
  const lines: string[] = [];
  if (formerSeverity !== null && formerSeverity !== severity)
    lines.push(`From ${formerSeverity} to ${severity}.`);
  if (joinedCount > 0) lines.push(`Joined: ${listed(joinedNames, joinedCount)}.`);
  if (leftCount > 0) lines.push(`No longer concerned: ${listed(leftNames, leftCount)}.`);
  return lines;
}

function stateLine({ severity, systemCount, findingCount }: TicketCause): string {
  return `Now: ${severity}, ${counted(systemCount, 'system')}, ${counted(findingCount, 'finding')}.`;
}

function listed(names: readonly string[], count: number): string {
  const shown = names.slice(0, NAMES_MAX).map((name) => oneLine(name));
  const more = count - shown.length;
  return more > 0 ? `${shown.join(', ')}${shown.length > 0 ? ' and ' : ''}${more} more` : shown.join(', ');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** No line of a ticket can come from what somebody typed. */
function oneLine(text: string): string {
  return visibleText(text.replaceAll(/\s+/g, ' ').trim());
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
