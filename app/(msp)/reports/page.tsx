import type { Metadata } from 'next';
import { DocumentTable } from '@/components/documents/document-table';
import { MakeDocumentDialog } from '@/components/documents/make-document-dialog';
import { RefreshWhileMaking } from '@/components/documents/refresh-while-making';
import { counted } from '@/components/format/amounts';
import { AddressSelect } from '@/components/ui/address-select';
import { Chip } from '@/components/ui/chip';
import { Empty } from '@/components/ui/empty';
import { FilterField } from '@/components/ui/filter-field';
import { Pager } from '@/components/ui/pager';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { DOCUMENT_KIND_WORD, DOCUMENT_KINDS } from '@/domain/report/document';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp, listClientNames } from '@/server/data/clients';
import { DOCUMENTS_PAGE_SIZE, listDocuments } from '@/server/data/documents';
import { withKeep } from '@/server/data/evidence-keep';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../page-top';
import { requestTime } from '../request-time';
import { documentChoices } from './document-choices';
import { readReportsAddress, reportsHref } from './reports-address';

export const metadata: Metadata = { title: 'Reports' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Documents: what was made for whom, how far the others are, and where to ask for one. */
export default async function ReportsPage({ searchParams }: Props) {
  const session = await requireSession('view-documents');
  const { scope, role } = session;
  const view = readReportsAddress(await searchParams);
  const now = requestTime();
  const { msp, clients, choices, listed } = await webDatabase().inScope(scope, async (tx) => ({
    msp: await findMsp(tx, scope.mspId),
    clients: await listClientNames(tx, scope.mspId),
    choices: await documentChoices(tx, scope.mspId, null, now),
    listed: await listDocuments(tx, scope.mspId, view),
  }));
  const { total } = listed;
  const documents = await withKeep(webDatabase(), scope, listed.documents, now);
  const mayMake = may(role, 'make-document', scope.clientIds);
  const unfinished = documents.filter(({ state }) => state === 'waiting' || state === 'rendering').length;
  const isUnfiltered = view.search === '' && view.clientId === null && view.kind === null;
  const hasNone = total === 0 && isUnfiltered;
  const dialog = mayMake && clients.length > 0 && (
    <MakeDocumentDialog
      key={view.clientId ?? ''}
      clients={clients}
      clientId={view.clientId}
      kind={hasNone ? 'primary' : 'plain'}
      {...choices}
    />
  );
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Reports' }]} />
      {unfinished > 0 && <RefreshWhileMaking />}
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div>
            <h1>Reports</h1>
            <p className="text-13 text-ink-2 max-w-[80ch]">
              {unfinished > 0
                ? `${counted(unfinished, 'document')} ${unfinished === 1 ? 'is' : 'are'} being made.`
                : 'Signed documents for clients and auditors. Anybody can check one at '}
              {unfinished === 0 && (
                <TextLink href="/verify" className="underline">
                  /verify
                </TextLink>
              )}
              {unfinished === 0 && '.'}
            </p>
          </div>
          <div className="flex flex-wrap gap-x-3 gap-y-2">
            <TextLink href="/reports/service-review" className="self-center">
              Service review
            </TextLink>
            {mayMake && (
              <>
                <TextLink href="/reports/templates" className="self-center">
                  Templates
                </TextLink>
                <TextLink href="/reports/schedules" className="self-center">
                  Schedules
                </TextLink>
                <TextLink href="/reports/deliveries" className="self-center">
                  Deliveries
                </TextLink>
              </>
            )}
            {may(role, 'change-branding', scope.clientIds) && (
              <TextLink href="/settings/branding" className="self-center">
                Branding
              </TextLink>
            )}
            {dialog}
          </div>
        </div>
        {!hasNone && (
          <div className="mt-4 mb-2 flex flex-wrap items-center gap-1.5">
            <FilterField label="Filter clients, titles, SHA-256" />
            <AddressSelect
              label="Client"
              any="All clients"
              name="client"
              choices={clients.map(({ clientId, name }) => ({ value: clientId, name }))}
            />
            <Chip href={reportsHref(view, { kind: null, page: 1 })} isOn={view.kind === null}>
              All
            </Chip>
            {DOCUMENT_KINDS.map((kind) => (
              <Chip key={kind} href={reportsHref(view, { kind, page: 1 })} isOn={view.kind === kind}>
                {DOCUMENT_KIND_WORD[kind]}
              </Chip>
            ))}
          </div>
        )}
        {documents.length > 0 && (
          <>
            <DocumentTable
              documents={documents}
              mayMake={mayMake}
              templates={choices.templates}
              timeZone={msp.timeZone}
              now={now.getTime()}
            />
            <Pager
              page={view.page}
              pageSize={DOCUMENTS_PAGE_SIZE}
              total={total}
              hrefOf={(page) => reportsHref(view, { page })}
            />
          </>
        )}
        {hasNone && (
          <div className="mt-4">
            <Empty title="No document was made yet.">
              An executive report tells a client’s leadership about a month. An evidence pack shows an auditor
              a whole period, clause by clause. A certificate says what one restore test proves, and what it
              does not.
            </Empty>
          </div>
        )}
        {documents.length === 0 && !hasNone && (
          <Empty title="No document fits this view.">
            <TextLink href="/reports">Show all documents</TextLink>
          </Empty>
        )}
      </main>
    </>
  );
}
