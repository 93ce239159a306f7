import { wordsIn } from '@/components/format/words';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { jsonLines } from '@/server/lines';
import { ruleDraft } from '@/server/services/change-assignment-rules';
import { previewAssignmentRule } from '@/server/services/preview-assignment-rule';

/**
 * What a rule would do to the systems that are there: an object a line, `{kind: 'matches', …}` at once, `{kind: 'progress', done, of}`, and
 * last `{kind: 'preview', …}`.
 */
export const POST = withRoute({ permission: 'change-policy', body: ruleDraft }, async ({ scope, body }) => {
  const now = new Date();
  return jsonLines(
    previewAssignmentRule(webDatabase(), scope, body, {
      now,
      wordsIn: (timeZone) => wordsIn(timeZone, now.getTime()),
    }),
  );
});
