import { z } from 'zod';
import { apiRestoreRecords, ofClientQuery, pageQuery } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { type ListedRestoreRecord, listRestoreRecords } from '@/server/data/restore-records';
import { webDatabase } from '@/server/data/web-database';
import { recordRestoreTest } from '@/server/services/record-restore-test';
import { RECORD_FORM_BYTES_MAX, restoreTestForm } from '@/server/services/restore-record-form';
import { isoOf, LIMIT_PRESET, listAnswer, readQuery, timeCursor, timeCursorText } from '../list-answer';

const query = z.strictObject({
  ...pageQuery,
  ...ofClientQuery,
  systemId: z.uuid().optional().describe('Only of this system.'),
});

/** The records of restore tests and lower checks, as corrected, those that ended last first. */
export const GET = withRoute(
  { permission: 'view-fleet', query, answer: apiRestoreRecords },
  async ({ request, scope }) => {
    const { cursor, limit = LIMIT_PRESET, clientId, systemId } = readQuery(request, query);
    const before = timeCursor(cursor);
    const records = await listRestoreRecords(webDatabase(), scope, {
      ...(clientId !== undefined && { clientId }),
      ...(systemId !== undefined && { systemId }),
      ...(before && { before }),
      limit: limit + 1,
    });
    return listAnswer(
      records,
      limit,
      ({ performedAt, recordId }) => timeCursorText(new Date(performedAt), recordId),
      recordAnswer,
    );
  },
);

function recordAnswer(one: ListedRestoreRecord) {
  const { recordId, clientId, systemId, repositoryId, level, result, review, failure, sha256 } = one;
  return {
    recordId,
    clientId,
    systemId,
    repositoryId,
    level,
    isRestoreTest: level === 'L4' || level === 'L5',
    result,
    performedAt: isoOf(one.performedAt),
    review,
    failure,
    sha256,
  };
}

/** Records a restore test that the person who asks made, with its attachments. 201 with `{recordId}`. */
export const POST = withRoute(
  { permission: 'record-restore-test', body: restoreTestForm, bodyBytesMax: RECORD_FORM_BYTES_MAX },
  async ({ scope, session, body }) => {
    const recordId = await recordRestoreTest(webDatabase(), scope, session, body, Date.now());
    return Response.json({ recordId }, { status: 201 });
  },
);
