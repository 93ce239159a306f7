import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { PointTable } from '@/components/backup/point-table';
import { counted } from '@/components/format/amounts';
import { wordsIn } from '@/components/format/words';
import { Chip } from '@/components/ui/chip';
import { CsvLink } from '@/components/ui/csv-link';
import { Empty } from '@/components/ui/empty';
import { TextLink } from '@/components/ui/text-link';
import { requireSession } from '@/server/auth/require-scope';
import { readSystemPoints } from '@/server/data/system-lists';
import { webDatabase } from '@/server/data/web-database';
import { systemTitle } from '../../../page-subjects';
import { PageTop } from '../../../page-top';
import { requestTime } from '../../../request-time';
import { cursorIn, cursorText, idIn } from '../../../system-address';

interface Props {
  params: Promise<{ systemId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Recovery points of ${await systemTitle((await params).systemId)}` };
}

/** All recovery points of a system's data set, of one repository if asked for, with those that are gone. */
export default async function PointsPage({ params, searchParams }: Props) {
  const session = await requireSession('view-fleet');
  const systemId = z.uuid().safeParse((await params).systemId).data;
  const given = await searchParams;
  const now = requestTime();
  const repositoryId = idIn(given, 'repository');
  const list =
    systemId &&
    (await readSystemPoints(
      webDatabase(),
      session.scope,
      systemId,
      { dataSetId: idIn(given, 'set'), repositoryId, before: cursorIn(given) },
      now,
    ));
  if (!list) notFound();
  const { system, client, dataSets, chosen, points, count, hasMore } = list;
  const base = `/systems/${systemId}/points`;
  const href = (set: string | undefined, repository: string | null, before?: string): string => {
    const query = new URLSearchParams({
      ...(set && { set }),
      ...(repository && { repository }),
      ...(before && { before }),
    });
    return query.size > 0 ? `${base}?${query}` : base;
  };
  const last = points.at(-1);
  return (
    <>
      <PageTop
        session={session}
        clientId={client.clientId}
        crumbs={[
          { name: client.name, href: `/clients/${client.clientId}` },
          { name: system.name, href: `/systems/${systemId}` },
          { name: 'Recovery points' },
        ]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Recovery points of {system.name}</h1>
        <p className="text-13 text-ink-3 mb-3">
          {counted(count, 'point')} there now{chosen && ` of ${chosen.name}`} · all times {client.timeZone}
        </p>
        <div className="mb-3 flex flex-wrap gap-1.5">
          <div className="order-last ml-auto">
            <CsvLink
              href={href(chosen?.dataSetId, repositoryId).replace(base, `/api/v1${base}/csv`)}
              what="these recovery points"
            />
          </div>
          {dataSets.length > 1 &&
            dataSets.map((one) => (
              <Chip key={one.dataSetId} href={href(one.dataSetId, null)} isOn={one === chosen}>
                {one.name}
              </Chip>
            ))}
          <Chip href={href(chosen?.dataSetId, null)} isOn={repositoryId === null}>
            All repositories
          </Chip>
          {chosen?.facts.repositories.map((repository) => (
            <Chip
              key={repository.id}
              href={href(chosen.dataSetId, repository.id)}
              isOn={repositoryId === repository.id}
            >
              {repository.name}
            </Chip>
          ))}
        </div>
        {points.length === 0 ? (
          <Empty title="No recovery point here: nothing of this could be restored.">
            <TextLink href={base}>Show all points</TextLink>
          </Empty>
        ) : (
          <PointTable
            points={points}
            timeZone={client.timeZone}
            now={now.getTime()}
            words={wordsIn(client.timeZone, now.getTime())}
          />
        )}
        {hasMore && last && (
          <p className="mt-3">
            <TextLink
              href={href(chosen?.dataSetId, repositoryId, cursorText(last.point.takenAt, last.point.id))}
              rel="next"
            >
              Older points
            </TextLink>
          </p>
        )}
      </main>
    </>
  );
}
