import type { TenantScope } from '../tenancy/tenant-scope';
import type { Database } from './database';
import { countRuleUses, type KeptMessageRule, listMessageRules } from './message-rules';
import { countPendingWithin } from './rule-messages';

/** A rule as a row of the list. */
export interface ListedMessageRule extends KeptMessageRule {
  /** Messages that were read by it, and when the newest. */
  readonly readCount: number;
  readonly lastReadAt: Date | null;
}

/** The rules of the scope's clients, and of the whole MSP for who sees all of it. */
export async function readMessageRules(
  database: Database,
  scope: TenantScope,
): Promise<readonly ListedMessageRule[]> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const counts = await countRuleUses(tx, mspId);
    return (await listMessageRules(tx, mspId)).map((rule) => ({
      ...rule,
      readCount: counts.get(rule.messageRuleId)?.count ?? 0,
      lastReadAt: counts.get(rule.messageRuleId)?.lastAt ?? null,
    }));
  });
}

/** null: not there, or another MSP's. */
export async function findListedMessageRule(
  database: Database,
  scope: TenantScope,
  messageRuleId: string,
): Promise<ListedMessageRule | null> {
  const rules = await readMessageRules(database, scope);
  return rules.find((rule) => rule.messageRuleId === messageRuleId) ?? null;
}

/** How far reading by a rule is. */
export interface MessageRuleProgress {
  /** Messages within its reach that wait to be read, by whatever. */
  readonly waitingCount: number;
  readonly readCount: number;
}

/** null: not there, or another MSP's. */
export async function readRuleProgress(
  database: Database,
  scope: TenantScope,
  messageRuleId: string,
): Promise<MessageRuleProgress | null> {
  const rule = await findListedMessageRule(database, scope, messageRuleId);
  if (!rule) return null;
  const waitingCount = await database.inScope(scope, (tx) => countPendingWithin(tx, scope.mspId, rule));
  return { waitingCount, readCount: rule.readCount };
}
