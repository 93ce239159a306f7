import { z } from 'zod';
import { wordsIn } from '@/components/format/words';
import { causeTitle } from '@/domain/findings/cause-title';
import type { CurrentSession } from '@/server/auth/current-session';
import { withRoute } from '@/server/auth/with-route';
import { listQueue } from '@/server/data/finding-queue';
import { findNamedThings } from '@/server/data/named-things';
import { webDatabase } from '@/server/data/web-database';

const text = z.string().trim().min(1).max(200).nullable().catch(null);

const FINDINGS_MAX = 6;

/** What one can go to by name, findings that need somebody last: `{things}`; none for an empty `q`. */
export const GET = withRoute({ permission: 'view-fleet' }, async ({ request, session }) => {
  const asked = text.parse(new URL(request.url).searchParams.get('q'));
  return Response.json({ things: asked === null ? [] : await thingsCalled(session, asked) });
});

async function thingsCalled({ scope, personId }: CurrentSession, asked: string) {
  const now = new Date();
  const reader = { mspId: scope.mspId, personId, now };
  const view = {
    tab: 'open',
    group: 'harm',
    page: 1,
    search: asked,
    severity: null,
    clientId: null,
    rule: null,
  } as const;
  return webDatabase().inScope(scope, async (tx) => {
    const things = await findNamedThings(tx, scope.mspId, asked);
    const { causes } = await listQueue(tx, reader, view, FINDINGS_MAX);
    const findings = causes.map((cause) => ({
      kind: 'finding',
      id: cause.causeId,
      name: causeTitle(cause, wordsIn(cause.timeZone, now.getTime())),
      clientId: cause.clientId,
      clientName: cause.clientName,
    }));
    return [...things, ...findings];
  });
}
