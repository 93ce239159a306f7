import { z } from 'zod';
import { ruleDefinition } from '@/domain/message-rules/compile-rule';
import { MESSAGE_RULES_MAX, type RuleDefinition, type RuleReach } from '@/domain/message-rules/message-rule';
import type { RuleInUse, RuleUse } from '../inbound/hear-rules';
import type { Tx } from './database';

/** A rule's own words, as a form sends them. */
export interface MessageRuleTerms extends RuleReach {
  readonly name: string;
  readonly definition: RuleDefinition;
  /** The message that it was made from. */
  readonly exampleReportId: string | null;
}

/** A rule as it is kept. */
export interface KeptMessageRule extends RuleInUse {
  readonly exampleReportId: string | null;
  readonly clientName: string | null;
  readonly channelName: string | null;
  readonly createdAt: Date;
  readonly createdByName: string;
  /** null: it is in use. */
  readonly disabledAt: Date | null;
}

interface By {
  readonly at: Date;
  readonly personId: string;
  readonly name: string;
}

const row = z.object({
  messageRuleId: z.string(),
  clientId: z.string().nullable(),
  clientName: z.string().nullable(),
  channelId: z.string().nullable(),
  channelName: z.string().nullable(),
  name: z.string(),
  definition: z.unknown(),
  exampleReportId: z.string().nullable(),
  version: z.int(),
  createdAt: z.date(),
  createdByName: z.string(),
  disabledAt: z.date().nullable(),
});

/**
 * The rules that are seen: in use first, then by name. One whose words are not understood any more is left out: it is asked of nothing.
 * Who sees some clients only sees theirs alone.
 */
export async function listMessageRules(tx: Tx, mspId: string): Promise<KeptMessageRule[]> {
  const rows = z.array(row).parse(
    await tx.$queryRaw`SELECT r.message_rule_id::text AS "messageRuleId", r.client_id::text AS "clientId", c.name AS "clientName",
      r.channel_id::text AS "channelId", a.name AS "channelName", r.name, r.definition,
      r.example_report_id::text AS "exampleReportId", r.version, r.created_at AS "createdAt",
      r.created_by_name AS "createdByName", r.disabled_at AS "disabledAt"
    FROM app.message_rule r
    LEFT JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = r.client_id
    LEFT JOIN app.agent a ON a.msp_id = ${mspId}::uuid AND a.agent_id = r.channel_id
    WHERE r.msp_id = ${mspId}::uuid
    ORDER BY r.disabled_at IS NOT NULL, lower(r.name), r.message_rule_id LIMIT ${MESSAGE_RULES_MAX}`,
  );
  return rows.flatMap((kept) => {
    const definition = ruleDefinition.safeParse(kept.definition).data;
    return definition ? [{ ...kept, definition }] : [];
  });
}

/** Keeps everybody else from changing the MSP's rules for messages until commit. */
export async function lockMessageRules(tx: Tx, mspId: string): Promise<void> {
  await tx.$queryRaw`SELECT count(pg_advisory_xact_lock(76, hashtext(${mspId})))::int AS locked`;
}

export async function insertMessageRule(
  tx: Tx,
  mspId: string,
  messageRuleId: string,
  terms: MessageRuleTerms,
  by: By,
): Promise<void> {
  await tx.messageRule.create({
    data: {
      mspId,
      messageRuleId,
      ...terms,
      kind: terms.definition.kind,
      version: 1,
      createdAt: by.at,
      createdBy: by.personId,
      createdByName: by.name,
    },
  });
}

/** Gives a rule other terms, as `version`. */
export async function updateMessageRule(
  tx: Tx,
  mspId: string,
  { messageRuleId, version }: { messageRuleId: string; version: number },
  terms: MessageRuleTerms,
): Promise<void> {
  await tx.messageRule.update({
    where: { mspId_messageRuleId: { mspId, messageRuleId } },
    data: { ...terms, kind: terms.definition.kind, version },
  });
}

/** Takes a rule out of use (`disabled`) or back into it (null), as `version`. */
export async function setMessageRuleDisabled(
  tx: Tx,
  mspId: string,
  { messageRuleId, version }: { messageRuleId: string; version: number },
  disabled: { at: Date; by: string } | null,
): Promise<void> {
  await tx.messageRule.update({
    where: { mspId_messageRuleId: { mspId, messageRuleId } },
    data: { version, disabledAt: disabled?.at ?? null, disabledBy: disabled?.by ?? null },
  });
}

/** Keeps what rules said of a message that was read. */
export async function saveRuleUses(
  tx: Tx,
  mspId: string,
  { rawReportId, clientId, usedAt }: { rawReportId: string; clientId: string; usedAt: Date },
  uses: readonly RuleUse[],
): Promise<void> {
  await tx.messageRuleUse.createMany({
    data: uses.map(({ messageRuleId, version, name, status, isDecisive }) => ({
      mspId,
      rawReportId,
      messageRuleId,
      clientId,
      version,
      ruleName: name,
      status,
      isDecisive,
      usedAt,
    })),
    skipDuplicates: true,
  });
}

const useRow = z.object({
  messageRuleId: z.string(),
  version: z.int(),
  ruleName: z.string(),
  status: z.enum(['success', 'warning', 'failed']),
  isDecisive: z.boolean(),
});
/** What a rule said of a message, in its version of then. */
export type KeptRuleUse = z.output<typeof useRow>;

/** What rules said of a message that was read, the one that counts first. */
export async function listRuleUses(tx: Tx, mspId: string, rawReportId: string): Promise<KeptRuleUse[]> {
  const rows = await tx.messageRuleUse.findMany({
    where: { mspId, rawReportId },
    select: { messageRuleId: true, version: true, ruleName: true, status: true, isDecisive: true },
    orderBy: [{ isDecisive: 'desc' }, { ruleName: 'asc' }],
    take: MESSAGE_RULES_MAX,
  });
  return z.array(useRow).parse(rows);
}

const countRow = z.object({ messageRuleId: z.string(), count: z.int(), lastAt: z.date() });

/** How many messages each rule has read, and when the newest. */
export async function countRuleUses(
  tx: Tx,
  mspId: string,
): Promise<Map<string, { count: number; lastAt: Date }>> {
  const rows = await tx.$queryRaw`
    SELECT u.message_rule_id::text AS "messageRuleId", count(*)::int AS count, max(u.used_at) AS "lastAt"
    FROM app.message_rule_use u WHERE u.msp_id = ${mspId}::uuid AND u.is_decisive GROUP BY 1`;
  return new Map(
    z
      .array(countRow)
      .parse(rows)
      .map(({ messageRuleId, ...of }) => [messageRuleId, of]),
  );
}
