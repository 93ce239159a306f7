import { clsx } from 'clsx';
import type { Metadata } from 'next';
import { Link } from '@/components/ui/link';
import { notFound, redirect } from 'next/navigation';
import { z } from 'zod';
import { SystemNames } from '@/components/backup/system-names';
import { RestoreTestTable, VerificationTable } from '@/components/backup/check-tables';
import { DataSetMerges } from '@/components/backup/data-set-merges';
import { DayKeys } from '@/components/backup/day-keys';
import { DeclarationList } from '@/components/backup/declaration-list';
import { DigitTiles } from '@/components/backup/digits';
import { FindingList, findingSummary, isGap } from '@/components/backup/finding-list';
import { JobList } from '@/components/backup/job-list';
import { RestoreRequestLine } from '@/components/backup/restore-request-line';
import { PointTable } from '@/components/backup/point-table';
import { RunTable } from '@/components/backup/run-table';
import { SystemSkeleton } from '@/components/backup/skeletons';
import { StatusMark, StatusShape } from '@/components/backup/status-mark';
import { ThreeTwoOne } from '@/components/backup/three-two-one';
import { VerdictBanner } from '@/components/backup/verdict-banner';
import { WhyPanel } from '@/components/backup/why-panel';
import { counted, countText } from '@/components/format/amounts';
import { wordsIn } from '@/components/format/words';
import { DrillDialog } from '@/components/forms/drill-dialog';
import { DeclareDialog } from '@/components/forms/declare-dialog';
import { MergeDataSetDialog } from '@/components/forms/merge-data-set-dialog';
import { MergeDialog } from '@/components/forms/merge-dialog';
import { RestoreTestDialog } from '@/components/forms/restore-test-dialog';
import { JobScheduleLine } from '@/components/policies/job-schedule-line';
import { PromisedFields } from '@/components/policies/promised-fields';
import { SystemPolicyDialog } from '@/components/policies/system-policy-dialog';
import { SystemRulesNote } from '@/components/policies/system-rules-note';
import { SystemTags } from '@/components/policies/system-tags';
import { DrillSteps } from '@/components/restore-tests/drill-steps';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { Empty } from '@/components/ui/empty';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { durationText, type Words } from '@/domain/protection/sentence';
import type { OpenFinding } from '@/domain/protection/verdict';
import { utcDay } from '@/domain/time/instant';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { listCoverageFindings } from '@/server/data/coverage-findings';
import { openCauseIds } from '@/server/data/cause-detail';
import { changeMarkOfSystem } from '@/server/data/change-mark';
import type { ListedSystem } from '@/server/data/client-systems';
import { hasMergeTargets } from '@/server/data/merge-targets';
import { findMergedInto } from '@/server/data/system-names';
import { isOneOf, readSystem, type JudgedDataSet, type SystemDetail } from '@/server/data/system-detail';
import { webDatabase } from '@/server/data/web-database';
import { canDrill } from '@/server/services/request-drill';
import { takesRequests } from '@/server/services/request-restore-test';
import { shownDrill } from '../../shown-drill';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';
import { SlowPart } from '../../slow-part';
import { idIn, isOpenIn } from '../../system-address';
import { clientOfPage, systemOfPage, systemTitle } from '../../page-subjects';

interface Props {
  params: Promise<{ systemId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await systemTitle((await params).systemId) };
}

interface View {
  readonly detail: SystemDetail;
  readonly now: number;
  readonly words: Words;
  readonly isWhyOpen: boolean;
  readonly mayDeclare: boolean;
  readonly mayAskForTests: boolean;
  readonly mayChangePolicy: boolean;
  readonly seesPolicies: boolean;
  readonly maySort: boolean;
  /** There is something to merge it into. */
  readonly mayMerge: boolean;
  /** What its client's inventory shows of it. */
  readonly coverage: readonly OpenFinding[];
  /** The open causes of its findings, by their key. */
  readonly causes: ReadonlyMap<string, string>;
}

