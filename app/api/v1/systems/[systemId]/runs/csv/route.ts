import { z } from 'zod';
import { dayIn, idIn } from '@/app/(msp)/system-address';
import { disagreementText, toldByText } from '@/components/backup/told-by';
import { withRoute } from '@/server/auth/with-route';
import { csvResponse, type CsvCell } from '@/server/csv';
import { readSystemRuns, type SystemRuns } from '@/server/data/system-lists';
import type { ListedRun } from '@/server/data/system-runs';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';

const ROWS_AT_ONCE = 1000;
const HEAD = [
  'Started (UTC)',
  'Ended (UTC)',
  'Job',
  'Repository',
  'Kind',
  'Outcome',
  'Partial',
  'Seconds',
  'Added bytes',
  'Files',
  'Files failed',
  'Exit',
  'Message',
  'Sources not found',
  'Told by',
  'Said otherwise',
  'Report id',
  'Run id',
];

/** A system's runs as CSV, of one job or day if asked for, newest first, all of them. */
export const GET = withRoute(
  { permission: 'view-fleet', params: z.object({ systemId: z.uuid() }) },
  async ({ request, scope, params: { systemId } }) => {
    const now = new Date();
    const given = Object.fromEntries(new URL(request.url).searchParams);
    const read = (before: { at: Date; id: string } | null): Promise<SystemRuns | null> =>
      readSystemRuns(
        webDatabase(),
        scope,
        systemId,
        {
          jobId: idIn(given, 'job'),
          told: given['told'] === 'imports' ? 'imports' : 'all',
          dayIn: (zone) => dayIn(given, zone, now.getTime()),
          before,
          pageSize: ROWS_AT_ONCE,
        },
        now,
      );
    const first = await read(null);
    if (!first) throw nothingHere();
    return csvResponse(`runs-${now.toISOString().slice(0, 10)}.csv`, HEAD, rowsFrom(first, read));
  },
);

async function* rowsFrom(
  first: SystemRuns,
  read: (before: { at: Date; id: string }) => Promise<SystemRuns | null>,
): AsyncGenerator<CsvCell[]> {
  for (let page: SystemRuns | null = first; page;) {
    yield* page.runs.map(rowOf);
    const last: ListedRun | undefined = page.runs.at(-1);
    page = page.hasMore && last ? await read({ at: new Date(last.at), id: last.runId }) : null;
  }
}

function rowOf(run: ListedRun): CsvCell[] {
  return [
    new Date(run.at),
    run.endedAt === null ? null : new Date(run.endedAt),
    run.jobName,
    run.repositoryName,
    run.kind,
    run.status,
    run.isPartial ? 'yes' : 'no',
    run.durationSeconds,
    run.storedBytes,
    run.filesTotal,
    run.filesFailed,
    run.exitCode,
    run.message,
    run.missingSources.join('; '),
    run.imported ? `import: ${run.imported.name}` : toldByText(run),
    disagreementText(run),
    run.rawReportId,
    run.runId,
  ];
}
