import { compileRule, type CompiledRule } from '@/domain/message-rules/compile-rule';
import {
  reachOf,
  RULE_STATUSES,
  type RuleDefinition,
  type RuleReach,
  type RuleStatus,
} from '@/domain/message-rules/message-rule';
import { type Captured, type RuleReading, undecidedText } from '@/domain/message-rules/reading';
import { groupBy } from '../data/group-by';
import type { InboundReport, InboundStatus } from './inbound-report';
import type { InboundContent } from './parse-inbound';
import type { Heard } from './parse-message';
import { worstOf } from './read-text';
import { type RuleFact, ruleFacts, ruleReport } from './rule-report';

/** A rule that is in use. */
export interface RuleInUse extends RuleReach {
  readonly messageRuleId: string;
  readonly version: number;
  readonly name: string;
  readonly definition: RuleDefinition;
}

/** A rule that can be asked of any number of messages. */
export interface ReadyRule extends RuleInUse {
  readonly compiled: CompiledRule;
}

/** The rules that can be asked; one whose pattern is none any more is left out. */
export function readyRules(rules: readonly RuleInUse[]): ReadyRule[] {
  return rules.flatMap((rule) => {
    try {
      return [{ ...rule, compiled: compileRule(rule.definition) }];
    } catch {
      return [];
    }
  });
}

/** What one rule makes of a whole message. `none`: it does not hold for it. */
export type RuleSaid =
  | { readonly kind: 'none'; readonly reading: Extract<RuleReading, { holds: false }> | null }
  | { readonly kind: 'undecided'; readonly reading: Extract<RuleReading, { status: null }> }
  | {
      readonly kind: 'decided';
      /** The worst of what it says. */
      readonly status: RuleStatus;
      readonly sign: string;
      readonly facts: readonly RuleFact[];
      readonly reports: readonly InboundReport[];
    };

/** Ways of one message that are looked at by rules. */
const WAYS_MAX = 8;

/** @param product whose message it is, as its parser says; null: no product's that is known */
export function heardBy(rule: ReadyRule, content: InboundContent, product: string | null): RuleSaid {
  const readings = readingsOf(rule.compiled, content);
  const held = readings.filter(isHeld);
  const decided = held.filter(isDecided);
  const [undecided] = held.filter((one) => !isDecided(one));
  const status = worstOf(decided.map(({ reading }) => reading.status));
  const worst = decided.find(({ reading }) => reading.status === status);
  // what a text leaves open, another one of the same message may say; what was not looked at could say the opposite
  const isOpen = held.some(({ reading }) => reading.status === null && reading.because.kind !== 'no-sign');
  if (undecided?.reading.status === null && (!worst || (isOpen && status !== 'failed')))
    return { kind: 'undecided', reading: undecided.reading };
  if (!worst) {
    const [first] = readings;
    return { kind: 'none', reading: first && !first.reading.holds ? first.reading : null };
  }
  const runs = [...groupBy(decided, ({ mail }) => mail).values()].map((said) =>
    runOf(
      said.map(({ reading }) => reading),
      rule.definition.timeZone,
    ),
  );
  return {
    kind: 'decided',
    status: worst.reading.status,
    sign: worst.reading.sign,
    facts: runs.find((run) => run.status === status)?.facts ?? [],
    reports: runs.map((run) => ruleReport(product, run.status, run.facts)),
  };
}

interface OfMail<Reading> {
  /** What tells the mails of one message apart. */
  readonly mail: string;
  readonly reading: Reading;
}
type Held = Extract<RuleReading, { holds: true }>;
type Decided = Extract<Held, { sign: string }>;

const isHeld = (one: OfMail<RuleReading>): one is OfMail<Held> => one.reading.holds;
const isDecided = (one: OfMail<Held>): one is OfMail<Decided> => one.reading.status !== null;

/** What one mail says in several ways is one run: the worst of it, with what any of them tells beside. */
function runOf(said: readonly Decided[], timeZone: string | null): { status: RuleStatus; facts: RuleFact[] } {
  const status = RULE_STATUSES.find((one) => said.some((reading) => reading.status === one)) ?? 'failed';
  const worstFirst = said.toSorted((a, b) => Number(b.status === status) - Number(a.status === status));
  const captured = Object.assign(
    {},
    ...worstFirst.toReversed().map((reading) => reading.captured),
  ) as Captured;
  return { status, facts: ruleFacts(captured, timeZone) };
}

