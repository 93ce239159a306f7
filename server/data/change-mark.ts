import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';

const row = z.object({
  recordedAt: z.date().nullable(),
  receivedAt: z.date().nullable(),
  waiting: z.int(),
  due: z.int(),
});

/**
 * A mark that differs once a page would: reports came, are processed or judged, or somebody changed something. Of one client, or
 * of all (null). Four reads along indexes, where the page itself takes dozens. It tells nothing of what merely grows older.
 */
export async function changeMark(tx: Tx, mspId: string, clientId: string | null): Promise<string> {
  const isOf = (column: Prisma.Sql): Prisma.Sql =>
    clientId === null ? Prisma.sql`true` : Prisma.sql`${column} = ${clientId}::uuid`;
  const rows = await tx.$queryRaw`
    SELECT (SELECT e.at FROM audit.event e WHERE e.msp_id = ${mspId}::uuid AND ${isOf(Prisma.sql`e.client_id`)}
        ORDER BY e.at DESC LIMIT 1) AS "recordedAt",
      (SELECT r.received_at FROM app.raw_report r WHERE r.msp_id = ${mspId}::uuid AND ${isOf(Prisma.sql`r.client_id`)}
        ORDER BY r.received_at DESC LIMIT 1) AS "receivedAt",
      (SELECT count(*) FROM app.inbox i WHERE i.msp_id = ${mspId}::uuid AND i.state = 'pending'
        AND ${isOf(Prisma.sql`i.client_id`)})::int AS waiting,
      (SELECT count(*) FROM app.system_status s WHERE s.msp_id = ${mspId}::uuid AND s.dirty_at IS NOT NULL
        AND ${isOf(Prisma.sql`s.client_id`)})::int AS due`;
  const marks = z.tuple([row]).parse(rows)[0];
  return createHash('sha256').update(JSON.stringify(marks)).digest('base64url').slice(0, 16);
}

/** The mark of the client that a system belongs to; empty: there is no such system in the scope. */
export async function changeMarkOfSystem(tx: Tx, mspId: string, systemId: string): Promise<string> {
  const system = await tx.system.findFirst({ where: { mspId, systemId }, select: { clientId: true } });
  return system ? changeMark(tx, mspId, system.clientId) : '';
}
