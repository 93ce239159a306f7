import { createHash } from 'node:crypto';
import type { ReportedVerification } from '@/contract/report';
import type { ProgramOutcome } from '@/agent/tools/run-program';

/** The key of a verification, the same however often it is told: 32 hexadecimal digits. */
export function verificationKey({ startedAt }: ProgramOutcome, repositoryKey: string): string {
  return createHash('sha256')
    .update(`${repositoryKey}\n${startedAt.toISOString()}`)
    .digest('hex')
    .slice(0, 32);
}

/**
 * What a check found that waits for nobody. What a backup writes meanwhile may look like damage: damage counts unless a second
 * reading, which was done to its end, does not find it.
 * @param look checks once
 */
export async function confirmedVerification(
  look: () => Promise<ReportedVerification>,
): Promise<ReportedVerification> {
  const seen = await look();
  if (seen.result !== 'problems') return seen;
  const again = await look();
  return again.result === 'error' ? seen : again;
}
