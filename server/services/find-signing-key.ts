import { createHash, createPublicKey, verify } from 'node:crypto';
import { deliverySigningText, REPORTS_PATH } from '@/contract/delivery';
import type { AgentPublicKey, RawReport } from '../data/raw-reports';

/**
 * The key that signed a report, checked now over the bytes as they are kept: newest first among those that its agent ever had.
 * null: none of them did.
 */
export function findSigningKey(
  report: Pick<RawReport, 'agentId' | 'epoch' | 'sequence' | 'sentAt' | 'contentEncoding' | 'signature'>,
  body: Uint8Array,
  keys: readonly AgentPublicKey[],
): AgentPublicKey | null {
  const bodySha256 = createHash('sha256').update(body).digest('hex');
  const signature = Buffer.from(report.signature, 'base64');
  const texts = spellingsOf(report.sentAt).map((sentAt) =>
    Buffer.from(deliverySigningText({ ...report, method: 'POST', path: REPORTS_PATH, sentAt, bodySha256 })),
  );
  const isSignedWith = ({ publicKey }: AgentPublicKey): boolean => {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return texts.some((text) => verify(null, text, key, signature));
  };
  return keys.toSorted((a, b) => b.usedFrom.getTime() - a.usedFrom.getTime()).find(isSignedWith) ?? null;
}

/** How the time may have been written in the header: it is taken to the millisecond or to the second. */
function spellingsOf(sentAt: Date): string[] {
  const text = sentAt.toISOString();
  return text.endsWith('.000Z') ? [text, text.replace('.000Z', 'Z')] : [text];
}
