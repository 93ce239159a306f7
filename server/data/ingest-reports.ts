import { z } from 'zod';
import type { IngestQuery } from './ingest-store';

/** A delivery whose signature is good, ready to be kept. */
export interface VerifiedDelivery {
  readonly rawReportId: string;
  readonly receivedAt: Date;
  readonly sentAt: Date;
  readonly agentId: string;
  readonly clientId: string | null;
  readonly epoch: string;
  readonly sequence: number;
  readonly contentEncoding: 'identity' | 'gzip';
  readonly body: Buffer;
  readonly bodySha256: Buffer;
  readonly signature: Buffer;
  /** Why it cannot be read; null: it can, or the worker will find out. */
  readonly unreadable: string | null;
}

const storeOutcome = z.enum([
  'stored',
  'quarantined',
  'duplicate',
  'conflict',
  'too-far',
  'too-many-gaps',
  'revoked',
]);
/** What became of one delivery of a batch. */
export type StoreOutcome = z.infer<typeof storeOutcome>;

const STORE = `SELECT outcome FROM app.store_reports($1::uuid, $2::uuid[], $3::timestamptz[], $4::uuid[], $5::uuid[],
  $6::uuid[], $7::bigint[], $8::timestamptz[], $9::text[], $10::bytea[], $11::bytea[], $12::bytea[], $13::text[])
  ORDER BY ordinal`;

/**
 * Keeps deliveries of one MSP, each exactly once, in the running transaction; outcomes in the same order. No two of them
 * may carry the same (agent, epoch, sequence).
 */
export async function storeReports(
  query: IngestQuery,
  mspId: string,
  deliveries: readonly VerifiedDelivery[],
): Promise<StoreOutcome[]> {
  const column = <T>(pick: (delivery: VerifiedDelivery) => T): T[] => deliveries.map(pick);
  const rows = await query(
    STORE,
    [
      mspId,
      column((one) => one.rawReportId),
      column((one) => one.receivedAt.toISOString()),
      column((one) => one.agentId),
      column((one) => one.clientId),
      column((one) => one.epoch),
      column((one) => one.sequence),
      column((one) => one.sentAt.toISOString()),
      column((one) => one.contentEncoding),
      column((one) => one.body),
      column((one) => one.bodySha256),
      column((one) => one.signature),
      column((one) => one.unreadable),
    ],
    'store-reports',
  );
  return z
    .array(z.object({ outcome: storeOutcome }))
    .length(deliveries.length)
    .parse(rows)
    .map(({ outcome }) => outcome);
}

/** Appends to the MSP's audit chain in the running transaction. */
export async function appendIngestAuditEvent(
  query: IngestQuery,
  event: {
    action: string;
    clientId: string | null;
    target: Readonly<Record<string, string>>;
    details: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  await query('SELECT audit.append($1, $2::uuid, $3::jsonb, $4::jsonb)', [
    event.action,
    event.clientId,
    JSON.stringify(event.target),
    JSON.stringify(event.details),
  ]);
}
