import { jsonRows, type JsonRow } from '@/domain/message-rules/json-rows';
import { SEARCHED_CHARACTERS_MAX } from '@/domain/message-rules/read-text-by';
import { cutText } from '@/domain/text/cut-text';
import { visibleLines, visibleText } from '@/domain/text/visible-text';
import type { Database } from '../data/database';
import { findRuleMessage, type RuleMessage } from '../data/rule-messages';
import type { InboundContent } from '../inbound/parse-inbound';
import type { TenantScope } from '../tenancy/tenant-scope';
import { contentOf } from './preview-message-rule';

/** A message as a rule is made from it. */
export interface ShownRuleMessage extends Omit<RuleMessage, 'body'> {
  /** The sender's address as it says itself; null: it says none. */
  readonly from: string | null;
  /** As rules for texts look at it: at most the first five ways in which it says what it says; none of a JSON. */
  readonly texts: readonly { readonly subject: string; readonly body: string }[];
  /** As rules for JSON look at it; null: it is none. */
  readonly rows: readonly JsonRow[] | null;
}

const TEXTS_MAX = 5;

/** null: not there, another MSP's, no mail or webhook, or too long to be shown. */
export async function showRuleMessage(
  database: Database,
  scope: TenantScope,
  rawReportId: string,
): Promise<ShownRuleMessage | null> {
  const found = await database.inScope(scope, (tx) => findRuleMessage(tx, scope.mspId, rawReportId));
  if (!found) return null;
  const { body, ...message } = found;
  const content = await contentOf({ body, channelKind: found.channelKind });
  const [json] = content.json;
  return {
    ...message,
    from: content.texts[0]?.from ?? null,
    texts: content.isJson ? [] : shownTexts(content),
    rows: json === undefined ? null : jsonRows(json),
  };
}

function shownTexts({ texts }: InboundContent) {
  const shown = texts.slice(0, TEXTS_MAX).map(({ subject, body }) => ({
    subject: visibleText(subject),
    body: visibleLines(cutText(body, SEARCHED_CHARACTERS_MAX)),
  }));
  // a text and an HTML part that say the same are one to look at
  return shown.filter(
    (text, index) =>
      index ===
      shown.findIndex(({ subject, body }) => subject === text.subject && body.trim() === text.body.trim()),
  );
}
