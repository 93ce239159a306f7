import { z } from 'zod';
import type { Tx } from './database';

const row = z.object({
  personId: z.string(),
  subscribedAt: z.date(),
  lastCheckpointId: z.bigint().transform(Number).nullable(),
  lastMailedAt: z.date().nullable(),
});
/** Somebody who gets the day's note by mail. */
export type NoteSubscription = z.output<typeof row>;

/** Who gets the day's note now. */
export async function listNoteSubscriptions(tx: Tx, mspId: string): Promise<NoteSubscription[]> {
  const rows = await tx.noteSubscription.findMany({
    where: { mspId, endedAt: null },
    select: { personId: true, subscribedAt: true, lastCheckpointId: true, lastMailedAt: true },
    orderBy: { subscribedAt: 'asc' },
    take: 1000,
  });
  return z.array(row).parse(rows);
}

/** Lets somebody have the day's note; false: they have it already. */
export async function beginNoteSubscription(
  tx: Tx,
  mspId: string,
  personId: string,
  { by, at }: { by: string; at: Date },
): Promise<boolean> {
  const count = await tx.$executeRaw`
    INSERT INTO app.note_subscription AS s (msp_id, person_id, subscribed_at, subscribed_by)
    VALUES (${mspId}::uuid, ${personId}::uuid, ${at}, ${by}::uuid)
    ON CONFLICT (msp_id, person_id) DO UPDATE SET subscribed_at = excluded.subscribed_at, subscribed_by = excluded.subscribed_by,
      ended_at = NULL WHERE s.msp_id = excluded.msp_id AND s.ended_at IS NOT NULL`;
  return count > 0;
}

/** Ends it; false: there is none. */
export async function endNoteSubscription(
  tx: Tx,
  mspId: string,
  personId: string,
  at: Date,
): Promise<boolean> {
  const { count } = await tx.noteSubscription.updateMany({
    where: { mspId, personId, endedAt: null },
    data: { endedAt: at },
  });
  return count > 0;
}

/** Notes that somebody was mailed a checkpoint; false: another worker was faster. */
export async function noteMailed(
  tx: Tx,
  mspId: string,
  { personId, lastMailedAt }: NoteSubscription,
  mailed: { readonly checkpointId: number; readonly at: Date },
): Promise<boolean> {
  const { count } = await tx.noteSubscription.updateMany({
    where: { mspId, personId, lastMailedAt, endedAt: null },
    data: { lastCheckpointId: mailed.checkpointId, lastMailedAt: mailed.at },
  });
  return count > 0;
}