/** How one system stands, why, and what it rests on. */
export default async function SystemPage({ params, searchParams }: Props) {
  const session = await requireSession('view-fleet');
  const systemId = z.uuid().safeParse((await params).systemId).data;
  const given = await searchParams;
  const now = requestTime();
  if (!systemId) notFound();
  const { scope } = session;
  const [mark, intoId] = await webDatabase().inScope(scope, async (tx) => [
    await changeMarkOfSystem(tx, scope.mspId, systemId),
    await findMergedInto(tx, scope.mspId, systemId),
  ]);
  if (intoId) redirect(`/systems/${intoId}`);
  const system = await systemOfPage(systemId);
  const client = system && (await clientOfPage(system.clientId));
  if (!client) notFound();
  return (
    <>
      <PageTop
        session={session}
        clientId={client.clientId}
        crumbs={[{ name: client.name, href: `/clients/${client.clientId}` }, { name: system.name }]}
      />
      <LiveRefresh clientId={client.clientId} mark={mark} at={now.getTime()} timeZone={client.timeZone} />
      <main id="content">
        <SlowPart skeleton={<SystemSkeleton name={system.name} timeZone={client.timeZone} />}>
          {systemContent(session, system, given, now)}
        </SlowPart>
      </main>
    </>
  );
}

async function systemContent(
  { scope, role }: CurrentSession,
  system: ListedSystem,
  given: Awaited<Props['searchParams']>,
  now: Date,
) {
  const detail = await readSystem(webDatabase(), scope, system.systemId, idIn(given, 'set'), now);
  if (!detail) notFound();
  const { client, chosen } = detail;
  const maySort = may(role, 'sort-inbox', scope.clientIds);
  const coverage = await webDatabase().inScope(scope, (tx) =>
    listCoverageFindings(tx, scope.mspId, system.systemId),
  );
  const view: View = {
    detail,
    now: now.getTime(),
    words: wordsIn(client.timeZone, now.getTime()),
    isWhyOpen: isOpenIn(given, 'why') && chosen !== null,
    mayDeclare: may(role, 'declare'),
    mayAskForTests: may(role, 'request-restore-test', scope.clientIds),
    mayChangePolicy: may(role, 'change-policy', scope.clientIds),
    seesPolicies: may(role, 'view-policies', scope.clientIds),
    maySort,
    coverage,
    causes: await webDatabase().inScope(scope, (tx) =>
      openCauseIds(
        tx,
        scope.mspId,
        client.clientId,
        [...(chosen?.verdict.findings ?? []), ...coverage].map(({ causeKey }) => causeKey),
      ),
    ),
    mayMerge:
      maySort && (await webDatabase().inScope(scope, (tx) => hasMergeTargets(tx, scope.mspId, system))),
  };
  return (
    <DayKeys className={view.isWhyOpen ? WITH_WHY : undefined}>
      <div className="min-w-0 px-4 pt-5 lg:px-6 xl:[grid-area:answer]">
        <Head view={view} />
        {chosen ? <Answer view={view} chosen={chosen} /> : <NeverHeard view={view} />}
      </div>
      {view.isWhyOpen && chosen && <Why view={view} chosen={chosen} />}
      {chosen && <Grounds view={view} chosen={chosen} />}
    </DayKeys>
  );
}

/** The explanation stands beside everything on wide screens, and right below the answer on narrow ones. */
const WITH_WHY =
  "xl:grid xl:grid-cols-[minmax(0,1fr)_392px] xl:grid-rows-[auto_1fr] xl:[grid-template-areas:'answer_why''grounds_why']";

/** Where the page leads with another data set, or with the explanation open or closed. */
function hrefOf({ detail, isWhyOpen }: View, changed: { dataSetId?: string; isWhyOpen?: boolean }): string {
  const query = new URLSearchParams();
  const dataSetId = changed.dataSetId ?? detail.chosen?.dataSetId;
  if (dataSetId && dataSetId !== detail.dataSets[0]?.dataSetId) query.set('set', dataSetId);
  if (changed.isWhyOpen ?? isWhyOpen) query.set('why', 'open');
  return `/systems/${detail.system.systemId}${query.size > 0 ? `?${query}` : ''}`;
}

function Head({ view: { detail, mayDeclare, maySort, mayMerge, now } }: { view: View }) {
  const { system, client, chosen, dataSets, sites, names } = detail;
  const repositories = new Map(
    dataSets.flatMap((one) => one.facts.repositories.map((repository) => [repository.id, repository.name])),
  );
  const siteName = chosen?.verdict.production.siteName;
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div>
        <h1>{system.name}</h1>
        <p className="text-13 text-ink-3">
          {KIND[system.kind]} · {siteName ?? 'place unknown'} · all times {client.timeZone}
        </p>
        <SystemNames names={names} timeZone={client.timeZone} now={now} maySplit={maySort} />
      </div>
      <div className="flex gap-1">
        {mayMerge && <MergeDialog system={{ ...system, clientName: client.name }} />}
        {mayDeclare && (
          <DeclareDialog
            clientId={client.clientId}
            timeZone={client.timeZone}
            sites={sites.map(({ siteId, name, ownerKind }) => ({ siteId, name, ownerKind }))}
            subjects={[
              ...[...repositories].map(([id, name]) => ({ kind: 'repository' as const, id, name })),
              { kind: 'system', id: system.systemId, name: system.name },
            ]}
          />
        )}
      </div>
    </div>
  );
}

