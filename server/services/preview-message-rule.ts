import { z } from 'zod';
import { ruleDefinition } from '@/domain/message-rules/compile-rule';
import type { RuleStatus } from '@/domain/message-rules/message-rule';
import { notHeldText, undecidedText } from '@/domain/message-rules/reading';
import { cutText } from '@/domain/text/cut-text';
import { visibleText } from '@/domain/text/visible-text';
import type { Database } from '../data/database';
import { findRuleMessage, listRuleMessages, type RuleMessage } from '../data/rule-messages';
import { heardBy, readyRules, type ReadyRule, type RuleSaid } from '../inbound/hear-rules';
import type { InboundReport } from '../inbound/inbound-report';
import { hearContent, type InboundContent, readInbound } from '../inbound/parse-inbound';
import type { Heard } from '../inbound/parse-message';
import { worstOf } from '../inbound/read-text';
import type { RuleFact } from '../inbound/rule-report';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { demandReach } from './change-message-rules';
import { isOfChosen, whyUndecided } from './read-message';

/** A rule as its editor has it by now, and the message that it is made from. */
export const messageRuleDraft = z.strictObject({
  clientId: z.uuid().nullable(),
  channelId: z.uuid().nullable(),
  definition: ruleDefinition,
  exampleReportId: z.uuid(),
});
export type MessageRuleDraft = z.output<typeof messageRuleDraft>;

/** What a rule would make of a message. */
interface TriedMessage {
  readonly rawReportId: string;
  readonly channelName: string;
  readonly clientName: string;
  readonly timeZone: string;
  readonly number: number;
  readonly receivedAt: Date;
  /** Its subject, or how it begins. */
  readonly title: string;
  /** null: the rule does not decide. */
  readonly status: RuleStatus | null;
  /** `none`: it does not hold for it. */
  readonly said: 'none' | 'undecided' | 'decided';
  /** Why so, as the end of a sentence; of a decision what in the message says so. */
  readonly because: string;
  readonly facts: readonly RuleFact[];
  /** Of which product its parser finds it to be; null: none. Its parser has the first word. */
  readonly product: string | null;
  /** What the parser says; null: nothing clear. */
  readonly parserStatus: InboundReport['status'];
  /** Whether the parser's word is the last: it decides, or the channel is for its product. */
  readonly isParsers: boolean;
}

/** What a rule would make of messages; nothing is changed. */
export interface MessageRulePreview {
  readonly example: TriedMessage;
  /** Newest first, at most 50 of each. */
  readonly aside: readonly TriedMessage[];
  readonly read: readonly TriedMessage[];
}

const TRIED_MAX = 50;
/** Decoding takes longest: somebody waits for it. */
const TRIED_BYTES_MAX = 2 * 1024 * 1024;

/**
 * What a rule says of the message that it is made from, and of the newest ones within its reach that were put aside and that were read.
 * @throws AppError `not-found` for a message that is not there; `invalid-request` as `makeMessageRule`
 */
export async function previewMessageRule(
  database: Database,
  scope: TenantScope,
  draft: MessageRuleDraft,
): Promise<MessageRulePreview> {
  const { mspId } = scope;
  const of = { isJson: draft.definition.kind === 'json', limit: TRIED_MAX };
  const found = await database.inScope(scope, async (tx) => {
    await demandReach(tx, scope, draft);
    const example = await findRuleMessage(tx, mspId, draft.exampleReportId);
    if (!example) throw nothingHere();
    const aside = await listRuleMessages(tx, mspId, draft, { ...of, state: 'quarantined' });
    const read = await listRuleMessages(tx, mspId, draft, { ...of, state: 'processed' });
    return { example, aside, read };
  });
  const [rule] = readyRules([{ ...draft, messageRuleId: '', version: 0, name: '' }]);
  // what was parsed can be asked
  if (!rule) throw nothingHere();
  const others = (messages: readonly RuleMessage[]) =>
    messages.filter(({ rawReportId }) => rawReportId !== draft.exampleReportId);
  return {
    example: await tried(rule, found.example),
    aside: await eachTried(rule, others(found.aside)),
    read: await eachTried(rule, others(found.read)),
  };
}

async function eachTried(rule: ReadyRule, messages: readonly RuleMessage[]): Promise<TriedMessage[]> {
  const all: TriedMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    bytes += message.body.length;
    if (bytes > TRIED_BYTES_MAX) break;
    all.push(await tried(rule, message));
  }
  return all;
}

async function tried(rule: ReadyRule, message: RuleMessage): Promise<TriedMessage> {
  const content = await contentOf(message);
  const heard = hearContent(content);
  const said = heardBy(rule, content, heard.product);
  const { rawReportId, channelName, clientName, timeZone, number, receivedAt } = message;
  return {
    rawReportId,
    channelName,
    clientName,
    timeZone,
    number,
    receivedAt,
    title: titleOf(content),
    said: said.kind,
    status: said.kind === 'decided' ? said.status : null,
    because: becauseOf(said),
    facts: said.kind === 'decided' ? said.facts : [],
    product: heard.product,
    parserStatus: worstOf(heard.reports.map(({ status }) => status)),
    isParsers: isParsers(heard, message.product),
  };
}

/** Decodes a message as processing does. */
export function contentOf({
  body,
  channelKind,
}: Pick<RuleMessage, 'body' | 'channelKind'>): Promise<InboundContent> {
  return readInbound(body, channelKind === 'mail' ? 'message/rfc822' : 'text/plain');
}

const TITLE_MAX = 120;

function titleOf({ texts: [first] }: InboundContent): string {
  const line = first?.subject.trim() || (first?.body.trim().split('\n', 1)[0] ?? '');
  return cutText(visibleText(line), TITLE_MAX) || 'a message without words';
}

function becauseOf(said: RuleSaid): string {
  switch (said.kind) {
    case 'none':
      return said.reading ? notHeldText(said.reading.because) : notHeldText({ kind: 'other-sort' });
    case 'undecided':
      return undecidedText(said.reading.because);
    case 'decided':
      return said.sign;
  }
}

/** As `readMessage` has it: a rule is asked only where no parser decides, and never where its product was chosen. */
function isParsers({ product, reports }: Heard, chosen: string | null): boolean {
  if (product === null) return false;
  return reports.length === 0 || isOfChosen(product, chosen) || whyUndecided(reports, chosen) === null;
}
