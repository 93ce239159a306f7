import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { AgentTable } from '@/components/backup/agent-table';
import { ChangeList } from '@/components/backup/change-list';
import { RestoreTestTable } from '@/components/backup/check-tables';
import { ComplianceTrend } from '@/components/backup/compliance-trend';
import { DayBar, DayLegend } from '@/components/backup/day-bar';
import { DayKeys } from '@/components/backup/day-keys';
import { DeclarationList } from '@/components/backup/declaration-list';
import { DocumentTable } from '@/components/documents/document-table';
import { MakeDocumentDialog } from '@/components/documents/make-document-dialog';
import { RefreshWhileMaking } from '@/components/documents/refresh-while-making';
import { PromisedFields } from '@/components/policies/promised-fields';
import { RepositoryTable } from '@/components/backup/repository-table';
import { ClientSkeleton } from '@/components/backup/skeletons';
import { StatusMark, StatusShape } from '@/components/backup/status-mark';
import { SystemTable } from '@/components/backup/system-table';
import { counted, countText } from '@/components/format/amounts';
import { dateText } from '@/components/format/words';
import { ConnectDialog } from '@/components/forms/connect-dialog';
import { DeclareDialog } from '@/components/forms/declare-dialog';
import { InviteDialog } from '@/components/forms/invite-dialog';
import { ReasonDialog } from '@/components/forms/reason-dialog';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { buttonClass } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import { CsvLink } from '@/components/ui/csv-link';
import { Empty } from '@/components/ui/empty';
import { FilterField } from '@/components/ui/filter-field';
import { Link } from '@/components/ui/link';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { isLimitable, isOfClients, may, type Role, ROLES } from '@/domain/access/permissions';
import { utcDay } from '@/domain/time/instant';
import { STATUSES } from '@/domain/protection/verdict';
import type { ZonedDay } from '@/domain/time/zoned-day';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { changeMark } from '@/server/data/change-mark';
import { readClient, type ClientDetail } from '@/server/data/client-detail';
import type { Client } from '@/server/data/clients';
import { type ListedDocument, listDocuments } from '@/server/data/documents';
import { withKeep } from '@/server/data/evidence-keep';
import { webDatabase } from '@/server/data/web-database';
import { clientOfPage, clientTitle, endedClientOfPage } from '../../page-subjects';
import { connectHref } from '../../connect/connect-address';
import { PageTop } from '../../page-top';
import { documentChoices } from '../../reports/document-choices';
import { requestTime } from '../../request-time';
import { SlowPart } from '../../slow-part';
import { dayIn, textIn } from '../../system-address';
import { EndedClientPage } from './ended-client';

const DOCUMENTS_SHOWN = 5;

interface Props {
  params: Promise<{ clientId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await clientTitle((await params).clientId) };
}

type Trend = 'quarter' | 'year';

interface View {
  readonly detail: ClientDetail;
  readonly role: Role;
  readonly search: string;
  readonly day: ZonedDay | null;
  readonly trend: Trend;
  readonly now: number;
}

/** A client: its systems by the rule's digits, where its backups lie, what was promised, who reports. */
export default async function ClientPage({ params, searchParams }: Props) {
  const session = await requireSession('view-fleet');
  const clientId = z.uuid().safeParse((await params).clientId).data;
  const given = await searchParams;
  const search = textIn(given, 'q');
  const now = requestTime();
  const client = clientId ? await clientOfPage(clientId) : null;
  if (!client) {
    const ended = clientId ? await endedClientOfPage(clientId) : null;
    if (!ended) notFound();
    return <EndedClientPage session={session} ended={ended} />;
  }
  const { scope } = session;
  const mark = await webDatabase().inScope(scope, (tx) => changeMark(tx, scope.mspId, client.clientId));
  return (
    <>
      <PageTop session={session} clientId={client.clientId} crumbs={[]} />
      <LiveRefresh clientId={client.clientId} mark={mark} at={now.getTime()} timeZone={client.timeZone} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <SlowPart skeleton={<ClientSkeleton name={client.name} timeZone={client.timeZone} />}>
          {clientContent(session, client, {
            search,
            day: dayIn(given, client, now.getTime()),
            trend: given['trend'] === 'year' ? 'year' : 'quarter',
            now,
          })}
        </SlowPart>
      </main>
    </>
  );
}

