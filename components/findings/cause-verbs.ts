/** A cause as far as it can be worked on. */
export interface WorkableCause {
  readonly causeId: string;
  /** As it was seen: what somebody else did since is not overwritten. */
  readonly version: number;
  readonly title: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly assignedTo: string | null;
  readonly ticketReference: string | null;
  readonly ticketUrl: string | null;
  /** Whether Holdfast keeps its ticket. */
  readonly hasKeptTicket: boolean;
  readonly isOpen: boolean;
  readonly isSnoozed: boolean;
  readonly isWaived: boolean;
}

/** Somebody to whom causes can be given. */
export interface Assignee {
  readonly personId: string;
  readonly name: string;
  readonly clientIds: '*' | readonly string[];
}

/** Where tickets can be opened. */
export interface TicketSystemChoice {
  readonly channelId: string;
  readonly name: string;
}

/** What is done to causes; those of `DIALOG_VERBS` ask something first. */
export type CauseVerb =
  | 'acknowledge'
  | 'assign'
  | 'snooze'
  | 'ticket'
  | 'open-ticket'
  | 'withdraw-ticket'
  | 'retry-ticket'
  | 'waive'
  | 'comment'
  | 'wake'
  | 'withdraw-waivers';

const DIALOG_VERBS = ['assign', 'snooze', 'ticket', 'waive', 'comment'] as const;
export type DialogVerb = (typeof DIALOG_VERBS)[number];

export function isDialogVerb(verb: CauseVerb): verb is DialogVerb {
  return (DIALOG_VERBS as readonly CauseVerb[]).includes(verb);
}

/** Those whose result is shown before the server has answered. */
export function isShownAtOnce(verb: CauseVerb): boolean {
  return verb === 'acknowledge' || verb === 'assign' || verb === 'snooze' || verb === 'wake';
}

/** The key of each verb that has one. */
export const VERB_KEYS: Readonly<Record<string, CauseVerb>> = {
  a: 'acknowledge',
  s: 'assign',
  z: 'snooze',
  t: 'ticket',
  w: 'waive',
  c: 'comment',
};

/** The route of each verb. */
export const VERB_ADDRESS: Readonly<Record<CauseVerb, string>> = {
  acknowledge: '/api/v1/findings/acknowledgements',
  assign: '/api/v1/findings/assignments',
  snooze: '/api/v1/findings/snoozes',
  wake: '/api/v1/findings/snoozes',
  ticket: '/api/v1/findings/tickets',
  'open-ticket': '/api/v1/findings/ticket-openings',
  'withdraw-ticket': '/api/v1/findings/ticket-withdrawals',
  'retry-ticket': '/api/v1/findings/ticket-retries',
  waive: '/api/v1/findings/waivers',
  comment: '/api/v1/findings/comments',
  'withdraw-waivers': '/api/v1/findings/waiver-withdrawals',
};

/** What a verb sends beside the causes where nothing is asked. */
export const VERB_BODY: Readonly<Partial<Record<CauseVerb, Readonly<Record<string, unknown>>>>> = {
  wake: { until: null },
};

/** Told when it came to nothing, beside the cause: 'Not acknowledged: it has changed since'. */
export const VERB_UNDONE: Readonly<Record<CauseVerb, string>> = {
  acknowledge: 'Not acknowledged',
  assign: 'Not assigned',
  snooze: 'Not snoozed',
  wake: 'Not woken',
  ticket: 'No ticket linked',
  'open-ticket': 'No ticket opened',
  'withdraw-ticket': 'Ticket not taken back',
  'retry-ticket': 'Ticket not tried again',
  waive: 'Not waived',
  comment: 'No comment added',
  'withdraw-waivers': 'Waivers not withdrawn',
};

/** Told when it is done; follows 'nas-01 did not answer: ' or '3 causes: '. */
export const VERB_DONE: Readonly<Record<CauseVerb, string>> = {
  acknowledge: 'acknowledged',
  assign: 'assigned',
  snooze: 'snoozed',
  wake: 'woken',
  ticket: 'ticket linked',
  'open-ticket': 'the ticket goes out',
  'withdraw-ticket': 'ticket taken back',
  'retry-ticket': 'the ticket is tried again',
  waive: 'waived',
  comment: 'comment added',
  'withdraw-waivers': 'waivers withdrawn',
};
