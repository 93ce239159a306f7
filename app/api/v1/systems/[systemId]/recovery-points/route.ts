import { z } from 'zod';
import { apiRecoveryPoints, pageQuery } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import type { JudgedPoint } from '@/server/data/system-detail';
import { readSystemPoints } from '@/server/data/system-lists';
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
  dataSetId: z.uuid().optional().describe('Of this data set; left out: of the worst.'),
  repositoryId: z.uuid().optional().describe('Only in this repository.'),
});

/** The recovery points of one of a system's data sets, newest first, those that are gone among them, each with how it stands now. */
export const GET = withRoute(
  { permission: 'view-fleet', params: z.object({ systemId: z.uuid() }), query, answer: apiRecoveryPoints },
  async ({ request, scope, params: { systemId } }) => {
    const { cursor, limit = LIMIT_PRESET, dataSetId = null, repositoryId = null } = readQuery(request, query);
    const asked = { dataSetId, repositoryId, before: timeCursor(cursor), pageSize: limit + 1 };
    const found = await readSystemPoints(webDatabase(), scope, systemId, asked, new Date());
    if (!found) throw nothingHere();
    return listAnswer(
      found.points,
      limit,
      ({ point }) => timeCursorText(new Date(point.takenAt), point.id),
      pointAnswer,
    );
  },
);

function pointAnswer({ point, dataSetId, repositoryId, repositoryName, vanishedAt, standing }: JudgedPoint) {
  return {
    pointId: point.id,
    key: point.key,
    dataSetId,
    repositoryId,
    repositoryName,
    takenAt: isoOf(point.takenAt),
    state: point.state,
    sizeBytes: point.sizeBytes,
    goneAt: isoOrNull(vanishedAt),
    immutableUntil: isoOrNull(point.immutableUntil),
    standing: standing.kind,
    rejection: standing.kind === 'rejected' ? standing.reason : null,
  };
}
