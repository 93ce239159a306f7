import type { Captured } from '@/domain/message-rules/reading';
import type { CaptureName, RuleStatus } from '@/domain/message-rules/message-rule';
import { instantAt } from '@/domain/time/zoned-day';
import type { InboundReport } from './inbound-report';
import { bytesOf, lineOf, localTimeIn, secondsOf, told } from './read-text';

/** What was taken out of a message, and what it is as a fact; `value` null: it cannot be read as one. */
export type RuleFact =
  | { readonly name: 'job' | 'host' | 'reason'; readonly said: string; readonly value: string | null }
  /** Seconds, bytes: whole numbers. */
  | { readonly name: 'duration' | 'bytes'; readonly said: string; readonly value: number | null }
  /** `local`: without a zone, to be read in the client's. */
  | { readonly name: 'started' | 'ended'; readonly said: string; readonly value: ReadTime | null };

/** ISO 8601, with its zone unless it is local. */
type ReadTime = { readonly at: string; readonly isLocal: boolean };

/**
 * What a rule took out of a message, as facts.
 * @param timeZone of times that name no zone; null: they stay local
 */
export function ruleFacts(captured: Captured, timeZone: string | null): RuleFact[] {
  return Object.entries(captured).map(([name, said]) => factOf(name as CaptureName, said, timeZone));
}

function factOf(name: CaptureName, said: string, timeZone: string | null): RuleFact {
  switch (name) {
    case 'job':
    case 'host':
      return { name, said, value: lineOf(said, 200) };
    case 'reason':
      return { name, said, value: lineOf(said, 500) };
    case 'duration':
      return { name, said, value: BARE.test(said) ? Math.floor(Number(said)) : secondsOf(said) };
    case 'bytes':
      return { name, said, value: bytesOf(said) };
    case 'started':
    case 'ended':
      return { name, said, value: timeIn(said, timeZone) };
  }
}

/** A number without a unit: seconds. */
const BARE = /^\d{1,9}(?:\.\d{1,9})?$/;

const EPOCH = /^(\d{10}|\d{13})(?:\.\d{1,9})?$/;
/** What follows the clock of a time: its zone, or a half of the day before it. */
const ZONE =
  /\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,9})?\s*(?:[ap]\.?m\.?\s*)?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?:\s*\(?([A-Za-z]{2,5})\)?)?/i;

/**
 * Seconds or milliseconds of the epoch, or a date with a time. A zone that is named by letters other than UTC is not believed, since those
 * are not one in all countries: then only a zone that the rule names counts.
 */
function timeIn(said: string, timeZone: string | null): ReadTime | null {
  const epoch = EPOCH.exec(said);
  if (epoch) {
    const number = Number(said);
    return isoOf(epoch[1]?.length === 13 ? number : number * 1000);
  }
  const local = localTimeIn(said);
  if (local === null) return null;
  const [, zone, letters] = ZONE.exec(said) ?? [];
  if (zone !== undefined) return isoOf(Date.parse(`${local}${offsetOf(zone)}`));
  if (timeZone !== null) return isoOf(instantAt(Date.parse(`${local}Z`), timeZone));
  return letters === undefined ? { at: local, isLocal: true } : null;
}

function offsetOf(zone: string): string {
  if (!/\d/.test(zone)) return 'Z';
  return zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}

function isoOf(at: number): ReadTime | null {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? null : { at: date.toISOString(), isLocal: false };
}

const STATUS = { success: 'success', warning: 'warning', failed: 'failed' } as const satisfies Record<
  RuleStatus,
  InboundReport['status']
>;

/**
 * What a rule's reading reports, as a product's parser would: a run, never more.
 * @param product whose message it is; null: no product's that is known
 */
export function ruleReport(
  product: string | null,
  status: RuleStatus,
  facts: readonly RuleFact[],
): InboundReport {
  const text = (name: 'job' | 'host' | 'reason') => facts.find((fact) => fact.name === name)?.value ?? null;
  return told({
    product: product ?? RULE_PRODUCT,
    confidence: 'real-output' as const,
    status: STATUS[status],
    kind: 'job_result' as const,
    job: stringOf(text('job')),
    host: stringOf(text('host')),
    message: stringOf(text('reason')),
    duration_seconds: numberOf(facts, 'duration'),
    bytes_transferred: numberOf(facts, 'bytes'),
    ...timeOf(facts, 'started'),
    ...timeOf(facts, 'ended'),
    // a time that cannot be read is one still: the same words are never those of another run
    is_dated: facts.some(({ name }) => name === 'started' || name === 'ended') ? true : null,
  });
}

/** Of whatever product rules are for: which of them read a message does not split the job that it tells of. */
const RULE_PRODUCT = 'rule';

const stringOf = (value: RuleFact['value']): string | null => (typeof value === 'string' ? value : null);

function numberOf(facts: readonly RuleFact[], name: 'duration' | 'bytes'): number | null {
  const value = facts.find((fact) => fact.name === name)?.value;
  return typeof value === 'number' ? value : null;
}

function timeOf(facts: readonly RuleFact[], name: 'started' | 'ended'): Partial<InboundReport> {
  const fact = facts.find((one) => one.name === name);
  if (fact?.name !== 'started' && fact?.name !== 'ended') return {};
  if (fact.value === null) return {};
  return { [`${name}_${fact.value.isLocal ? 'local' : 'at'}`]: fact.value.at };
}
