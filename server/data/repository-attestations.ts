import { askedAttestations, type AskedAttestation } from '@/domain/protection/attestation';
import { DEFAULT_POLICY, type ProtectionPolicy } from '@/domain/protection/policy';
import type { Tx } from './database';
import { policiesOf } from './policies';
import type { ListedRepository } from './repositories';
import type { Dependent } from './repository-dependents';
import { sitesOfSystems } from './system-sites';

/** What the policies of all that rests on a repository ask somebody to sign off about it: the shortest cadence of each. */
export async function askedOfRepository(
  tx: Tx,
  mspId: string,
  { facts, clientId }: ListedRepository,
  dependents: readonly Pick<Dependent, 'systemId'>[],
  now: Date,
): Promise<readonly AskedAttestation[]> {
  const systemIds = [...new Set(dependents.map((one) => one.systemId))];
  if (clientId === null || systemIds.length === 0) return [];
  const book = await policiesOf(tx, mspId, { clientIds: [clientId], systemIds }, now);
  const siteOf = await sitesOfSystems(tx, mspId, systemIds);
  const policies = systemIds.map(
    (systemId) => book.forSystem({ clientId, systemId, siteId: siteOf.get(systemId) ?? null }).policy,
  );
  const shortest = (field: Cadence) => least(policies.map((policy) => policy[field]));
  const asked = {
    ...DEFAULT_POLICY,
    accessAttestationCadenceSeconds: shortest('accessAttestationCadenceSeconds'),
    keyCustodyAttestationCadenceSeconds: shortest('keyCustodyAttestationCadenceSeconds'),
  };
  return askedAttestations(facts, asked, now.getTime());
}

type Cadence = Extract<keyof ProtectionPolicy, `${string}AttestationCadenceSeconds`>;

function least(values: readonly (number | null)[]): number | null {
  const set = values.filter((value) => value !== null);
  return set.length === 0 ? null : Math.min(...set);
}