const KIND = {
  server: 'Server',
  workstation: 'Workstation',
  vm: 'Virtual machine',
  database: 'Database host',
  nas: 'NAS',
  saas: 'Cloud service',
} as const;

function NeverHeard({ view: { detail, mayChangePolicy } }: { view: View }) {
  return (
    <div className="mt-4">
      <p className="mb-3">
        <StatusMark status={detail.status} isBadge />
      </p>
      <Empty title="Nothing was ever reported that could be restored.">
        <p>
          A verdict needs at least one recovery point or run of this system. On the machine that backs it up,
          let the agent read its repository: <code>node holdfast-agent.mjs report</code>.
        </p>
      </Empty>
      <div className="mt-3">
        <SystemRulesNote rules={detail.rules} mayChange={mayChangePolicy} />
      </div>
    </div>
  );
}

/** The verdict in words, digits and picture. */
function Answer({ view, chosen }: { view: View; chosen: JudgedDataSet }) {
  const { detail, now, words, mayDeclare, maySort } = view;
  const { system, status } = detail;
  const { verdict, facts } = chosen;
  const isWorst = chosen === detail.dataSets[0];
  return (
    <>
      {detail.dataSets.length > 1 && <DataSetTabs view={view} chosen={chosen} />}
      <div className="flex flex-wrap items-start justify-between gap-x-4">
        <DataSetMerges
          merges={detail.merges.filter(
            (one) => isOneOf(chosen, one.dataSetId) || isOneOf(chosen, one.intoDataSetId),
          )}
          timeZone={detail.client.timeZone}
          now={now}
          maySplit={maySort}
        />
        {maySort && <MergeDataSetDialog dataSet={chosen} targets={detail.dataSets} />}
      </div>
      <VerdictBanner
        status={isWorst ? status : verdict.status}
        since={system.since.getTime()}
        verdict={verdict}
        words={words}
        whyHref={hrefOf(view, { isWhyOpen: !view.isWhyOpen })}
      />
      {system.laggingSince && (
        <p className="bg-risk-bg text-risk text-13 mb-3 rounded-md px-3 py-2 font-medium">
          Holdfast is behind by {durationText(now - system.laggingSince.getTime())}: this is what was known
          then.
        </p>
      )}
      <DigitTiles verdict={verdict} />
      <Section id="picture" title="3-2-1 picture" aside={<PictureLegend />}>
        <ThreeTwoOne facts={facts} verdict={verdict} words={words} mayDeclare={mayDeclare} />
      </Section>
    </>
  );
}

/** What the verdict rests on. */
function Grounds({ view, chosen }: { view: View; chosen: JudgedDataSet }) {
  const { detail, now, words, mayChangePolicy } = view;
  const { system, client } = detail;
  const findings = [...view.coverage, ...chosen.verdict.findings];
  return (
    <div className="min-w-0 px-4 pb-8 lg:px-6 xl:[grid-area:grounds]">
      <Section
        id="jobs"
        title="Jobs"
        aside={
          <span className="flex flex-wrap gap-x-3">
            <span>30 days to today</span>
            <TextLink href={`/systems/${system.systemId}/history`}>History of 13 months</TextLink>
          </span>
        }
      >
        {detail.jobs.length === 0 ? (
          <Empty title="No job was reported.">
            Recovery points were found by listing the repository. Start backups through the agent to see how
            they end: <code>node holdfast-agent.mjs run --job nightly -- restic --json backup …</code>
          </Empty>
        ) : (
          <JobList
            jobs={detail.jobs.map((job) => {
              const schedule = detail.schedules.find((one) => one.jobId === job.jobId);
              return {
                ...job,
                runs: detail.dayRuns.filter((run) => run.jobId === job.jobId),
                plan: schedule?.plan ?? null,
                schedule: schedule && (
                  <JobScheduleLine
                    jobName={job.name}
                    schedule={schedule}
                    now={now}
                    mayChange={mayChangePolicy}
                  />
                ),
              };
            })}
            systemId={system.systemId}
            timeZone={client.timeZone}
            dayStartHour={client.dayStartHour}
            now={now}
          />
        )}
      </Section>
      <Runs view={view} />
      <Section
        id="findings"
        title="Open findings"
        aside={findings.length > 0 ? findingSummary(findings) : undefined}
      >
        {!findings.some(isGap) && (
          <p className="text-13 text-ink-3 mb-2">
            None: policy and reality agree.
            {findings.length > 0 && ' What the policy does not ask for is noted:'}
          </p>
        )}
        {findings.length > 0 && (
          <FindingList
            findings={findings}
            now={now}
            words={words}
            causeHrefOf={({ causeKey }) => {
              const causeId = view.causes.get(causeKey);
              return causeId === undefined ? null : `/findings?cause=${causeId}`;
            }}
          />
        )}
      </Section>
      <Points view={view} chosen={chosen} />
      <Checks view={view} />
      <Policy view={view} chosen={chosen} />
      <Declarations view={view} />
    </div>
  );
}

