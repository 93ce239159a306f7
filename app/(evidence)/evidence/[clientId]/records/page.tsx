import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { DrawDialog } from '@/components/evidence/draw-dialog';
import { LeftNote } from '@/components/evidence/left-note';
import { MemberTable } from '@/components/evidence/member-table';
import { SamplePanel } from '@/components/evidence/sample-panel';
import { counted, countText } from '@/components/format/amounts';
import { Chip } from '@/components/ui/chip';
import { CsvLink } from '@/components/ui/csv-link';
import { Empty } from '@/components/ui/empty';
import { FilterField } from '@/components/ui/filter-field';
import { Pager } from '@/components/ui/pager';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { type Population, POPULATION_WORDS, POPULATIONS } from '@/domain/evidence/population';
import { drawSample } from '@/domain/evidence/sample';
import { lostRunsSentence } from '@/domain/keeping/keep-terms';
import { auditorOf } from '@/server/auth/auditor';
import { requireSession } from '@/server/auth/require-scope';
import type { Tx } from '@/server/data/database';
import {
  findMembers,
  isKept,
  listPopulation,
  listPopulationKeys,
  POPULATION_PAGE_SIZE,
  sha256,
} from '@/server/data/evidence-populations';
import { type EvidenceSample, listSamples } from '@/server/data/evidence-samples';
import type { EvidenceView } from '@/server/data/evidence-view';
import { webDatabase } from '@/server/data/web-database';
import { openEvidence } from '@/server/services/use-evidence-room';
import { foundOrNot } from '../../found-or-not';
import { requestTime } from '../../../../(msp)/request-time';

export const metadata: Metadata = { title: 'Records' };

