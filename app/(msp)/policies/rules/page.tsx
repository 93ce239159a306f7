import type { Metadata } from 'next';
import { ListSkeleton } from '@/components/backup/skeletons';
import { counted } from '@/components/format/amounts';
import { AssignmentRuleDialog } from '@/components/policies/assignment-rule-dialog';
import { type AssignmentRuleRow, AssignmentRuleTable } from '@/components/policies/assignment-rule-table';
import { ConflictTable } from '@/components/policies/conflict-table';
import { PolicyTabs } from '@/components/policies/policy-tabs';
import { RuleStoryDialog } from '@/components/policies/rule-story-dialog';
import { Empty } from '@/components/ui/empty';
import { Section } from '@/components/ui/section';
import { may } from '@/domain/access/permissions';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { type AssignmentRulesScreen, readAssignmentRules } from '@/server/data/assignment-rule-screens';
import { findMsp } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';
import { SlowPart } from '../../slow-part';

export const metadata: Metadata = { title: 'Rules for new systems' };

/** What newly seen systems get by themselves, and where the rules for that contradict each other. */
export default async function AssignmentRulesPage() {
  const session = await requireSession('view-policies');
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Policies', href: '/policies' }, { name: 'Rules for new systems' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <SlowPart skeleton={<ListSkeleton title="Policies" />}>{rulesContent(session)}</SlowPart>
      </main>
    </>
  );
}

async function rulesContent({ scope, role }: CurrentSession) {
  const screen = await readAssignmentRules(webDatabase(), scope);
  const { timeZone } = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  const mayChange = may(role, 'change-policy', scope.clientIds);
  const view = { screen, timeZone, now: requestTime().getTime(), mayChange };
  const { rules, conflictCount, choices } = screen;
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h1>Policies</h1>
          <p className="text-13 text-ink-2 max-w-[80ch]">
            What a system gets when a report makes it known: tags, a policy, or both. Every rule that it meets
            counts, in no order. {counted(rules.length, 'rule')}
            {conflictCount > 0 && `, ${counted(conflictCount, 'conflict')} to decide`}.
          </p>
        </div>
        {mayChange && rules.length > 0 && <AssignmentRuleDialog rule={null} {...choices} />}
      </div>
      <PolicyTabs here="rules" conflictCount={conflictCount} />
      {conflictCount > 0 && <Conflicts view={view} />}
      <Rules view={view} />
    </>
  );
}

interface View {
  readonly screen: AssignmentRulesScreen;
  readonly timeZone: string;
  readonly now: number;
  readonly mayChange: boolean;
}

function Conflicts({ view: { screen, timeZone, now, mayChange } }: { view: View }) {
  return (
    <Section
      id="conflicts"
      title="Conflicts"
      aside="these systems keep what they have or inherit until somebody decides"
    >
      <ConflictTable conflicts={screen.conflicts} timeZone={timeZone} now={now} mayChange={mayChange} />
    </Section>
  );
}

function Rules({ view }: { view: View }) {
  const { screen, timeZone, now, mayChange } = view;
  const { rules, choices } = screen;
  if (rules.length === 0) return <Beginning view={view} />;
  const { clients, sites, policies } = choices;
  const names = {
    ...Object.fromEntries(clients.map(({ clientId, name }) => [clientId, name])),
    ...Object.fromEntries(sites.map(({ siteId, name }) => [siteId, name])),
    ...Object.fromEntries(policies.map(({ policyId, name }) => [policyId, name])),
  };
  const renderEditor = ({ assignmentRuleId, policy, version, isEnabled, ...said }: AssignmentRuleRow) => (
    <AssignmentRuleDialog
      // One that was changed meanwhile begins anew.
      key={version}
      rule={{
        assignmentRuleId,
        version,
        isEnabled,
        name: said.name,
        conditions: said.conditions,
        tags: said.tags,
        policyId: policy?.policyId ?? null,
      }}
      {...choices}
    />
  );
  const renderStory = ({ assignmentRuleId, name }: AssignmentRuleRow) => (
    <RuleStoryDialog assignmentRuleId={assignmentRuleId} name={name} names={names} timeZone={timeZone} />
  );
  return (
    <Section id="rules" title="Rules">
      <AssignmentRuleTable
        rules={rules}
        names={new Map(Object.entries(names))}
        timeZone={timeZone}
        now={now}
        mayChange={mayChange}
        editorFor={renderEditor}
        storyFor={renderStory}
      />
    </Section>
  );
}

function Beginning({ view: { screen, mayChange } }: { view: View }) {
  return (
    <div className="mt-4 flex flex-col items-start gap-3">
      <Empty title="No rules yet: a new system gets your default, and what its client and site have">
        <p>
          A rule looks at each system that a report makes known: its host name, what it runs on and holds, its
          client, site and tool. Whatever meets it gets the rule’s tags and policy at once, and is judged by
          them from its first verdict on. Where two rules name different policies nothing is assigned: you
          decide. Systems that are there already are touched only after a preview.
        </p>
      </Empty>
      {mayChange && <AssignmentRuleDialog rule={null} {...screen.choices} />}
    </div>
  );
}
