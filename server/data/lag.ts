import { z } from 'zod';
import { STORED_STATUS_LAG_MAX } from '@/domain/protection/stored-status';
import type { Tx } from './database';

/** How far we ourselves are behind. */
export interface Lag {
  readonly since: Date;
  /** Reports that wait to be processed. */
  readonly waitingReports: number;
}

const row = z.object({ since: z.date().nullable(), waitingReports: z.int() });

/** Since when reports or verdicts of an MSP wait longer than they may; null: they do not. */
export async function findLag(tx: Tx, mspId: string, now: Date): Promise<Lag | null> {
  const limit = new Date(now.getTime() - STORED_STATUS_LAG_MAX);
  const rows = await tx.$queryRaw`
    SELECT least(w.since, d.since, c.since) AS since, w.reports AS "waitingReports"
    FROM (SELECT min(received_at) AS since, count(*)::int AS reports FROM app.inbox
        WHERE msp_id = ${mspId}::uuid AND state = 'pending' AND received_at < ${limit}) w,
      (SELECT min(dirty_at) AS since FROM app.system_status
        WHERE msp_id = ${mspId}::uuid AND dirty_at < ${limit}) d,
      (SELECT min(changes_at) AS since FROM app.system_status
        WHERE msp_id = ${mspId}::uuid AND changes_at < ${limit}) c`;
  const { since, waitingReports } = z.tuple([row]).parse(rows)[0];
  return since && { since, waitingReports };
}
