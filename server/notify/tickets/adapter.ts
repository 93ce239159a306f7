import type { DeliveryProblem } from '@/domain/notify/delivery';
import type { PlaceholderValues } from '@/domain/tickets/template';
import type { TicketProblem } from '@/domain/tickets/ticket-problem';
import type { TicketSettings } from '@/domain/tickets/ticket-settings';
import { connectWise } from './connectwise';
import { restTickets } from './rest';

/** How a ticket system is reached. */
export interface TicketConnection {
  /** Whether this machine is an address like any other. */
  readonly allowsLoopback: boolean;
  /** The same for each attempt at one thing. */
  readonly idempotencyKey: string;
}

/** What a ticket system answered, or why it did not. */
export interface TicketAnswer {
  /** null: it did what it was asked. */
  readonly problem: TicketProblem | null;
  readonly httpStatus: number | null;
  /** In its own words, shortened. */
  readonly serverAnswer: string | null;
}

interface TestAnswer extends TicketAnswer {
  readonly problem: DeliveryProblem | null;
}

/** A ticket as its system names it. */
export interface TicketName {
  readonly ticketId: string;
  /** Where people see it; null: not known. */
  readonly url: string | null;
}

/** `ticket` null: `problem` says why there is none. */
export type OpenAnswer = TicketAnswer & { readonly ticket: TicketName | null };
/** `ticket` null without a problem: there is none of this key. `canFind` false: it cannot be asked. */
type FindAnswer = OpenAnswer & { readonly canFind: boolean };

/**
 * What Holdfast does with any ticket system. Nothing of it throws for what the other side does: answers are values. `values` are those
 * of `domain/tickets/template.ts`; for `update`, `close` and `reopen` with `ticketId` and `note`.
 */
export interface TicketAdapter {
  open(values: PlaceholderValues): Promise<OpenAnswer>;
  /** Looks for the ticket of a cause's `key`, whoever opened it. */
  find(values: PlaceholderValues): Promise<FindAnswer>;
  update(values: PlaceholderValues): Promise<TicketAnswer>;
  close(values: PlaceholderValues): Promise<TicketAnswer>;
  reopen(values: PlaceholderValues): Promise<TicketAnswer>;
  /** Changes nothing there; shows whether Holdfast is let in. */
  test(): Promise<TestAnswer>;
}

/** The adapter of a ticket system. */
export function ticketAdapter(settings: TicketSettings, connection: TicketConnection): TicketAdapter {
  switch (settings.kind) {
    case 'rest-tickets':
      return restTickets(settings, connection);
    case 'connectwise':
      return connectWise(settings, connection);
  }
}
