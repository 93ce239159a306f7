import { z } from 'zod';

/**
 * How a report travels: `POST /v1/reports` on the ingestion service, the report as JSON (gzip or not), one report a
 * request. The signature covers method, path, `sent_at` and the bytes as sent, so it is checked before anything is
 * inflated; it is made anew for every delivery.
 */
export const REPORTS_PATH = '/v1/reports';
/** Where a machine gets the agent: one file, the version of the server. */
export const AGENT_PATH = '/holdfast-agent.mjs';
export const ENROL_PATH = '/v1/enrol';

export const deliveryHeader = {
  agentId: 'holdfast-agent',
  sentAt: 'holdfast-sent-at',
  signature: 'holdfast-signature',
  epoch: 'holdfast-epoch',
  sequence: 'holdfast-sequence',
} as const;

/** Greatest size of a delivery as sent, in bytes (1 MiB). */
export const DELIVERY_BYTES_MAX = 1024 * 1024;
/** Greatest size of a report after inflation, in bytes (8 MiB), and the greatest inflation ratio. */
export const REPORT_BYTES_MAX = 8 * 1024 * 1024;
export const INFLATION_RATIO_MAX = 100;

/** The parts of a delivery that are signed. `sequence` and `epoch` name the report; `bodySha256` is hex. */
export interface SignedDelivery {
  method: string;
  path: string;
  /** RFC 3339, UTC, to the second or the millisecond, as sent in the header. */
  sentAt: string;
  agentId: string;
  epoch: string;
  sequence: number;
  contentEncoding: string;
  bodySha256: string;
}

/** The exact text that is signed (Ed25519, UTF-8), one part a line; both sides build it with this function. */
export function deliverySigningText(delivery: SignedDelivery): string {
  return [
    'holdfast-delivery-1',
    delivery.method.toUpperCase(),
    delivery.path,
    delivery.sentAt,
    delivery.agentId,
    delivery.epoch,
    String(delivery.sequence),
    delivery.contentEncoding,
    delivery.bodySha256,
  ].join('\n');
}

/**
 * The server's answer to a delivery that it keeps. Only an answer of this shape that names the very report lets an
 * agent delete it from its spool: a captive portal's `200 text/html` must not.
 */
export const deliveryAnswer = z.object({
  outcome: z.enum(['stored', 'duplicate', 'quarantined']),
  epoch: z.uuid(),
  sequence: z.int().min(1),
  body_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Why it was put aside, in a sentence; null unless quarantined. */
  reason: z.string().nullable(),
});
export type DeliveryAnswer = z.infer<typeof deliveryAnswer>;

/** A refused request, RFC 9457. `code` is stable; `detail` says what to do. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string(),
  request_id: z.string().optional(),
});
