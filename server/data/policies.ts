import { v7 } from 'uuid';
import { z } from 'zod';
import { DEFAULT_POLICY, protectionPolicy, type ProtectionPolicy } from '@/domain/protection/policy';
import type { Tx } from './database';

export interface PolicyVersion {
  readonly policyVersionId: string;
  readonly version: number;
  /** Whether the client has a policy of its own; else it is the MSP's default. */
  readonly isOwn: boolean;
  readonly policy: ProtectionPolicy;
}

const row = z.object({
  id: z.string(),
  clientId: z.string().nullable(),
  version: z.int(),
  policy: protectionPolicy,
});

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
    await tx.$queryRaw`SELECT DISTINCT ON (client_id) policy_version_id::text AS id, client_id::text AS "clientId", version, policy
    FROM app.policy_version
    WHERE msp_id = ${mspId}::uuid AND (client_id IS NULL OR client_id = ANY (${[...clientIds]}::uuid[]))
    ORDER BY client_id, version DESC`,
  );
  const own = new Map(rows.map((one) => [one.clientId, one]));
  const preset = own.get(null) ?? (await insertDefault(tx, mspId, now));
  return (clientId) => {
    const mine = own.get(clientId);
    const { id, version, policy } = mine ?? preset;
    return { policyVersionId: id, version, isOwn: mine !== undefined, policy };
  };
}

async function insertDefault(
  tx: Tx,
  mspId: string,
  now: Date,
): Promise<{ id: string; version: number; policy: ProtectionPolicy }> {
  const [id, policy] = [v7(), DEFAULT_POLICY];
  const nobody = { clientId: null, createdBy: null };
  await insertPolicyVersion(tx, mspId, {
    policyVersionId: id,
    version: 1,
    policy,
    createdAt: now,
    ...nobody,
  });
  return { id, version: 1, policy };
}

/** A version of a policy, as it is published. */
export interface NewPolicyVersion extends Omit<PolicyVersion, 'isOwn'> {
  /** null: the MSP's default. */
  readonly clientId: string | null;
  readonly createdAt: Date;
  /** null: nobody; it is what an MSP starts with. */
  readonly createdBy: string | null;
}

export async function insertPolicyVersion(tx: Tx, mspId: string, version: NewPolicyVersion): Promise<void> {
  await tx.policyVersion.create({ data: { mspId, ...version } });
}