async function clientContent(
  { scope, role }: CurrentSession,
  { clientId }: Client,
  { search, day, trend, now }: Omit<View, 'detail' | 'role' | 'now'> & { now: Date },
) {
  const detail = await readClient(webDatabase(), scope, clientId, { search, day, trend }, now);
  if (!detail) notFound();
  const { listed, choices } = await webDatabase().inScope(scope, async (tx) => ({
    listed: await listDocuments(
      tx,
      scope.mspId,
      { search: '', clientId, kind: null, page: 1 },
      DOCUMENTS_SHOWN,
    ),
    choices: await documentChoices(tx, scope.mspId, clientId, now),
  }));
  const documents = await withKeep(webDatabase(), scope, listed.documents, now);
  const view: View = { detail, role, search, day, trend, now: now.getTime() };
  return (
    <DayKeys>
      <Head view={view} />
      <Systems view={view} />
      <Trends view={view} />
      <Changes view={view} />
      <Repositories view={view} />
      <Section id="policy" title="Policy" aside="some of its systems may have more of their own">
        <PromisedFields
          promised={detail.policy}
          seesPolicies={may(role, 'view-policies', scope.clientIds)}
          today={utcDay(view.now)}
        />
      </Section>
      <Tests view={view} />
      <Documents view={view} documents={{ ...listed, documents }} choices={choices} />
      <Agents view={view} />
      <Declarations view={view} />
      {may(role, 'end-client', scope.clientIds) && <Leaving client={detail.client} />}
    </DayKeys>
  );
}

function Head({ view: { detail, role } }: { view: View }) {
  const { client, status, counts, days, coverage } = detail;
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1>{client.name}</h1>
        <p className="text-13 mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
          {status ? (
            <StatusMark status={status} isBadge />
          ) : (
            <span className="text-ink-3">No systems yet</span>
          )}
          {STATUSES.filter((one) => counts[one] > 0).map((one) => (
            <span key={one} className="text-ink-2 inline-flex items-center gap-1 tabular-nums">
              <StatusShape status={one} size={9} /> {counts[one]}
            </span>
          ))}
          <TextLink href={`/coverage?client=${client.clientId}`} className="tabular-nums">
            {coverage
              ? `${countText(coverage.backedUp)} of ${countText(coverage.inventory)} in the inventory backed up`
              : 'No inventory yet'}
          </TextLink>
          <span className="text-ink-3">all times {client.timeZone}</span>
        </p>
      </div>
      <div className="flex flex-col items-end gap-2 max-md:w-full max-md:items-stretch">
        <div className="flex flex-wrap gap-1.5">
          {may(role, 'manage-people') && (
            <InviteDialog
              label="Invite a leader"
              roles={ROLES.filter(isOfClients)}
              limitableRoles={ROLES.filter(isLimitable)}
              limitedRoles={ROLES.filter(isOfClients)}
              clients={[client]}
              initial={{ role: 'leader', clientIds: [client.clientId] }}
            />
          )}
          {may(role, 'declare') && <Declare detail={detail} />}
          {may(role, 'manage-channels') && (
            <Link href={connectHref({ clientId: client.clientId })} className={buttonClass()}>
              Connect a backup
            </Link>
          )}
          {may(role, 'mint-enrolment-token') && (
            <ConnectDialog clients={[client]} kind={status ? 'plain' : 'primary'} />
          )}
        </div>
        {status && (
          <DayBar
            name={client.name}
            days={days.map(({ date, status: state }) => ({
              date,
              state,
              href: `/clients/${client.clientId}?day=${date}#changes`,
            }))}
          />
        )}
      </div>
    </div>
  );
}

