import { z } from 'zod';

/** Rules of an MSP that are in use or switched off. */
export const MESSAGE_RULES_MAX = 200;
/** Signs of each kind in a rule. */
export const SIGNS_MAX = 10;
export const FIND_MAX = 200;
const POINTER_MAX = 200;
const VALUE_MAX = 200;

/** How a run ended, as a rule can say it. Whatever a rule does not name is not known. */
export const RULE_STATUSES = ['failed', 'warning', 'success'] as const;
export type RuleStatus = (typeof RULE_STATUSES)[number];

/** What a rule can take out of a message, beside how its run ended. */
export const CAPTURES = ['job', 'host', 'started', 'ended', 'duration', 'bytes', 'reason'] as const;
export type CaptureName = (typeof CAPTURES)[number];

const find = z
  .string()
  .trim()
  .min(1, 'Say what to look for.')
  .max(FIND_MAX, `At most ${FIND_MAX} characters.`);
const place = z.enum(['subject', 'text', 'anywhere']);
export type RulePlace = z.output<typeof place>;

const sign = z.strictObject({
  in: place,
  /** `words`: these, whole, in letters of either case; `pattern`: a regular expression (RE2). */
  by: z.enum(['words', 'pattern']),
  find,
});
/** Something that stands in a text. */
export type RuleSign = z.output<typeof sign>;

const textCapture = z.strictObject({
  in: place,
  /** `after`: the rest of a line after these words; `pattern`: the first group of a regular expression (RE2), or all of it. */
  by: z.enum(['after', 'pattern']),
  find,
});
export type TextCapture = z.output<typeof textCapture>;

const signs = z.array(sign).max(SIGNS_MAX, `At most ${SIGNS_MAX}.`);

const timeZone = z.string().max(64).refine(isTimeZone, 'Choose a time zone.').nullable();

export const textRule = z.strictObject({
  kind: z.literal('text'),
  /** Of a mail: a sender's address, or the domain of one, exactly; null: whoever sent it. */
  from: z
    .string()
    .trim()
    .toLowerCase()
    .max(254, 'At most 254 characters.')
    .regex(/^(?:[^\s@]{1,64}@)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/, 'An address, or the part after its @.')
    .nullable(),
  /** All of these must stand in it. */
  holds: signs,
  /** Any one of these says so. */
  failed: signs,
  warning: signs,
  success: signs,
  captures: z.strictObject(eachCapture(textCapture.nullable())),
  /** Of times that name no zone; null: the client's. */
  timeZone,
});
export type TextRule = z.output<typeof textRule>;

/** RFC 6901. */
const pointer = z
  .string()
  .max(POINTER_MAX)
  .regex(/^(?:\/(?:[^~]|~[01])*)+$/, 'A field, such as /job/name.');

export const jsonRule = z.strictObject({
  kind: z.literal('json'),
  /** Fields that must all be there; `equals` null: with whatever value. */
  holds: z.array(z.strictObject({ pointer, equals: z.string().max(VALUE_MAX).nullable() })).max(SIGNS_MAX),
  /** What single values of fields say; a value that is not named says nothing. */
  outcomes: z
    .array(z.strictObject({ pointer, value: z.string().max(VALUE_MAX), means: z.enum(RULE_STATUSES) }))
    .max(3 * SIGNS_MAX),
  captures: z.strictObject(eachCapture(pointer.nullable())),
  timeZone,
});
export type JsonRule = z.output<typeof jsonRule>;

/** What a rule says, as it is kept: which messages it holds for, what in them says how a run ended, and what else is taken out of them. */
export type RuleDefinition = TextRule | JsonRule;

function eachCapture<Schema>(schema: Schema): Record<CaptureName, Schema> {
  return {
    job: schema,
    host: schema,
    started: schema,
    ended: schema,
    duration: schema,
    bytes: schema,
    reason: schema,
  };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Whether a rule says itself which messages it holds for; one that does not may be of one channel only. */
export function isChoosy(rule: RuleDefinition): boolean {
  return rule.holds.length > 0 || (rule.kind === 'text' && rule.from !== null);
}

/** Which endings a rule can tell. */
export function endingsOf(rule: RuleDefinition): readonly RuleStatus[] {
  return RULE_STATUSES.filter((status) =>
    rule.kind === 'text' ? rule[status].length > 0 : rule.outcomes.some(({ means }) => means === status),
  );
}

/** How narrow a rule's reach is; the narrower one's facts are taken where two say the same. */
export function reachOf({ clientId, channelId }: RuleReach): 'channel' | 'client' | 'msp' {
  if (channelId !== null) return 'channel';
  return clientId === null ? 'msp' : 'client';
}

/** Whose messages a rule is asked of; all null: every client's. */
export interface RuleReach {
  readonly clientId: string | null;
  /** A channel of that client. */
  readonly channelId: string | null;
}
