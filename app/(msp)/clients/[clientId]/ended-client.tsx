import { DeletionDialog } from '@/components/clients/deletion-dialog';
import { endingText } from '@/components/clients/ending-words';
import { dataText, evidenceText } from '@/components/clients/extent-words';
import { DocumentTable } from '@/components/documents/document-table';
import { MakeDocumentDialog } from '@/components/documents/make-document-dialog';
import { RefreshWhileMaking } from '@/components/documents/refresh-while-making';
import { countText } from '@/components/format/amounts';
import { dayText } from '@/components/format/words';
import { SendButton } from '@/components/forms/send-button';
import { RecordTable } from '@/components/restore-tests/record-table';
import { buttonClass } from '@/components/ui/button';
import { Moment } from '@/components/ui/moment';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { DELETION_GRACE, endingState } from '@/domain/evidence/client-ending';
import { keepSentence } from '@/domain/evidence/keep-until';
import type { CurrentSession } from '@/server/auth/current-session';
import { findMsp } from '@/server/data/clients';
import type { Tx } from '@/server/data/database';
import { listDocuments } from '@/server/data/documents';
import type { EndedClient } from '@/server/data/ended-clients';
import { withKeep } from '@/server/data/evidence-keep';
import { selectRestoreRecords } from '@/server/data/restore-records';
import { webDatabase } from '@/server/data/web-database';
import { type DeletionPlan, planDeletion } from '@/server/services/end-client';
import { PageTop } from '../../page-top';
import { documentChoices } from '../../reports/document-choices';
import { requestTime } from '../../request-time';

const DOCUMENTS_SHOWN = 50;
const RECORDS_SHOWN = 100;

interface View {
  readonly ended: EndedClient;
  readonly session: CurrentSession;
  /** Told to those who may delete it; null: who looks may not. */
  readonly plan: DeletionPlan | null;
  readonly timeZone: string;
  readonly now: number;
}

/** A client whose service has ended: what becomes of what is kept of it, and its evidence. */
export async function EndedClientPage({ session, ended }: { session: CurrentSession; ended: EndedClient }) {
  const { scope, role } = session;
  const { mspId } = scope;
  const { clientId, name } = ended;
  const at = requestTime();
  const now = at.getTime();
  const read = async (tx: Tx) => ({
    timeZone: (await findMsp(tx, mspId)).timeZone,
    plan: may(role, 'end-client', scope.clientIds) ? await planDeletion(tx, mspId, ended, at) : null,
    listed: await listDocuments(tx, mspId, { search: '', clientId, kind: null, page: 1 }, DOCUMENTS_SHOWN),
    records: await selectRestoreRecords(tx, mspId, { clientId, limit: RECORDS_SHOWN }),
    choices: await documentChoices(tx, mspId, clientId, at),
  });
  // Years of runs and reports are counted.
  const { timeZone, plan, listed, records, choices } = await webDatabase().inScope(scope, read, {
    timeoutMs: 60_000,
  });
  const documents = await withKeep(webDatabase(), scope, listed.documents, at);
  const view: View = { ended, session, plan, timeZone, now };
  const mayMake = may(role, 'make-document', scope.clientIds) && ended.deletedAt === null;
  const isUnderWay = documents.some(({ state }) => state === 'waiting' || state === 'rendering');
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Ended clients', href: '/clients/ended' }, { name }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <Head view={view} />
        <Kept view={view} />
        {ended.evidenceDeletedAt === null && (
          <>
            <Section
              id="documents"
              title="Documents"
              aside={
                <TextLink href={`/reports?client=${clientId}`}>
                  {countText(listed.total)}, in the list of all
                </TextLink>
              }
            >
              {isUnderWay && <RefreshWhileMaking />}
              {documents.length === 0 ? (
                <p className="text-13 text-ink-3 mb-2">No report, evidence pack or certificate was made.</p>
              ) : (
                <DocumentTable documents={documents} mayMake={mayMake} timeZone={timeZone} now={now} />
              )}
              {mayMake && (
                <div className="mt-2">
                  <MakeDocumentDialog
                    clients={[{ clientId, name }]}
                    clientId={clientId}
                    kinds={['evidence-pack', 'restore-certificate']}
                    {...choices}
                  />
                </div>
              )}
            </Section>
            <Section id="records" title="Records of restore tests">
              {records.length === 0 ? (
                <p className="text-13 text-ink-3">None was made.</p>
              ) : (
                <RecordTable records={records} now={now} />
              )}
            </Section>
          </>
        )}
      </main>
    </>
  );
}