/** At the foot: it is done once, if ever. */
function Leaving({ client: { clientId, name } }: { client: Client }) {
  return (
    <Section id="leaving" title="When it leaves">
      <p className="text-13 text-ink-2 mb-2 max-w-[80ch]">
        Ending the service deletes nothing and can be undone. Its evidence is kept for years, and owners have
        the rest deleted from the list of{' '}
        <TextLink href="/clients/ended" className="underline">
          ended clients
        </TextLink>
        .
      </p>
      <ReasonDialog
        title={`End the service for ${name}?`}
        description="It leaves the fleet, findings, notifications and every other list. Its agents, pings, mails and webhooks are refused: an agent keeps what it could not deliver, a ping is lost. Its people see nothing of it. Nothing is deleted, and you can take it back at any time."
        label="End the service"
        longLabel={`End the service for ${name}`}
        kind="plain"
        address={`/api/v1/clients/${clientId}/end-of-service`}
        body={{}}
        done={`The service for ${name} has ended.`}
      />
    </Section>
  );
}

function Declare({ detail: { client, repositories, systems, sites } }: { detail: ClientDetail }) {
  return (
    <DeclareDialog
      clientId={client.clientId}
      timeZone={client.timeZone}
      sites={sites.map(({ siteId, name, ownerKind }) => ({ siteId, name, ownerKind }))}
      subjects={[
        ...repositories.map(({ repositoryId, facts }) => ({
          kind: 'repository' as const,
          id: repositoryId,
          name: facts.name,
        })),
        ...systems.map(({ systemId, name }) => ({ kind: 'system' as const, id: systemId, name })),
      ]}
    />
  );
}

function Systems({ view: { detail, search, now } }: { view: View }) {
  const { client, systems, foundCount, counts } = detail;
  const total = STATUSES.reduce((sum, status) => sum + counts[status], 0);
  return (
    <Section
      id="systems"
      title="Systems"
      aside={
        <span className="flex items-center gap-2">
          {search ? `${countText(foundCount)} of ${counted(total, 'system')}` : counted(total, 'system')}
          {foundCount > systems.length && `, the worst ${countText(systems.length)} shown`}
          {systems.length > 0 && (
            <CsvLink
              href={`/api/v1/clients/${client.clientId}/systems/csv${search && `?${new URLSearchParams({ q: search })}`}`}
              what="these systems"
            />
          )}
        </span>
      }
    >
      {total > 8 && (
        <div className="mb-2">
          <FilterField label="Filter systems" />
        </div>
      )}
      {total === 0 && (
        <Empty title="No machine reports for this client yet.">
          Choose <b>Connect a machine</b> above: one line on the machine that makes the backups. Its first
          report makes its systems, repositories and recovery points appear here. <b>Connect a backup</b> is
          the way for products that no agent can read.
        </Empty>
      )}
      {total > 0 && systems.length === 0 && (
        <Empty title={`No system's name holds “${search}”.`}>
          <TextLink href={`/clients/${client.clientId}`}>Show all systems</TextLink>
        </Empty>
      )}
      {systems.length > 0 && <SystemTable systems={systems} timeZone={client.timeZone} now={now} />}
      {systems.length > 0 && (
        <div className="mt-2.5">
          <DayLegend states={['compliant', 'at-risk', 'non-compliant', 'unknown', 'no-data']} />
        </div>
      )}
    </Section>
  );
}

function Trends({ view: { detail, trend } }: { view: View }) {
  const { client, status } = detail;
  if (status === null) return null;
  const base = `/clients/${client.clientId}`;
  return (
    <Section
      id="trend"
      title="Compliance"
      aside={
        <span className="flex gap-1.5">
          <Chip href={`${base}#trend`} isOn={trend === 'quarter'}>
            90 days
          </Chip>
          <Chip href={`${base}?trend=year#trend`} isOn={trend === 'year'}>
            13 months
          </Chip>
        </span>
      }
    >
      <ComplianceTrend days={detail.trend} />
    </Section>
  );
}

