import { DELIVERY_PROBLEMS, isOver, problemOfStatus } from '../notify/delivery';

/** How long one operation of a ticket is tried. */
export const TICKET_TRY_HOURS = 72;

/** Why a ticket is not as it should be. */
export const TICKET_PROBLEMS = [
  ...DELIVERY_PROBLEMS,
  /** The client has no company in the ticket system. */
  'no-company',
  /** The ticket system does not know the company. */
  'company-refused',
  /** It was taken, but the answer has no number where one was expected. */
  'no-number',
  /** The ticket system knows no such ticket any more. */
  'ticket-gone',
] as const;
export type TicketProblem = (typeof TICKET_PROBLEMS)[number];

/** What becomes of a ticket after an attempt: `blocked` until its company is mended, `refused` until a person has it tried again. */
export function fateOf(problem: TicketProblem): 'retry' | 'blocked' | 'refused' {
  if (problem === 'no-company' || problem === 'company-refused') return 'blocked';
  if (problem === 'no-number' || problem === 'ticket-gone') return 'refused';
  return isOver(problem) ? 'refused' : 'retry';
}

/** Statuses with which a ticket system says that what it was given is wrong. */
const WRONG_STATUSES: ReadonlySet<number> = new Set([400, 404, 409, 422]);
const COMPANY_WORDS = /compan(y|ies)|customer|organi[sz]ation|account/i;

/**
 * What the answer to an opening says. Where it is about the company, or names the id that was sent for it, the company is what has to be
 * mended. null: it was taken.
 */
export function problemOfOpening(
  status: number,
  answer: string,
  companyId: string | null,
): TicketProblem | null {
  const problem = problemOfStatus(status);
  if (problem !== 'refused' || companyId === null || !WRONG_STATUSES.has(status)) return problem;
  const namesIt = companyId.length >= 2 && answer.includes(companyId);
  return COMPANY_WORDS.test(answer) || namesIt ? 'company-refused' : problem;
}

/** The same for what is done to a ticket that is there. */
export function problemOfChange(status: number): TicketProblem | null {
  return status === 404 || status === 410 ? 'ticket-gone' : problemOfStatus(status);
}
