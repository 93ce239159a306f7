import { wordsIn } from '@/components/format/words';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { lineStream } from '@/server/lines';
import type { PreviewStep } from '@/server/services/judge-twice';
import { policyDraft, previewPolicy } from '@/server/services/preview-policy';

/** What a draft would change across the fleet: an object a line, `{kind: 'progress', done, of}` and last `{kind: 'preview', …}`. */
export const POST = withRoute({ permission: 'change-policy', body: policyDraft }, async ({ scope, body }) => {
  const now = new Date();
  const steps = previewPolicy(webDatabase(), scope, body, {
    now,
    wordsIn: (timeZone) => wordsIn(timeZone, now.getTime()),
  });
  // The first step is taken here: a draft that is refused is answered as problem+json.
  const first = await steps.next();
  return new Response(lineStream(textsOf(first, steps)), {
    headers: { 'content-type': 'application/x-ndjson' },
  });
});

async function* textsOf(
  first: IteratorResult<PreviewStep, void>,
  others: AsyncGenerator<PreviewStep>,
): AsyncGenerator<string> {
  if (!first.done) yield `${JSON.stringify(first.value)}\n`;
  for await (const step of others) yield `${JSON.stringify(step)}\n`;
}