function Changes({ view: { detail, day, now } }: { view: View }) {
  const { client, changes } = detail;
  if (changes.length === 0 && !day) return null;
  return (
    <Section
      id="changes"
      title={day ? `Changes on ${dateText(day.date)}` : 'Newest changes'}
      aside={
        day ? <TextLink href={`/clients/${client.clientId}#changes`}>Newest changes</TextLink> : undefined
      }
    >
      {changes.length === 0 ? (
        <p className="text-13 text-ink-3">None: every system stayed as it was.</p>
      ) : (
        <ChangeList changes={changes} timeZone={client.timeZone} now={now} />
      )}
    </Section>
  );
}

function Repositories({ view: { detail, now } }: { view: View }) {
  const { client, repositories } = detail;
  return (
    <Section
      id="repositories"
      title="Repositories"
      aside={
        <TextLink href={`/repositories?client=${client.clientId}`}>
          {countText(repositories.length)}, in the list of all
        </TextLink>
      }
    >
      {repositories.length === 0 ? (
        <p className="text-13 text-ink-3">None was reported yet.</p>
      ) : (
        <RepositoryTable repositories={repositories} now={now} sorting={null} />
      )}
    </Section>
  );
}

function Tests({ view: { detail, now } }: { view: View }) {
  const { client, restoreTests } = detail;
  return (
    <Section id="restore-tests" title="Restore tests">
      {restoreTests.length === 0 ? (
        <p className="text-13 text-ink-3">Nothing was ever brought back to prove that it can be.</p>
      ) : (
        <RestoreTestTable tests={restoreTests} isOfClient timeZone={client.timeZone} now={now} />
      )}
    </Section>
  );
}

interface DocumentsProps {
  view: View;
  documents: { documents: Awaited<ReturnType<typeof withKeep<ListedDocument>>>; total: number };
  choices: Awaited<ReturnType<typeof documentChoices>>;
}

function Documents({
  view: { detail, role, now },
  documents: { documents, total },
  choices,
}: DocumentsProps) {
  const { client } = detail;
  const isUnderWay = documents.some(({ state }) => state === 'waiting' || state === 'rendering');
  const mayMake = may(role, 'make-document');
  return (
    <Section
      id="documents"
      title="Documents"
      aside={
        <TextLink href={`/reports?client=${client.clientId}`}>
          {countText(total)}, in the list of all
        </TextLink>
      }
    >
      {isUnderWay && <RefreshWhileMaking />}
      {documents.length === 0 ? (
        <p className="text-13 text-ink-3 mb-2">No report, evidence pack or certificate was made yet.</p>
      ) : (
        <DocumentTable
          documents={documents}
          mayMake={mayMake}
          templates={choices.templates}
          timeZone={client.timeZone}
          now={now}
        />
      )}
      {mayMake && (
        <div className="mt-2">
          <MakeDocumentDialog clients={[client]} clientId={client.clientId} {...choices} />
        </div>
      )}
    </Section>
  );
}

function Agents({ view: { detail, now } }: { view: View }) {
  const { client, agents } = detail;
  return (
    <Section
      id="agents"
      title="Agents"
      aside={
        <>
          <TextLink href={`/agents?client=${client.clientId}`}>
            {countText(agents.length)}, in the list of all
          </TextLink>
          {' · '}
          <TextLink href={`/agents/channels?client=${client.clientId}`}>pings, mails, webhooks</TextLink>
          {' · '}
          <TextLink href={`/agents/imports?client=${client.clientId}`}>imported history</TextLink>
        </>
      }
    >
      {agents.length === 0 ? (
        <p className="text-13 text-ink-3">None is enrolled.</p>
      ) : (
        <AgentTable agents={agents} now={now} sorting={null} />
      )}
    </Section>
  );
}

function Declarations({ view: { detail, role, now } }: { view: View }) {
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
          mayDeclare={may(role, 'declare')}
        />
      )}
    </Section>
  );
}
