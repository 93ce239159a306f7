import { deliveryAnswer, deliveryHeader, REPORTS_PATH } from '@/contract/delivery';
import type { RawDelivery } from '../services/verify-delivery';

/** `refused`: the server does not accept this agent any more. */
export type PostOutcome = 'kept' | 'refused';

const TIME_LIMIT_MS = 15_000;

/**
 * Says of a check that its script ended well.
 * @throws Error when nobody answered; a check that somebody closed meanwhile is no error
 */
export async function postPing(ingestUrl: string, address: string, said: string): Promise<void> {
  const response = await fetch(new URL(`/ping/${address}`, ingestUrl), {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: said,
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  });
  const text = await response.text();
  if (response.status >= 500) throw new Error(`the ingestion process answered ${response.status}: ${text}`);
}

const UNAUTHORISED: readonly number[] = [401, 403];
const CONFLICT = 409;

/**
 * Sends a delivery to the ingestion process.
 * @throws Error when it did not arrive, or was not answered by name
 */
export async function postReport(ingestUrl: string, delivery: RawDelivery): Promise<PostOutcome> {
  const response = await fetch(new URL(REPORTS_PATH, ingestUrl), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-encoding': delivery.contentEncoding ?? 'identity',
      [deliveryHeader.agentId]: delivery.agentId ?? '',
      [deliveryHeader.sentAt]: delivery.sentAt ?? '',
      [deliveryHeader.epoch]: delivery.epoch ?? '',
      [deliveryHeader.sequence]: delivery.sequence ?? '',
      [deliveryHeader.signature]: delivery.signature ?? '',
    },
    body: new Uint8Array(delivery.body),
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  });
  const text = await response.text();
  if (UNAUTHORISED.includes(response.status)) return 'refused';
  // Sent before, and since then another version of Node compressed it differently.
  if (response.status === CONFLICT) return 'kept';
  if (response.status !== 202) throw new Error(`the ingestion process answered ${response.status}: ${text}`);
  deliveryAnswer.parse(JSON.parse(text));
  return 'kept';
}
