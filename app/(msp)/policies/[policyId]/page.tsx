import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { counted } from '@/components/format/amounts';
import { ConfirmDialog } from '@/components/forms/confirm-dialog';
import { AssignDialog } from '@/components/policies/assign-dialog';
import { AssignmentTable } from '@/components/policies/assignment-table';
import { PolicyEditor } from '@/components/policies/policy-editor';
import { targetsText } from '@/components/policies/policy-table';
import { RenamePolicyDialog } from '@/components/policies/rename-policy-dialog';
import { VersionList } from '@/components/policies/version-list';
import { Moment } from '@/components/ui/moment';
import { Section } from '@/components/ui/section';
import { may } from '@/domain/access/permissions';
import { utcDay } from '@/domain/time/instant';
import { withOverrides } from '@/domain/policy/policy-overrides';
import { POLICY_LEVELS } from '@/domain/policy/resolve-policy';
import { DEFAULT_POLICY } from '@/domain/protection/policy';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp } from '@/server/data/clients';
import { readPolicy, type PolicyScreen } from '@/server/data/policy-screens';
import { webDatabase } from '@/server/data/web-database';
import { policyTitle } from '../../page-subjects';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

interface Props {
  params: Promise<{ policyId: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await policyTitle((await params).policyId) };
}

/** One policy: its fields with where each comes from, a draft with its preview, what it holds for, and its history. */
export default async function PolicyPage({ params }: Props) {
  const session = await requireSession('view-policies');
  const { scope, role } = session;
  const policyId = z.uuid().safeParse((await params).policyId).data;
  if (!policyId) notFound();
  const now = requestTime();
  const screen = await readPolicy(webDatabase(), scope, policyId, now);
  if (!screen) notFound();
  const { timeZone } = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  const mayChange = may(role, 'change-policy', scope.clientIds);
  const view = { screen, timeZone, now: now.getTime(), mayChange };
  const { policy, above, narrower, fleetCount } = screen;
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Policies', href: '/policies' }, { name: policy.name }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <Head view={view} />
        <PolicyEditor
          // A version that was published meanwhile begins a new draft.
          key={policy.version}
          policyId={policy.policyId}
          name={policy.name}
          isDefault={policy.isDefault}
          version={policy.version}
          published={policy.overrides}
          above={above}
          level={widestLevel(screen)}
          narrower={narrower}
          fleetCount={fleetCount}
          mayChange={mayChange}
          today={utcDay(view.now)}
        />
        <Assignments view={view} />
        <History view={view} />
      </main>
    </>
  );
}

interface View {
  readonly screen: PolicyScreen;
  readonly timeZone: string;
  readonly now: number;
  readonly mayChange: boolean;
}

/** Among the dots: 0 the default; what holds for nothing yet is shown as a client's. */
function widestLevel({ policy, assignments }: PolicyScreen): number {
  if (policy.isDefault) return 0;
  const levels = assignments.map(({ level }) => POLICY_LEVELS.indexOf(level));
  return levels.length === 0 ? 1 : Math.min(...levels);
}

function Head({ view: { screen, timeZone, now, mayChange } }: { view: View }) {
  const { policy, clients, sites, tags, fleetCount } = screen;
  const { policyId, name, isDefault, version, publishedAt, publishedBy, overrides, systemCount } = policy;
  return (
    <div className="flex flex-wrap items-start justify-between gap-3">
      <div className="min-w-0">
        <h1>{name}</h1>
        <p className="text-13 text-ink-2">
          Version {version} is in force since{' '}
          <Moment at={publishedAt.getTime()} timeZone={timeZone} now={now} />
          {publishedBy && `, published by ${publishedBy}`}. It sets{' '}
          {counted(Object.keys(overrides).length, 'field')} and holds for{' '}
          {isDefault ? 'everything that no narrower policy says otherwise of' : targetsText(policy)}:{' '}
          {counted(systemCount, 'system')}.
        </p>
      </div>
      {mayChange && (
        <span className="flex flex-wrap gap-2">
          {!isDefault && (
            <AssignDialog
              policyId={policyId}
              name={name}
              fleetCount={fleetCount}
              clients={clients}
              sites={sites}
              tags={tags}
            />
          )}
          <RenamePolicyDialog policyId={policyId} name={name} />
          {!isDefault && screen.assignments.length === 0 && (
            <ConfirmDialog
              title={`Retire ${name}?`}
              description="It can no longer be assigned. Its versions stay in the history and in the audit log."
              label="Retire"
              confirm="Retire it"
              method="DELETE"
              address={`/api/v1/policies/${policyId}`}
              done={`${name} is retired.`}
              next="/policies"
            />
          )}
        </span>
      )}
    </div>
  );
}

function Assignments({ view: { screen, timeZone, now, mayChange } }: { view: View }) {
  if (screen.policy.isDefault) return null;
  return (
    <Section id="assignments" title="What it holds for" aside={targetsText(screen.policy)}>
      {screen.assignments.length === 0 ? (
        <p className="text-13 text-ink-3">
          Nothing yet. Assign it to a client, a site or a tag here, or to a single system on its page.
        </p>
      ) : (
        <AssignmentTable
          assignments={screen.assignments}
          timeZone={timeZone}
          now={now}
          mayChange={mayChange}
        />
      )}
    </Section>
  );
}

function History({ view: { screen, timeZone, now } }: { view: View }) {
  return (
    <Section id="history" title="History" aside={counted(screen.versions.length, 'version')}>
      <VersionList
        versions={screen.versions}
        inherited={withOverrides(DEFAULT_POLICY, screen.above)}
        timeZone={timeZone}
        now={now}
      />
    </Section>
  );
}
