import { z } from 'zod';
import { SEVERITIES } from '../findings/harm';
import { STEPS } from './decide-messages';

/** Causes that one message names; of more it says how many. */
export const NAMED_CAUSES_MAX = 200;

const toldCause = z.strictObject({
  causeId: z.string(),
  step: z.enum(STEPS),
  severity: z.enum(SEVERITIES),
  clientName: z.string(),
  title: z.string(),
  systemCount: z.int(),
  findingCount: z.int(),
  /** ms since 1970, UTC. */
  openedAt: z.number(),
  /** null: it is open. */
  closedAt: z.number().nullable(),
  /** Whether nothing is wrong: it is the alarm of a drill. */
  isDrill: z.boolean().default(false),
});
export type ToldCause = z.output<typeof toldCause>;

/** What a message says, as it was when that was decided; made text only when it is sent. */
export const messageContent = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('causes'),
    mspName: z.string(),
    /** IANA, of the MSP: instants are told in it. */
    timeZone: z.string(),
    ruleName: z.string(),
    at: z.number(),
    causeCount: z.int(),
    /** Gravest first. */
    causes: z.array(toldCause).min(1).max(NAMED_CAUSES_MAX),
  }),
  z.strictObject({
    kind: z.literal('test'),
    mspName: z.string(),
    timeZone: z.string(),
    byName: z.string(),
    at: z.number(),
  }),
]);
export type MessageContent = z.output<typeof messageContent>;
