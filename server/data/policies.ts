import { v7 } from 'uuid';
import { z } from 'zod';
import { DEFAULT_POLICY, protectionPolicy, type ProtectionPolicy } from '@/domain/protection/policy';
import type { Tx } from './database';

export interface PolicyVersion {
  readonly policyVersionId: string;
  readonly policy: ProtectionPolicy;
}

const row = z.object({ id: z.string(), clientId: z.string().nullable(), policy: protectionPolicy });

/**
 * The policy of each client: its own newest version, else the MSP's default. An MSP without any gets the default it should
 * have been made with.
 */
export async function policiesOf(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
  now: Date,
): Promise<(clientId: string) => PolicyVersion> {
  const rows = z.array(row).parse(
    await tx.$queryRaw`SELECT DISTINCT ON (client_id) policy_version_id::text AS id, client_id::text AS "clientId", policy
    FROM app.policy_version
    WHERE msp_id = ${mspId}::uuid AND (client_id IS NULL OR client_id = ANY (${[...clientIds]}::uuid[]))
    ORDER BY client_id, version DESC`,
  );
  const own = new Map(rows.map((one) => [one.clientId, one]));
  const preset = own.get(null) ?? (await insertDefault(tx, mspId, now));
  return (clientId) => {
    const { id, policy } = own.get(clientId) ?? preset;
    return { policyVersionId: id, policy };
  };
}

async function insertDefault(
  tx: Tx,
  mspId: string,
  now: Date,
): Promise<{ id: string; policy: ProtectionPolicy }> {
  const id = v7();
  await tx.policyVersion.create({
    data: { mspId, policyVersionId: id, clientId: null, version: 1, policy: DEFAULT_POLICY, createdAt: now },
  });
  return { id, policy: DEFAULT_POLICY };
}
