import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { AttestationList } from '@/components/backup/attestation-list';
import { CapacityChart } from '@/components/backup/capacity-chart';
import { DeclarationList } from '@/components/backup/declaration-list';
import { DependentTable } from '@/components/backup/dependent-table';
import { RepositoryParticulars } from '@/components/backup/repository-particulars';
import { counted, percentText, sizeText } from '@/components/format/amounts';
import { DeclareDialog } from '@/components/forms/declare-dialog';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { Section } from '@/components/ui/section';
import { may } from '@/domain/access/permissions';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { changeMark } from '@/server/data/change-mark';
import { readRepository, type RepositoryScreen } from '@/server/data/repository-screens';
import { webDatabase } from '@/server/data/web-database';
import { repositoryTitle } from '../../page-subjects';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

interface Props {
  params: Promise<{ repositoryId: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await repositoryTitle((await params).repositoryId) };
}

interface View {
  readonly screen: RepositoryScreen;
  readonly mayDeclare: boolean;
  readonly now: number;
}

/** A repository: what is known of it and from whom, how full it was, and who rests on it. */
export default async function RepositoryPage({ params }: Props) {
  const session = await requireSession('view-fleet');
  const repositoryId = z.uuid().safeParse((await params).repositoryId).data;
  const now = requestTime();
  if (!repositoryId) notFound();
  const { scope } = session;
  const mark = await webDatabase().inScope(scope, (tx) => changeMark(tx, scope.mspId, null));
  const screen = await readRepository(webDatabase(), scope, repositoryId, now);
  if (!screen) notFound();
  const { repository, reports } = screen;
  const view: View = { screen, mayDeclare: mayDeclare(session), now: now.getTime() };
  return (
    <>
      <PageTop
        session={session}
        clientId={repository.clientId}
        crumbs={[
          { name: 'Repositories', href: '/repositories' },
          ...(repository.clientName
            ? [{ name: repository.clientName, href: `/clients/${repository.clientId}` }]
            : []),
          { name: repository.facts.name },
        ]}
      />
      <LiveRefresh clientId={null} mark={mark} at={now.getTime()} timeZone={repository.timeZone} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <Head view={view} />
        <RepositoryParticulars
          facts={repository.facts}
          mediaEvidence={reports.mediaEvidence}
          encryptionMode={reports.encryptionMode}
          lastListingReportId={reports.lastListingReportId}
          retention={screen.retention}
          timeZone={repository.timeZone}
          now={view.now}
        />
        <Capacity view={view} />
        <Dependents view={view} />
        <Attestations view={view} />
        <Declarations view={view} />
      </main>
    </>
  );
}

function mayDeclare({ role, scope }: CurrentSession): boolean {
  return may(role, 'declare', scope.clientIds);
}

function Head({ view: { screen, mayDeclare: isDeclarer } }: { view: View }) {
  const { repository, sites } = screen;
  const { repositoryId, clientId, facts } = repository;
  return (
    <div className="flex flex-wrap items-start justify-between gap-3">
      <div className="min-w-0">
        <h1 className="[overflow-wrap:anywhere]">{facts.name}</h1>
        <p className="text-13 text-ink-3 [overflow-wrap:anywhere]">
          {facts.tool} · {repository.location} · all times {repository.timeZone}
        </p>
      </div>
      {isDeclarer && clientId && (
        <DeclareDialog
          clientId={clientId}
          timeZone={repository.timeZone}
          sites={sites.map(({ siteId, name, ownerKind }) => ({ siteId, name, ownerKind }))}
          subjects={[{ kind: 'repository', id: repositoryId, name: facts.name }]}
        />
      )}
    </div>
  );
}

function Capacity({ view: { screen } }: { view: View }) {
  const { history, repository } = screen;
  const { freeBytes, totalBytes, storedBytes } = repository;
  const free =
    freeBytes !== null && totalBytes
      ? `${sizeText(freeBytes)} of ${sizeText(totalBytes)} free, ${percentText(freeBytes / totalBytes)}`
      : null;
  const stored = storedBytes === null ? null : `${sizeText(storedBytes)} stored by the tool`;
  return (
    <Section id="capacity" title="Capacity" aside={[free, stored].filter(Boolean).join(' · ') || undefined}>
      {history.length === 0 ? (
        <p className="text-13 text-ink-3">
          Nobody said how full it is. The agent tells it of local folders and mounts, and of what the tool
          itself counts.
        </p>
      ) : (
        <CapacityChart days={history} timeZone={repository.timeZone} />
      )}
    </Section>
  );
}

function Dependents({ view: { screen, now } }: { view: View }) {
  const { dependents, repository } = screen;
  const systems = new Set(dependents.map(({ systemId }) => systemId)).size;
  return (
    <Section
      id="dependents"
      title="What rests on it"
      aside={`${counted(systems, 'system')}, ${counted(repository.pointCount, 'recovery point')}`}
    >
      {dependents.length === 0 ? (
        <p className="text-13 text-ink-3">Nothing: no data set has a recovery point or a job here.</p>
      ) : (
        <DependentTable dependents={dependents} timeZone={repository.timeZone} now={now} />
      )}
    </Section>
  );
}

/** Nothing where no policy asks for any. */
function Attestations({ view: { screen, mayDeclare: isDeclarer, now } }: { view: View }) {
  const { attestations, repository } = screen;
  if (attestations.length === 0) return null;
  return (
    <Section id="attestations" title="Attestations" aside="what the policies ask a person to sign off">
      <AttestationList
        asked={attestations}
        subject={{ kind: 'repository', id: repository.repositoryId, name: repository.facts.name }}
        timeZone={repository.timeZone}
        now={now}
        mayDeclare={isDeclarer}
      />
    </Section>
  );
}

function Declarations({ view: { screen, mayDeclare: isDeclarer, now } }: { view: View }) {
  const { declarations, sites, repository } = screen;
  return (
    <Section id="declarations" title="Declared by people" aside="what no tool reports, and who said so">
      {declarations.length === 0 ? (
        <p className="text-13 text-ink-3">Nothing.</p>
      ) : (
        <DeclarationList
          declarations={declarations}
          siteNames={new Map(sites.map((site) => [site.siteId, site.name]))}
          timeZone={repository.timeZone}
          now={now}
          mayDeclare={isDeclarer}
        />
      )}
    </Section>
  );
}