function DataSetTabs({ view, chosen }: { view: View; chosen: JudgedDataSet }) {
  return (
    <nav aria-label="Data sets" className="border-line mt-3 flex flex-wrap gap-x-5 border-b">
      {view.detail.dataSets.map((dataSet) => {
        const isHere = dataSet.dataSetId === chosen.dataSetId;
        return (
          <Link
            key={dataSet.dataSetId}
            href={hrefOf(view, { dataSetId: dataSet.dataSetId })}
            scroll={false}
            aria-current={isHere ? 'true' : undefined}
            className={clsx(
              'text-13 -mb-px inline-flex max-w-full items-center gap-1.5 border-b-2 py-2 font-medium',
              isHere ? 'border-accent text-ink' : 'text-ink-2 hover:text-ink border-transparent',
            )}
          >
            <StatusShape status={dataSet.verdict.status} />
            <span className="truncate">{dataSet.name}</span>
          </Link>
        );
      })}
    </nav>
  );
}

function PictureLegend() {
  return <span className="text-xs">solid: counts · dashed: does not count · double: nobody saw it end</span>;
}

function Runs({ view: { detail, now } }: { view: View }) {
  const { system, client, runs, runCount } = detail;
  const all = runCount > runs.length && (
    <TextLink href={`/systems/${system.systemId}/runs`}>
      All {runCount >= 10_000 ? 'runs' : counted(runCount, 'run')}
    </TextLink>
  );
  return (
    <Section id="runs" title="Recent runs" aside={all || undefined}>
      {runs.length === 0 ? (
        <p className="text-13 text-ink-3">No run was reported.</p>
      ) : (
        <RunTable runs={runs} timeZone={client.timeZone} now={now} />
      )}
    </Section>
  );
}

function Points({ view: { detail, now, words }, chosen }: { view: View; chosen: JudgedDataSet }) {
  const { system, client, points, pointCount } = detail;
  const all = pointCount > points.length && (
    <TextLink href={`/systems/${system.systemId}/points?set=${chosen.dataSetId}`}>
      All {countText(pointCount)} points
    </TextLink>
  );
  return (
    <Section id="points" title="Recovery points" aside={all || undefined}>
      {points.length === 0 ? (
        <p className="text-13 text-ink-3">None: there is nothing that could be restored.</p>
      ) : (
        <PointTable points={points} timeZone={client.timeZone} now={now} words={words} />
      )}
    </Section>
  );
}

function Checks({ view }: { view: View }) {
  const { detail, now, mayAskForTests } = view;
  const { client, restoreTests, restoreCopies, restoreRequest, verifications, chosen } = detail;
  const cadenceDays = chosen ? Math.round(chosen.policy.policy.restoreTestCadenceSeconds / 86_400) : null;
  return (
    <>
      <Section
        id="restore-tests"
        title="Restore tests"
        aside={
          chosen && (
            <span className="inline-flex flex-wrap items-center gap-x-2">
              {cadenceDays !== null && `due every ${cadenceDays} days`}
              {mayAskForTests && restoreCopies.length > 0 && (
                <RestoreTestDialog
                  dataSetName={chosen.facts.dataSet.name}
                  copies={restoreCopies.map((copy) => ({
                    dataSetId: copy.dataSetId,
                    repositoryId: copy.repositoryId,
                    repositoryName: copy.repositoryName,
                    tool: copy.tool,
                    hostname: copy.hostname,
                    takesRequests: takesRequests(copy, now),
                  }))}
                />
              )}
            </span>
          )
        }
      >
        {restoreRequest && (
          <RestoreRequestLine
            request={{
              ...restoreRequest,
              askedAt: restoreRequest.askedAt.getTime(),
              expiresAt: restoreRequest.expiresAt.getTime(),
              fetchedAt: restoreRequest.fetchedAt?.getTime() ?? null,
              endedAt: restoreRequest.endedAt?.getTime() ?? null,
            }}
            timeZone={client.timeZone}
            now={now}
          />
        )}
        {restoreTests.length === 0 ? (
          <p className="text-13 text-ink-3">
            Never tested: backups run, but nothing was ever brought back to prove it.
          </p>
        ) : (
          <RestoreTestTable tests={restoreTests} timeZone={client.timeZone} now={now} />
        )}
      </Section>
      <Drills view={view} />
      <Section id="checks" title="Checks that are not restore tests">
        {verifications.length === 0 ? (
          <p className="text-13 text-ink-3">No repository was ever checked.</p>
        ) : (
          <VerificationTable verifications={verifications} timeZone={client.timeZone} now={now} />
        )}
      </Section>
    </>
  );
}

