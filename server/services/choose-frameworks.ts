import { z } from 'zod';
import { offeredFrameworks } from '@/domain/frameworks/chosen-frameworks';
import { FRAMEWORKS } from '@/domain/frameworks/clause-evidence';
import { type FrameworkNote, notesOfFramework } from '@/domain/frameworks/policy-notes';
import { withOverrides } from '@/domain/policy/policy-overrides';
import { DEFAULT_POLICY } from '@/domain/protection/policy';
import { appendAuditEvent } from '../data/audit';
import { findChosenFrameworks, saveChosenFrameworks } from '../data/chosen-frameworks';
import { listClientNames } from '../data/clients';
import type { Database, Tx } from '../data/database';
import { policiesOf } from '../data/policies';
import { listPolicies } from '../data/policy-screens';
import type { TenantScope } from '../tenancy/tenant-scope';

export const frameworksForm = z.strictObject({
  frameworks: z
    .array(z.string().refine((name) => FRAMEWORKS.includes(name), 'Choose frameworks of the list.'))
    .max(FRAMEWORKS.length),
});

/** Says by which frameworks the scope's MSP works: they are offered first, and bind nobody by themselves. */
export async function chooseFrameworks(
  database: Database,
  scope: TenantScope,
  personId: string,
  { frameworks }: z.output<typeof frameworksForm>,
  now: Date,
): Promise<void> {
  const { mspId } = scope;
  const { chosen } = offeredFrameworks(frameworks);
  await database.inScope(scope, async (tx) => {
    const former = await findChosenFrameworks(tx, mspId);
    if (former.join('\n') === chosen.join('\n')) return;
    await saveChosenFrameworks(tx, mspId, { frameworks: chosen, by: personId, at: now });
    await appendAuditEvent(tx, {
      action: 'frameworks.chosen',
      target: {},
      details: { from: former, frameworks: chosen },
    });
  });
}

/** Somebody or something that a framework binds, and what its clauses have against what was promised there. */
interface BoundBy {
  readonly id: string;
  readonly name: string;
  readonly notes: readonly FrameworkNote[];
}

/** Whom a framework binds: by what holds for a client as a whole, and by what a policy says itself. */
export interface FrameworkUse {
  readonly framework: string;
  readonly clients: readonly BoundBy[];
  readonly policies: readonly BoundBy[];
}

/** Of every framework, in the order of the table; clients by name, at most 2,000. */
export async function readFrameworkUse(tx: Tx, mspId: string, now: Date): Promise<FrameworkUse[]> {
  const clients = await listClientNames(tx, mspId);
  const policies = await listPolicies(tx, mspId);
  const book = await policiesOf(
    tx,
    mspId,
    { clientIds: clients.map(({ clientId }) => clientId), systemIds: [] },
    now,
  );
  const preset = withOverrides(DEFAULT_POLICY, policies.find(({ isDefault }) => isDefault)?.overrides ?? {});
  return FRAMEWORKS.map((framework) => ({
    framework,
    clients: clients.flatMap(({ clientId, name }) => {
      const { policy } = book.forClient(clientId);
      if (!policy.frameworks.includes(framework)) return [];
      return [{ id: clientId, name, notes: notesOfFramework(framework, policy) }];
    }),
    policies: policies.flatMap(({ policyId, name, overrides }) => {
      if (!overrides.frameworks?.includes(framework)) return [];
      return [{ id: policyId, name, notes: notesOfFramework(framework, withOverrides(preset, overrides)) }];
    }),
  }));
}
