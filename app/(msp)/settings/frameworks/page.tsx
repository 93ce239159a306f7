import type { Metadata } from 'next';
import { FrameworkPanel } from '@/components/frameworks/framework-panel';
import { FrameworksForm } from '@/components/frameworks/frameworks-form';
import { PolicyTabs } from '@/components/policies/policy-tabs';
import { Section } from '@/components/ui/section';
import { may } from '@/domain/access/permissions';
import { offeredFrameworks } from '@/domain/frameworks/chosen-frameworks';
import { FRAMEWORKS } from '@/domain/frameworks/clause-evidence';
import { EVIDENCE_CLAUSES } from '@/domain/frameworks/evidence-clauses';
import { requireSession } from '@/server/auth/require-scope';
import { countOpenConflicts } from '@/server/data/assignment-conflicts';
import { findChosenFrameworks } from '@/server/data/chosen-frameworks';
import { webDatabase } from '@/server/data/web-database';
import { type FrameworkUse, readFrameworkUse } from '@/server/services/choose-frameworks';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

export const metadata: Metadata = { title: 'Frameworks' };

/** By which frameworks the MSP works, what each asks for in our words, and whom it binds. */
export default async function FrameworksPage() {
  const session = await requireSession('view-policies');
  const { scope, role } = session;
  const { frameworks, use, conflictCount } = await webDatabase().inScope(scope, async (tx) => ({
    frameworks: await findChosenFrameworks(tx, scope.mspId),
    conflictCount: await countOpenConflicts(tx, scope.mspId),
    use: await readFrameworkUse(tx, scope.mspId, requestTime()),
  }));
  const { chosen, others } = offeredFrameworks(frameworks);
  const shown = [...chosen, ...others].flatMap(
    (name) => use.find(({ framework }) => framework === name) ?? [],
  );
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Policies', href: '/policies' }, { name: 'Frameworks' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Frameworks</h1>
        <PolicyTabs here="frameworks" conflictCount={conflictCount} />
        <p className="text-13 text-ink-2 mb-4 max-w-[80ch]">
          {chosen.length === 0
            ? 'Nobody said yet by which frameworks you work. '
            : `You work by ${chosen.join(', ')}. `}
          What you choose comes first in evidence packs and evidence rooms, and new policies begin with it.
          Whom a framework binds, the policies say: what you choose here changes none that is there.
        </p>
        {may(role, 'change-policy', scope.clientIds) && (
          <FrameworksForm key={chosen.join()} frameworks={FRAMEWORKS} chosen={chosen} />
        )}
        <Section id="clauses" title="What each asks for">
          {shown.map((one) => (
            <FrameworkPanel
              key={one.framework}
              {...one}
              clauses={EVIDENCE_CLAUSES.filter(({ framework }) => framework === one.framework)}
              isChosen={chosen.includes(one.framework)}
              isOpen={chosen.includes(one.framework) && isBinding(one)}
            />
          ))}
        </Section>
      </main>
    </>
  );
}

const isBinding = ({ clients, policies }: FrameworkUse): boolean => clients.length + policies.length > 0;
