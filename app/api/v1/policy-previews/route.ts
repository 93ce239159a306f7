import { wordsIn } from '@/components/format/words';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { jsonLines } from '@/server/lines';
import { policyDraft, previewPolicy } from '@/server/services/preview-policy';

/** What a draft would change across the fleet: an object a line, `{kind: 'progress', done, of}` and last `{kind: 'preview', …}`. */
export const POST = withRoute({ permission: 'change-policy', body: policyDraft }, async ({ scope, body }) => {
  const now = new Date();
  return jsonLines(
    previewPolicy(webDatabase(), scope, body, {
      now,
      wordsIn: (timeZone) => wordsIn(timeZone, now.getTime()),
    }),
  );
});
