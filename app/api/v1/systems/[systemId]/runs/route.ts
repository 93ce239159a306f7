import { z } from 'zod';
import { apiRuns, pageQuery } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { readSystemRuns } from '@/server/data/system-lists';
import type { ListedRun } from '@/server/data/system-runs';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';
import {
  isoOf,
  isoOrNull,
  LIMIT_PRESET,
  listAnswer,
  readQuery,
  timeCursor,
  timeCursorText,
} from '../../../list-answer';

const query = z.strictObject({
  ...pageQuery,
  jobId: z.uuid().optional().describe('Only of this job.'),
});

/** The runs of a system, newest first: what tools said of each, and by which ways it was told. */
export const GET = withRoute(
  { permission: 'view-fleet', params: z.object({ systemId: z.uuid() }), query, answer: apiRuns },
  async ({ request, scope, params: { systemId } }) => {
    const { cursor, limit = LIMIT_PRESET, jobId = null } = readQuery(request, query);
    const asked = { jobId, dayIn: () => null, before: timeCursor(cursor), pageSize: limit + 1 };
    const found = await readSystemRuns(webDatabase(), scope, systemId, asked, new Date());
    if (!found) throw nothingHere();
    return listAnswer(found.runs, limit, ({ at, runId }) => timeCursorText(new Date(at), runId), runAnswer);
  },
);

const numberOrNull = (size: bigint | null) => (size === null ? null : Number(size));

function runAnswer(run: ListedRun) {
  const { runId, jobId, jobName, repositoryName, kind, status, isPartial, durationSeconds, exitCode } = run;
  const { message, trust, toldBy, disagreement, rawReportId } = run;
  return {
    runId,
    jobId,
    jobName,
    repositoryName,
    kind,
    status,
    isPartial,
    at: isoOf(run.at),
    startedAt: isoOrNull(run.startedAt),
    endedAt: isoOrNull(run.endedAt),
    durationSeconds,
    sourceBytes: numberOrNull(run.sourceBytes),
    storedBytes: numberOrNull(run.storedBytes),
    filesTotal: numberOrNull(run.filesTotal),
    filesFailed: numberOrNull(run.filesFailed),
    exitCode,
    message,
    trust,
    toldBy,
    disagreement,
    rawReportId,
  };
}