function readingsOf(rule: CompiledRule, { texts, json, isJson }: InboundContent): OfMail<RuleReading>[] {
  if (rule.kind === 'json')
    return json.slice(0, WAYS_MAX).map((one) => ({ mail: '', reading: rule.read(one) }));
  if (isJson) return [];
  const readings = texts
    .slice(0, WAYS_MAX)
    .map((text) => ({ mail: `${text.from}\n${text.subject}`, reading: rule.read(text) }));
  const isCut = texts.length > WAYS_MAX && readings.some(isHeld);
  return isCut ? [...readings, { mail: '', reading: TOO_MANY }] : readings;
}

const TOO_MANY: RuleReading = {
  holds: true,
  status: null,
  because: { kind: 'too-many', waysMax: WAYS_MAX },
};

/** A rule that said something of a message that was read. */
export interface RuleUse {
  readonly messageRuleId: string;
  readonly version: number;
  readonly name: string;
  readonly status: RuleStatus;
  /** Whether what it says is what counts. */
  readonly isDecisive: boolean;
}

/** What all rules make of a message. */
export interface RulesHeard {
  /** Empty: nothing is decided. */
  readonly reports: readonly InboundReport[];
  readonly uses: readonly RuleUse[];
  /** Sentences: which rules disagree, or why those that hold decide nothing. */
  readonly notes: readonly string[];
}

const NOTHING: RulesHeard = { reports: [], uses: [], notes: [] };

/**
 * What the rules make of a message that its product's parser does not decide. Where several say different things the worse one counts, and
 * where they say the same the narrower one's facts; none makes it better than what the parser of its product seems to say.
 * @param rules narrowest first
 */
export function hearRules(rules: readonly ReadyRule[], content: InboundContent, heard: Heard): RulesHeard {
  const said = rules.map((rule) => ({ rule, said: heardBy(rule, content, heard.product) }));
  const decided = said.flatMap(({ rule, said: one }) =>
    one.kind === 'decided' ? [{ rule, said: one }] : [],
  );
  const notes = said.flatMap(({ rule, said: one }) =>
    one.kind === 'undecided'
      ? [`The rule “${rule.name}” holds for it, but ${undecidedText(one.reading.because)}.`]
      : [],
  );
  if (decided.length === 0) return { ...NOTHING, notes };
  const status = worstOf(decided.map((one) => one.said.status));
  const first = decided.find((one) => one.said.status === status);
  if (!first) return NOTHING;
  const proposed = worstOf(heard.reports.map((report) => report.status));
  return {
    reports: notBetter(first.said.reports, proposed),
    uses: decided.map((one) => useOf(one.rule, one.said.status, one === first)),
    notes: [
      `Read by the rule “${first.rule.name}”.`,
      ...decided
        .filter((one) => one.said.status !== status)
        .map((one) => `The rule “${one.rule.name}” says ${one.said.status}: the worse one counts.`),
      ...(worstOf([proposed, status]) === status
        ? []
        : [`${heard.product} seems to say ${proposed}, which is worse than what the rule says, and counts.`]),
    ],
  };
}

function useOf(
  { messageRuleId, version, name }: ReadyRule,
  status: RuleStatus,
  isDecisive: boolean,
): RuleUse {
  return { messageRuleId, version, name, status, isDecisive };
}

function notBetter(reports: readonly InboundReport[], proposed: InboundStatus | null): InboundReport[] {
  return reports.map((report) => ({ ...report, status: worstOf([report.status, proposed]) }));
}

const REACHES = ['channel', 'client', 'msp'] as const;

/** The rules that are asked of a channel's messages, narrowest first, in an order that stays. */
export function rulesFor(
  rules: readonly ReadyRule[],
  { clientId, channelId }: { clientId: string | null; channelId: string },
): ReadyRule[] {
  return rules
    .filter(
      (rule) =>
        (rule.clientId === null || rule.clientId === clientId) &&
        (rule.channelId === null || rule.channelId === channelId),
    )
    .toSorted(
      (a, b) =>
        REACHES.indexOf(reachOf(a)) - REACHES.indexOf(reachOf(b)) ||
        (a.messageRuleId < b.messageRuleId ? -1 : 1),
    );
}
