import type { Metadata } from 'next';
import { ListSkeleton } from '@/components/backup/skeletons';
import { counted } from '@/components/format/amounts';
import { NewPolicyDialog } from '@/components/policies/new-policy-dialog';
import { PolicyTable } from '@/components/policies/policy-table';
import { PolicyTabs } from '@/components/policies/policy-tabs';
import { may } from '@/domain/access/permissions';
import { POLICY_TEMPLATES } from '@/domain/policy/policy-templates';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { countOpenConflicts } from '@/server/data/assignment-conflicts';
import { findChosenFrameworks } from '@/server/data/chosen-frameworks';
import { findMsp } from '@/server/data/clients';
import { listPolicies } from '@/server/data/policy-screens';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../page-top';
import { requestTime } from '../request-time';
import { SlowPart } from '../slow-part';

export const metadata: Metadata = { title: 'Policies' };

/** What the MSP promises, to whom, and in which version. */
export default async function PoliciesPage() {
  const session = await requireSession('view-policies');
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Policies' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <SlowPart skeleton={<ListSkeleton title="Policies" />}>{policiesContent(session)}</SlowPart>
      </main>
    </>
  );
}

async function policiesContent({ scope, role }: CurrentSession) {
  const { msp, policies, conflictCount, frameworks } = await webDatabase().inScope(scope, async (tx) => ({
    msp: await findMsp(tx, scope.mspId),
    policies: await listPolicies(tx, scope.mspId),
    frameworks: await findChosenFrameworks(tx, scope.mspId),
    conflictCount: await countOpenConflicts(tx, scope.mspId),
  }));
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h1>Policies</h1>
          <p className="text-13 text-ink-2 max-w-[80ch]">
            What was promised. Each policy sets some fields over what lies above it: your default, then
            client, site, tag, system. {counted(policies.length, 'policy', 'policies')} in use.
          </p>
        </div>
        {may(role, 'change-policy', scope.clientIds) && (
          <NewPolicyDialog
            frameworks={frameworks}
            templates={[
              ...POLICY_TEMPLATES,
              ...policies.map(({ policyId, name, overrides }) => ({
                key: policyId,
                overrides,
                name: `a copy of ${name}`,
              })),
            ]}
          />
        )}
      </div>
      <PolicyTabs here="policies" conflictCount={conflictCount} />
      <PolicyTable policies={policies} timeZone={msp.timeZone} now={requestTime().getTime()} />
    </>
  );
}
