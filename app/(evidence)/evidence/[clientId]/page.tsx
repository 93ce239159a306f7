import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { EvidenceSkeleton } from '@/components/backup/skeletons';
import { AskDialog } from '@/components/evidence/ask-dialog';
import { ReadyDocuments } from '@/components/documents/ready-documents';
import { ClauseNav } from '@/components/evidence/clause-nav';
import { LeftNote } from '@/components/evidence/left-note';
import { PopulationCard } from '@/components/evidence/population-card';
import { type Thread, ThreadList, threadsOf } from '@/components/evidence/thread-list';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { POPULATIONS } from '@/domain/evidence/population';
import { offeredFrameworks } from '@/domain/frameworks/chosen-frameworks';
import { lostRunsSentence } from '@/domain/keeping/keep-terms';
import { EVIDENCE_CLAUSES, type EvidenceClause, findClause } from '@/domain/frameworks/evidence-clauses';
import { auditorOf } from '@/server/auth/auditor';
import { requireSession } from '@/server/auth/require-scope';
import { findChosenFrameworks } from '@/server/data/chosen-frameworks';
import { listMessages } from '@/server/data/evidence-messages';
import { countResults, isKept } from '@/server/data/evidence-populations';
import type { EvidenceView } from '@/server/data/evidence-view';
import { webDatabase } from '@/server/data/web-database';
import type { TenantScope } from '@/server/tenancy/tenant-scope';
import { listGrantedDocuments } from '@/server/services/show-documents';
import { type Auditor, openEvidence } from '@/server/services/use-evidence-room';
import { foundOrNot } from '../found-or-not';
import { requestTime } from '../../../(msp)/request-time';
import { SlowPart } from '../../../(msp)/slow-part';

export const metadata: Metadata = { title: 'Evidence' };