interface Props {
  params: Promise<{ clientId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const addressShape = z.object({
  kind: z.enum(POPULATIONS).catch('restore-tests'),
  q: z.string().trim().max(200).catch(''),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
  sample: z.uuid().nullable().catch(null),
});

/** Lists longer than this are named by their count alone: a hash of them would take too long on every look. */
const HASHED_MAX = 50_000;

/** One list of a client, whole and numbered without gaps, with the samples that were drawn from it. */
export default async function RecordsPage({ params, searchParams }: Props) {
  const session = await requireSession('view-evidence');
  const clientId = z.uuid().safeParse((await params).clientId).data;
  if (!clientId) notFound();
  const address = addressShape.parse(await searchParams);
  const { kind, q, page } = address;
  const auditor = auditorOf(session);
  const what = `records ${kind}`;
  const act =
    q === '' ? ({ kind: 'viewed', what } as const) : ({ kind: 'searched', what, search: q } as const);
  const [view] = await foundOrNot(openEvidence(webDatabase(), auditor, [clientId], act));
  if (!view) notFound();
  const { list, found, samples, chosen, members } = await webDatabase().inScope(auditor.scope, (tx) =>
    readRecords(tx, view, address),
  );
  const now = requestTime().getTime();
  const { client } = view;
  const lacks = kind === 'runs' ? lostRunsSentence(view.from.getTime(), now) : null;
  const base = `/evidence/${clientId}/records`;
  const total = list.keys.length;
  const isHere = isKept(view, kind);
  return (
    <main id="content" className="mx-auto max-w-[1200px] px-4 pt-4 pb-10 sm:px-6">
      <p className="text-13 text-ink-3">
        <TextLink href={`/evidence/${clientId}`}>{client.name}, by clause</TextLink>
      </p>
      <div className="mt-1 flex flex-wrap items-start justify-between gap-3">
        <div>
          <h1>{POPULATION_WORDS[kind].title}</h1>
          <p className="text-13 text-ink-2 mt-1 max-w-[80ch]">{POPULATION_WORDS[kind].holds}</p>
          {lacks !== null && <p className="text-13 text-risk mt-1 max-w-[80ch]">{lacks}</p>}
          <LeftNote client={client} />
        </div>
        {total > 0 && total <= HASHED_MAX && (
          <DrawDialog key={kind} clientId={clientId} population={kind} total={total} />
        )}
      </div>
      <nav aria-label="Lists" className="mt-3 flex flex-wrap gap-1.5">
        {POPULATIONS.filter((one) => one === kind || isKept(view, one)).map((one) => (
          <Chip key={one} href={`${base}?kind=${one}`} isOn={one === kind}>
            {POPULATION_WORDS[one].title}
          </Chip>
        ))}
      </nav>
      {chosen && (
        <Section id="sample" title="Sample">
          <SamplePanel
            clientId={clientId}
            sample={{
              ...chosen,
              seededAt: chosen.seededAt.getTime(),
              drawnAt: chosen.drawnAt?.getTime() ?? null,
            }}
            members={members}
            grownTo={!isHere || chosen.populationSha256 === list.sha256 ? null : total}
            timeZone={client.timeZone}
            now={now}
          />
        </Section>
      )}
      {samples.length > 0 && (
        <Section id="samples" title="Samples drawn from it" aside="each stands in the log">
          <ul className="text-13 flex flex-wrap gap-1.5">
            {samples.map((one) => (
              <li key={one.sampleId}>
                <Chip
                  href={`${base}?kind=${kind}&sample=${one.sampleId}`}
                  isOn={one.sampleId === chosen?.sampleId}
                >
                  {one.drawnKeys.length}, seed {one.seed}
                </Chip>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section
        id="records"
        title="The whole list"
        aside={
          <span className="flex items-center gap-2">
            {!isHere && 'deleted'}
            {isHere &&
              (q === ''
                ? counted(total, 'record')
                : `${countText(found.total)} of ${counted(total, 'record')}`)}
            {total > 0 && (
              <CsvLink
                href={`/api/v1/evidence-room/${clientId}/population?kind=${kind}`}
                what="the whole list"
              />
            )}
          </span>
        }
      >
        {total > 0 && (
          <p className="text-ink-3 mb-2 text-xs [overflow-wrap:anywhere]">
            Numbered 1 to {countText(total)} by time, without gaps. SHA-256 of the keys, one a line:{' '}
            <span className="font-mono">{list.sha256}</span>. All times {client.timeZone}.
          </p>
        )}
        {total > 8 && (
          <div className="mb-2">
            <FilterField label="Filter records" />
          </div>
        )}
        <Records isHere={isHere} total={total} q={q}>
          {found.members.length > 0 && (
            <MemberTable
              clientId={clientId}
              population={kind}
              members={found.members.map((member) => ({ ...member, at: member.at.getTime() }))}
              timeZone={client.timeZone}
              now={now}
            />
          )}
        </Records>
        <Pager
          page={page}
          pageSize={POPULATION_PAGE_SIZE}
          total={found.total}
          hrefOf={(to) => `${base}?${new URLSearchParams({ kind, q, page: String(to) })}`}
        />
      </Section>
    </main>
  );
}

interface RecordsProps {
  /** Whether the list was not deleted with the client's data. */
  isHere: boolean;
  total: number;
  q: string;
  children: ReactNode;
}

function Records({ isHere, total, q, children }: RecordsProps) {
  if (children) return children;
  if (!isHere)
    return (
      <Empty title="This list was deleted with the client’s data.">
        That nothing stands here says nothing of what was recorded. Packs that were made before hold it;
        samples that were drawn from it are kept with their list.
      </Empty>
    );
  return total === 0 ? (
    <Empty title="There is none in the period of your grant.">
      That nothing of this kind was recorded is a finding of its own: ask about the clause that needs it.
    </Empty>
  ) : (
    <Empty title={`No record holds “${q}”.`} />
  );
}

interface Asked {
  readonly kind: Population;
  readonly q: string;
  readonly page: number;
  readonly sample: string | null;
}

async function readRecords(tx: Tx, view: EvidenceView, { kind, q, page, sample }: Asked) {
  const samples = await listSamples(tx, view.mspId, view.grantId, {
    clientId: view.client.clientId,
    population: kind,
  });
  const chosen = samples.find(({ sampleId }) => sampleId === sample) ?? null;
  return {
    list: await listPopulationKeys(tx, view, kind, HASHED_MAX),
    found: await listPopulation(tx, view, kind, { search: q, page }),
    samples,
    chosen,
    members: chosen ? await drawnMembers(tx, view, chosen) : [],
  };
}

/** In the order in which they were drawn. */
async function drawnMembers(
  tx: Tx,
  view: EvidenceView,
  { population, drawnKeys, seed, size }: EvidenceSample,
) {
  const found = await findMembers(tx, view, population, drawnKeys);
  const byKey = new Map(found.map((member) => [member.key, member]));
  return drawSample(drawnKeys, seed, size, sha256).flatMap(({ key, drawValue }) => {
    const member = byKey.get(key);
    return member ? [{ ...member, at: member.at.getTime(), drawValue }] : [];
  });
}
