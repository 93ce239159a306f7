import { Prisma } from '@/prisma/generated/prisma/client';

/**
 * Whether the client of a row is in service: what is read by a row's client alone, and not by its systems, asks for it. Few clients have
 * ended, so that a plan finds them once.
 * @param column the row's client_id
 */
export function isServed(mspId: string, column: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`${column} <> ALL (ARRAY(SELECT l.client_id FROM app.client l
    WHERE l.msp_id = ${mspId}::uuid AND l.archived_at IS NOT NULL))`;
}
