import { z } from 'zod';
import { POPULATIONS } from '@/domain/evidence/population';
import type { Tx } from './database';

export const ITEM_KINDS = ['clause', ...POPULATIONS] as const;

const messageRow = z.object({
  messageId: z.string(),
  clientId: z.string(),
  grantId: z.string(),
  itemKind: z.enum(ITEM_KINDS),
  itemKey: z.string(),
  itemName: z.string(),
  side: z.enum(['auditor', 'msp']),
  text: z.string(),
  personId: z.string(),
  personName: z.string(),
  at: z.date(),
});
/** A question or an answer. */
export type EvidenceMessage = z.output<typeof messageRow>;

const MESSAGES_MAX = 1000;

/** What was asked and answered under a grant, oldest first, the newest 1,000; of one client where told. */
export async function listMessages(
  tx: Tx,
  mspId: string,
  grantId: string,
  clientId?: string,
): Promise<EvidenceMessage[]> {
  const rows = await tx.evidenceMessage.findMany({
    where: { mspId, grantId, ...(clientId !== undefined && { clientId }) },
    orderBy: [{ at: 'desc' }, { messageId: 'desc' }],
    take: MESSAGES_MAX,
  });
  return z.array(messageRow).parse(rows).toReversed();
}

/** How many questions of each grant wait for an answer: threads whose last word is the auditor's. */
export async function countWaiting(tx: Tx, mspId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.$queryRaw`
    SELECT l.grant_id::text AS "grantId", count(*)::int AS count FROM (
      SELECT DISTINCT ON (m.grant_id, m.client_id, m.item_kind, m.item_key) m.grant_id, m.side FROM app.evidence_message m
      WHERE m.msp_id = ${mspId}::uuid
      ORDER BY m.grant_id, m.client_id, m.item_kind, m.item_key, m.at DESC, m.message_id DESC) l
    WHERE l.side = 'auditor' GROUP BY l.grant_id`;
  return new Map(
    z
      .array(z.object({ grantId: z.string(), count: z.int() }))
      .parse(rows)
      .map(({ grantId, count }) => [grantId, count]),
  );
}

export async function insertMessage(tx: Tx, mspId: string, message: EvidenceMessage): Promise<void> {
  await tx.evidenceMessage.create({ data: { mspId, ...message }, select: { messageId: true } });
}
