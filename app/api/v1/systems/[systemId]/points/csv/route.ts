import { z } from 'zod';
import { idIn } from '@/app/(msp)/system-address';
import { wordsIn } from '@/components/format/words';
import type { PointStanding } from '@/domain/protection/point-standing';
import { rejectionText, type Words } from '@/domain/protection/sentence';
import { withRoute } from '@/server/auth/with-route';
import { csvResponse, type CsvCell } from '@/server/csv';
import type { JudgedPoint } from '@/server/data/system-detail';
import { readSystemPoints, type SystemPoints } from '@/server/data/system-lists';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';

const ROWS_AT_ONCE = 1000;
const HEAD = [
  'Point',
  'Repository',
  'Made (UTC)',
  'Size in bytes',
  'Files',
  'State',
  'Why',
  'Gone since (UTC)',
  'Point id',
];

/** The recovery points of a system's data set as CSV, of one repository if asked for, newest first, all of them. */
export const GET = withRoute(
  { permission: 'view-fleet', params: z.object({ systemId: z.uuid() }) },
  async ({ request, scope, params: { systemId } }) => {
    const now = new Date();
    const given = Object.fromEntries(new URL(request.url).searchParams);
    const read = (dataSetId: string | null, before: { at: Date; id: string } | null) =>
      readSystemPoints(
        webDatabase(),
        scope,
        systemId,
        { dataSetId, repositoryId: idIn(given, 'repository'), before, pageSize: ROWS_AT_ONCE },
        now,
      );
    const first = await read(idIn(given, 'set'), null);
    if (!first) throw nothingHere();
    const words = wordsIn(first.client.timeZone, now.getTime());
    // What is the worst data set may change between two pages.
    const next = (before: { at: Date; id: string }) => read(first.chosen?.dataSetId ?? null, before);
    return csvResponse(`points-${now.toISOString().slice(0, 10)}.csv`, HEAD, rowsFrom(first, next, words));
  },
);

async function* rowsFrom(
  first: SystemPoints,
  read: (before: { at: Date; id: string }) => Promise<SystemPoints | null>,
  words: Words,
): AsyncGenerator<CsvCell[]> {
  for (let page: SystemPoints | null = first; page;) {
    yield* page.points.map((point) => rowOf(point, words));
    const last: JudgedPoint | undefined = page.points.at(-1);
    page = page.hasMore && last ? await read({ at: new Date(last.point.takenAt), id: last.point.id }) : null;
  }
}

function rowOf(
  { point, repositoryName, filesTotal, vanishedAt, standing }: JudgedPoint,
  words: Words,
): CsvCell[] {
  return [
    point.key,
    repositoryName,
    new Date(point.takenAt),
    point.sizeBytes,
    filesTotal,
    ...standingOf(standing, words),
    vanishedAt === null ? null : new Date(vanishedAt),
    point.id,
  ];
}

function standingOf(standing: PointStanding, words: Words): [string, string] {
  switch (standing.kind) {
    case 'counts':
      return ['counts', ''];
    case 'usable':
      return ['usable', standing.isStale ? 'older than the RPO' : ''];
    case 'rejected':
      return ['not usable', rejectionText(standing.reason, words)];
  }
}
