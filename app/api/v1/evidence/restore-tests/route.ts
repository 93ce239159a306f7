import { withApiKey } from '@/server/auth/with-route';
import { listApiRestoreTests } from '@/server/data/evidence-api';
import { webDatabase } from '@/server/data/web-database';
import { askedInstant, askedSlice, sliceResponse } from '../asked-slice';
import { keepFields } from '../keep-fields';

/** Restore tests and lower checks that ended in [`from`, `to`); docs/evidence-api.md. */
export const GET = withApiKey({}, async ({ request, scope }) => {
  const slice = askedSlice(request, 500);
  const now = new Date();
  const from = askedInstant(request, 'from', new Date(0));
  const to = askedInstant(request, 'to', now);
  const tests = await listApiRestoreTests(webDatabase(), scope, slice, { from, to }, now);
  const data = tests.map((test) => ({
    restore_test_id: test.restoreTestId,
    client_id: test.clientId,
    system_id: test.systemId,
    system_name: test.systemName,
    repository_name: test.repositoryName,
    level: test.level,
    is_restore_test: test.level === 'L4' || test.level === 'L5',
    result: test.result,
    method: test.method,
    started_at: new Date(test.startedAt).toISOString(),
    ended_at: new Date(test.endedAt).toISOString(),
    raw_report_id: test.rawReportId,
    raw_report_sha256: test.rawReportSha256,
    record_id: test.recordId,
    ...keepFields(test.keep),
  }));
  return sliceResponse(data, slice, tests.at(-1)?.restoreTestId);
});
