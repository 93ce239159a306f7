import type { Metadata } from 'next';
import { ListSkeleton } from '@/components/backup/skeletons';
import { RefreshWhileMaking } from '@/components/documents/refresh-while-making';
import { counted } from '@/components/format/amounts';
import { ImportTable } from '@/components/history/import-table';
import { UploadDialog } from '@/components/history/upload-dialog';
import { Chip } from '@/components/ui/chip';
import { Empty } from '@/components/ui/empty';
import { may } from '@/domain/access/permissions';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { type HistoryImportsScreen, readHistoryImports } from '@/server/data/history-screens';
import { webDatabase } from '@/server/data/web-database';
import { type GivenParameters, listParameters } from '../../list-address';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';
import { SlowPart } from '../../slow-part';
import { AgentsTabs } from '../agents-tabs';

export const metadata: Metadata = { title: 'Imported history' };

interface Props {
  searchParams: Promise<GivenParameters>;
}

/** The files with history that people brought in, or are about to. */
export default async function ImportsPage({ searchParams }: Props) {
  const session = await requireSession('view-agents');
  const clientId = listParameters.client.parse((await searchParams)['client']);
  const now = requestTime();
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Agents', href: '/agents' }, { name: 'Imported history' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <SlowPart skeleton={<ListSkeleton title="Imported history" />}>
          {importsContent(session, clientId, now)}
        </SlowPart>
      </main>
    </>
  );
}

async function importsContent({ scope, role }: CurrentSession, clientId: string | null, now: Date) {
  const screen = await readHistoryImports(webDatabase(), scope, clientId);
  const client = screen.clients.find((one) => one.clientId === clientId);
  const mayManage = may(role, 'manage-channels', scope.clientIds) && screen.clients.length > 0;
  const isMoving = screen.imports.some(({ state }) => state === 'waiting' || state === 'running');
  return (
    <>
      {isMoving && <RefreshWhileMaking />}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h1>Imported history</h1>
          <p className="text-13 text-ink-2 max-w-[80ch]">{sentenceOf(screen)}</p>
        </div>
        {mayManage && <UploadDialog clients={screen.clients} clientId={client?.clientId ?? null} />}
      </div>
      <AgentsTabs here="imports" mayManage={mayManage} />
      {clientId !== null && (
        <div className="mt-4 mb-2 flex flex-wrap items-center gap-1.5">
          <Chip href="/agents/imports" isOn>
            {client?.name ?? 'a client that is gone'} ×<span className="sr-only">take this filter away</span>
          </Chip>
        </div>
      )}
      <div className="mt-4">
        {screen.imports.length === 0 ? (
          <Nothing client={client?.name ?? null} mayManage={mayManage} />
        ) : (
          <ImportTable imports={screen.imports} now={now.getTime()} />
        )}
      </div>
    </>
  );
}

function sentenceOf({ imports }: HistoryImportsScreen): string {
  const drafts = imports.filter(({ state }) => state === 'draft').length;
  const held = imports.filter(({ state, withdrawnAt }) => state === 'done' && withdrawnAt === null).length;
  if (imports.length === 0) return 'Nobody has brought history of another tool in.';
  const waiting =
    drafts > 0 ? ` ${counted(drafts, 'file')} ${drafts === 1 ? 'waits' : 'wait'} to be explained.` : '';
  return `${counted(held, 'file')} in the history. What they tell proves no copy and counts in no status.${waiting}`;
}

function Nothing({ client, mayManage }: { client: string | null; mayManage: boolean }) {
  return (
    <Empty title={client ? `No history was imported for ${client}.` : 'No history was imported.'}>
      Runs that another tool has recorded before, as CSV or JSON: they stand in the history of their systems,
      marked as imported, and can be taken back.
      {!mayManage && ' Who may open channels can bring them in.'}
    </Empty>
  );
}
