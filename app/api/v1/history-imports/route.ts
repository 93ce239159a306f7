import { withRoute } from '@/server/auth/with-route';
import { readBytes } from '@/server/auth/request-body';
import { HISTORY_BYTES_MAX } from '@/domain/history/history-file';
import { webDatabase } from '@/server/data/web-database';
import { AppError } from '@/server/errors';
import { type HistoryUpload, historyUpload } from '@/server/services/history-forms';
import { uploadHistory } from '@/server/services/upload-history';

/** Keeps a file with history, which is sent as it is; the address says whose it is and what it is called. 201 with `{importId}`. */
export const POST = withRoute({ permission: 'manage-channels' }, async ({ request, scope, session }) => {
  const upload = uploadOf(request);
  const bytes = await readBytes(request, HISTORY_BYTES_MAX);
  const importId = await uploadHistory(webDatabase(), scope, session, upload, bytes, new Date());
  return Response.json({ importId }, { status: 201 });
});

function uploadOf(request: Request): HistoryUpload {
  const parsed = historyUpload.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (parsed.success) return parsed.data;
  const fields: Record<string, string> = {};
  for (const { path, message } of parsed.error.issues) fields[path.join('.') || 'address'] ??= message;
  throw new AppError('invalid-request', 'Some of what was sent is not as it must be.', { fields });
}