interface Props {
  params: Promise<{ clientId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** A client's evidence by clause: what the clause says in our words, and every list that serves it. */
export default async function EvidenceOfClientPage({ params, searchParams }: Props) {
  const session = await requireSession('view-evidence');
  const clientId = z.uuid().safeParse((await params).clientId).data;
  const given = (await searchParams)['clause'];
  const auditor = auditorOf(session);
  const frameworks = await offeredIn(auditor.scope);
  const asked = findClause(typeof given === 'string' ? given : null);
  const clause = asked ?? EVIDENCE_CLAUSES.find(({ framework }) => framework === frameworks[0]);
  if (!clientId || !clause) notFound();
  const act = { kind: 'viewed', what: `${clause.framework} ${clause.clause}` } as const;
  const [view] = await foundOrNot(openEvidence(webDatabase(), auditor, [clientId], act));
  if (!view) notFound();
  const { client } = view;
  return (
    <div className="mx-auto grid max-w-[1400px] lg:grid-cols-[270px_minmax(0,1fr)]">
      {/* where there is one column, what was chosen comes before what could be */}
      <aside
        id="clauses"
        className="border-line px-4 pt-4 pb-4 max-lg:order-last max-lg:border-t sm:px-6 lg:border-r lg:pr-4"
      >
        <p className="text-13 mb-2">
          <TextLink href="/evidence">All clients</TextLink>
        </p>
        <ClauseNav clientId={clientId} frameworks={frameworks} chosen={clause} />
        <p className="text-ink-3 mt-3 text-xs">
          Holdfast shows evidence. Whether a clause is met is for you to judge.
        </p>
      </aside>
      <main id="content" className="min-w-0 px-4 pt-4 pb-10 sm:px-6">
        <p className="text-13 text-ink-3">{client.name}</p>
        <p className="text-13 lg:hidden">
          <TextLink href="#clauses">Choose another clause</TextLink>
        </p>
        <LeftNote client={client} />
        <ClauseHead clause={clause} />
        <div className="mt-2">
          <AskDialog
            clientId={clientId}
            itemKind="clause"
            itemKey={clause.id}
            name={`${clause.clause}, ${clause.title}`}
          />
        </div>
        <SlowPart skeleton={<EvidenceSkeleton />}>{heldEvidence(auditor, view, clause)}</SlowPart>
      </main>
    </div>
  );
}

async function heldEvidence(
  auditor: Auditor,
  view: EvidenceView,
  clause: EvidenceClause,
): Promise<ReactElement> {
  const { client } = view;
  const { clientId } = client;
  const serving = clause.servedBy.length > 0 ? clause.servedBy : POPULATIONS;
  // A count of what was deleted would say that nothing ever ran.
  const shown = serving.filter((population) => isKept(view, population));
  const { cards, documents, messages } = await webDatabase().inScope(auditor.scope, async (tx) => {
    const counted = [];
    for (const population of shown)
      counted.push({ population, results: [...(await countResults(tx, view, population))] });
    return {
      cards: counted,
      documents: await listGrantedDocuments(tx, view, auditor.grant),
      messages: await listMessages(tx, view.mspId, view.grantId, clientId),
    };
  });
  const now = requestTime().getTime();
  const threads = threadsOf(messages.map((message) => ({ ...message, at: message.at.getTime() })));
  const renderAsk = ({ first: { itemKind, itemKey, itemName } }: Thread) => (
    <AskDialog clientId={clientId} itemKind={itemKind} itemKey={itemKey} name={itemName} />
  );
  return (
    <>
      <Section
        id="evidence"
        title={clause.servedBy.length > 0 ? 'Evidence, whole period' : 'Not held here: ask the client'}
        aside={`all times ${client.timeZone}`}
      >
        {clause.servedBy.length === 0 && (
          <p className="text-13 text-ink-2 mb-3 max-w-[80ch]">
            Nothing that Holdfast keeps shows this. What it keeps otherwise:
          </p>
        )}
        {cards.length === 0 && (
          <p className="text-13 text-ink-2 max-w-[80ch]">
            The lists that served this clause were deleted with the client’s data.
          </p>
        )}
        <div className="grid items-start gap-3 xl:grid-cols-2">
          {cards.map(({ population, results }) => (
            <PopulationCard
              key={population}
              clientId={clientId}
              population={population}
              results={results}
              lacks={population === 'runs' ? lostRunsSentence(view.from.getTime(), now) : null}
            />
          ))}
        </div>
      </Section>
      <Section id="documents" title="Signed documents" aside="of your period">
        {documents.length === 0 ? (
          <p className="text-13 text-ink-3">
            None that lies within your period. Ask {auditor.grant.grantedByName} for an evidence pack of it.
          </p>
        ) : (
          <>
            <p className="text-13 text-ink-2 mb-3 max-w-[80ch]">
              A bundle holds the document, the log that stands behind it, and two programs that check both on
              a machine without any network.
            </p>
            <ReadyDocuments
              documents={documents}
              files={filesOf}
              hasHash
              timeZone={client.timeZone}
              now={now}
            />
          </>
        )}
      </Section>
      <Section id="questions" title="Questions and answers" aside={countOf(threads)}>
        {threads.length === 0 ? (
          <p className="text-13 text-ink-3">
            You asked nothing yet. Ask about a clause above, or about a record in its list.
          </p>
        ) : (
          <ThreadList threads={threads} timeZone={client.timeZone} now={now} actionFor={renderAsk} />
        )}
      </Section>
    </>
  );
}

function filesOf({ documentId, hasBundle }: { documentId: string; hasBundle: boolean }) {
  const address = `/api/v1/evidence-room/documents/${documentId}`;
  return [
    { label: 'PDF', href: `${address}?file=pdf` },
    { label: 'JSON', href: `${address}?file=facts` },
    ...(hasBundle ? [{ label: 'Bundle', href: `${address}?file=bundle` }] : []),
  ];
}

/** Every framework, those that the MSP works by first. */
async function offeredIn(scope: TenantScope): Promise<readonly string[]> {
  const names = await webDatabase().inScope(scope, (tx) => findChosenFrameworks(tx, scope.mspId));
  const { chosen, others } = offeredFrameworks(names);
  return [...chosen, ...others];
}

function ClauseHead({ clause }: { clause: EvidenceClause }) {
  const facts = [
    clause.frequency && `Tests: ${clause.frequency}`,
    clause.keep && `Kept: ${clause.keep}`,
    clause.standing && STANDING[clause.standing],
  ].filter((fact) => fact !== null);
  return (
    <>
      <p className="text-ink-3 mt-1 font-mono text-xs">
        {clause.framework} {clause.clause}
      </p>
      <h1 className="mt-0.5">{clause.title}</h1>
      <p className="text-ink-2 mt-1 max-w-[75ch]">{clause.says} (Our words.)</p>
      {facts.length > 0 && <p className="text-13 text-ink-3 mt-1">{facts.join(' · ')}</p>}
    </>
  );
}

const STANDING = {
  addressable: 'Addressable',
  proposed: 'Proposed, not in force',
  convention: 'By convention, not by the text',
} as const;

function countOf(threads: readonly { isWaiting: boolean }[]): string {
  const waiting = threads.filter(({ isWaiting }) => isWaiting).length;
  return `${threads.length} asked, ${waiting} waiting`;
}