/** Whether damage would be noticed, and whether anybody would hear of it. */
function Drills({ view: { detail, now, mayAskForTests } }: { view: View }) {
  const { client, chosen, restoreCopies, drills } = detail;
  const copies = restoreCopies.filter(canDrill);
  if (!chosen || (copies.length === 0 && drills.length === 0)) return null;
  return (
    <Section
      id="drills"
      title="Drills of the alarm"
      aside={
        mayAskForTests && (
          <DrillDialog
            dataSetName={chosen.facts.dataSet.name}
            copies={copies
              .filter((copy) => takesRequests(copy, now))
              .map(({ dataSetId, repositoryId, repositoryName, hostname }) => ({
                dataSetId,
                repositoryId,
                repositoryName,
                hostname,
              }))}
          />
        )
      }
    >
      {drills.length === 0 ? (
        <p className="text-13 text-ink-3">
          None yet: nobody has tried whether damage would be noticed and whether the alarm of it reaches
          people.
        </p>
      ) : (
        drills.map((drill) => (
          <DrillSteps
            key={drill.requestId}
            drill={shownDrill(drill, now)}
            timeZone={client.timeZone}
            now={now}
            mayConfirm={mayAskForTests}
          />
        ))
      )}
    </Section>
  );
}

function Policy({
  view: { detail, mayChangePolicy, seesPolicies, now },
  chosen,
}: {
  view: View;
  chosen: JudgedDataSet;
}) {
  const { system, tags, policies, ownAssignment, rules } = detail;
  const aside = (
    <span className="inline-flex flex-wrap items-center gap-2">
      <SystemTags
        systemId={system.systemId}
        systemName={system.name}
        tags={tags}
        mayChange={mayChangePolicy}
      />
      {mayChangePolicy && (
        <SystemPolicyDialog
          systemId={system.systemId}
          systemName={system.name}
          policies={policies}
          assigned={ownAssignment}
        />
      )}
    </span>
  );
  return (
    <Section id="policy" title="Policy" aside={aside}>
      <SystemRulesNote rules={rules} mayChange={mayChangePolicy} />
      <PromisedFields promised={chosen.policy} seesPolicies={seesPolicies} today={utcDay(now)} />
    </Section>
  );
}

function Declarations({ view: { detail, now, mayDeclare } }: { view: View }) {
  const { client, declarations, sites } = detail;
  return (
    <Section id="declarations" title="Declared by people" aside="what no tool reports, and who said so">
      {declarations.length === 0 ? (
        <p className="text-13 text-ink-3">
          Nothing. Places, media and locks that no tool reports count only once somebody declares them.
        </p>
      ) : (
        <DeclarationList
          declarations={declarations}
          siteNames={new Map(sites.map((site) => [site.siteId, site.name]))}
          timeZone={client.timeZone}
          now={now}
          mayDeclare={mayDeclare}
        />
      )}
    </Section>
  );
}

function Why({ view, chosen }: { view: View; chosen: JudgedDataSet }) {
  const { detail, words } = view;
  const { policy, version, layers } = chosen.policy;
  return (
    <WhyPanel
      systemName={detail.system.name}
      status={chosen === detail.dataSets[0] ? detail.status : chosen.verdict.status}
      facts={chosen.facts}
      verdict={chosen.verdict}
      policy={{ name: policy.name, version, layers }}
      words={words}
      closeHref={hrefOf(view, { isWhyOpen: false })}
      factsHref={`/api/v1/systems/${detail.system.systemId}/facts`}
    />
  );
}