function Head({ view: { ended, plan, timeZone, now } }: { view: View }) {
  const { clientId, name, endedAt, endedByName, reason } = ended;
  const state = endingState(ended);
  const address = `/api/v1/clients/${clientId}`;
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1>{name}</h1>
        <p className="text-13 text-ink-2 mt-1 [overflow-wrap:anywhere]">
          The service ended <Moment at={endedAt} timeZone={timeZone} now={now} />, by {endedByName}
          {reason && `: ${reason}`}
        </p>
        <p className="mt-1 text-sm font-medium">{endingText(ended, (at) => dayText(at, timeZone), now)}.</p>
        {ended.deletionAskedByName !== null && ended.deletionAskedAt !== null && (
          <p className="text-13 text-ink-3">
            Asked for by {ended.deletionAskedByName},{' '}
            <Moment at={ended.deletionAskedAt} timeZone={timeZone} now={now} />.
          </p>
        )}
      </div>
      {plan && (
        <div className="flex flex-wrap gap-1.5">
          {(state === 'ended' || state === 'leaving') && (
            <SendButton
              method="DELETE"
              address={`${address}/end-of-service`}
              label={`Take ${name} back into service`}
              done={`${name} is in service again. Its systems are looked at now.`}
              kind="plain"
              className="h-8"
            >
              Take back into service
            </SendButton>
          )}
          {(state === 'leaving' || state === 'evidence-leaving') && (
            <SendButton
              method="DELETE"
              address={`${address}/deletion`}
              label={`Call off the deletion of ${name}`}
              done="The deletion is called off."
              kind="plain"
              className="h-8"
            >
              Call the deletion off
            </SendButton>
          )}
          {mayAsk(ended, plan) && (
            <DeletionDialog
              clientId={clientId}
              name={name}
              extent={plan.extent}
              isOfEvidence={state === 'kept'}
              keep={plan.keep}
              obstacle={plan.obstacles.deletingEvidence}
              dueAt={now + DELETION_GRACE}
              timeZone={timeZone}
            />
          )}
        </div>
      )}
    </div>
  );
}

/** Whether there is something to delete that nothing keeps. */
function mayAsk(ended: EndedClient, { obstacles }: DeletionPlan): boolean {
  switch (endingState(ended)) {
    case 'ended':
      return obstacles.keepingEvidence === null;
    case 'kept':
      return obstacles.deletingEvidence === null;
    case 'leaving':
    case 'evidence-leaving':
    case 'gone':
      return false;
  }
}

/** What is there, what went, and how to take it along. */
function Kept({ view: { ended, session, plan, timeZone } }: { view: View }) {
  const { role, scope } = session;
  const { clientId, deletedAt, evidenceDeletedAt, removed, isHeld } = ended;
  const textOf = (at: number) => dayText(at, timeZone);
  const facts = [
    ...(isHeld
      ? [['Legal hold', 'A hold stands for this client: nothing of it is deleted until it is withdrawn.']]
      : []),
    ...(plan && deletedAt === null ? [['Data', dataText(plan.extent)]] : []),
    ...(plan && evidenceDeletedAt === null ? [['Evidence', evidenceText(plan.extent)]] : []),
    ...(plan?.keep ? [['Kept', keepSentence(plan.keep, textOf)]] : []),
    ...(deletedAt === null ? [] : [['Deleted', `${dataText(removed)}, on ${textOf(deletedAt)}`]]),
    ...(evidenceDeletedAt === null
      ? []
      : [['Deleted evidence', `${evidenceText(removed)}, on ${textOf(evidenceDeletedAt)}`]]),
  ] as const;
  return (
    <Section id="kept" title="What is kept">
      <dl className="text-13 grid max-w-[100ch] gap-x-6 gap-y-2 sm:grid-cols-[10rem_1fr]">
        {facts.map(([name, what]) => (
          <div key={name} className="contents">
            <dt className="font-medium">{name}</dt>
            <dd className="text-ink-2">{what}</dd>
          </div>
        ))}
      </dl>
      <p className="text-13 text-ink-3 mt-3 flex flex-wrap items-center gap-2">
        {may(role, 'view-audit-log', scope.clientIds) && (
          // A plain link: what it answers with is a file, no page.
          <a href={`/api/v1/audit/bundle?client=${clientId}`} download className={buttonClass()}>
            Download its evidence log
          </a>
        )}
        {may(role, 'export-everything', scope.clientIds) && deletedAt === null && (
          <TextLink href="/settings/export" className="underline">
            Export everything
          </TextLink>
        )}
      </p>
    </Section>
  );
}
