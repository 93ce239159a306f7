/** What a new MSP does first, in this order. */
export const FIRST_STEPS = ['msp', 'mail', 'client', 'connection'] as const;
export type FirstStep = (typeof FIRST_STEPS)[number];

/** What an owner may leave out: steps, and the line on the fleet's page that leads back to them. */
export const OMISSIONS = ['mail', 'client', 'connection', 'line'] as const;
export type Omission = (typeof OMISSIONS)[number];

/** What is there, as far as the first steps go. Sample clients and what is theirs count for nothing. */
export interface FirstStepFacts {
  /** Whether a mail server took a mail of the MSP, at any time. */
  readonly isMailTaken: boolean;
  readonly clientCount: number;
  /** Machines that enrolled and channels that were opened, whose report would be the first; 0 once anything reported. */
  readonly awaitedCount: number;
  /** Whether anything ever reported. */
  readonly hasReport: boolean;
  readonly leftOut: readonly Omission[];
}

/** `waiting`: everything that people do for it is done, and a report is to come. */
export type FirstStepState = 'done' | 'waiting' | 'open' | 'left-out';

export interface FirstSteps {
  readonly states: Readonly<Record<FirstStep, FirstStepState>>;
  readonly doneCount: number;
  /** The first that is open or waits; null: none is. */
  readonly next: FirstStep | null;
}

/** How far an MSP is. What was done after it was left out is done. */
export function firstSteps(facts: FirstStepFacts): FirstSteps {
  const states: Record<FirstStep, FirstStepState> = {
    // An MSP is made with its name and zone.
    msp: 'done',
    mail: stateOf(facts.isMailTaken, 'mail', facts),
    client: stateOf(facts.clientCount > 0, 'client', facts),
    connection: connectionOf(facts),
  };
  return {
    states,
    doneCount: FIRST_STEPS.filter((step) => states[step] === 'done').length,
    next: FIRST_STEPS.find((step) => states[step] === 'open' || states[step] === 'waiting') ?? null,
  };
}

function connectionOf(facts: FirstStepFacts): FirstStepState {
  const state = stateOf(facts.hasReport, 'connection', facts);
  return state === 'open' && facts.awaitedCount > 0 ? 'waiting' : state;
}

function stateOf(isDone: boolean, step: Omission, { leftOut }: FirstStepFacts): FirstStepState {
  if (isDone) return 'done';
  return leftOut.includes(step) ? 'left-out' : 'open';
}

/** Whether the fleet's page leads its owners back to the steps: something is left to do, and nobody put the line away. */
export function leadsToFirstSteps(facts: FirstStepFacts): boolean {
  return !facts.leftOut.includes('line') && firstSteps(facts).next !== null;
}
