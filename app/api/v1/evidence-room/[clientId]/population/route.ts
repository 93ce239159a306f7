import { z } from 'zod';
import { type Population, POPULATIONS } from '@/domain/evidence/population';
import { auditorOf } from '@/server/auth/auditor';
import { withRoute } from '@/server/auth/with-route';
import { csvResponse } from '@/server/csv';
import { isKept, type PopulationMember, readPopulation } from '@/server/data/evidence-populations';
import type { EvidenceView } from '@/server/data/evidence-view';
import { webDatabase } from '@/server/data/web-database';
import { type Auditor, listDeleted, openEvidence } from '@/server/services/use-evidence-room';

const HEAD = ['Number', 'Key', 'At (UTC)', 'System', 'About', 'Level', 'Result'];
const PIECE = 5000;

/** A whole population as CSV (`?kind=`), numbered without gaps. The download is in the log. 409 for one that was deleted with the client's data. */
export const GET = withRoute(
  { permission: 'view-evidence', params: z.object({ clientId: z.uuid() }) },
  async ({ request, session, params }) => {
    const auditor = auditorOf(session);
    const kind = z
      .enum(POPULATIONS)
      .catch('restore-tests')
      .parse(new URL(request.url).searchParams.get('kind'));
    const act = { kind: 'downloaded', what: `population ${kind}` } as const;
    const [view] = await openEvidence(webDatabase(), auditor, [params.clientId], act);
    if (view && !isKept(view, kind)) throw listDeleted();
    return csvResponse(`${kind}.csv`, HEAD, view ? cellsOf(auditor, view, kind) : []);
  },
);

async function* cellsOf({ scope }: Auditor, view: EvidenceView, kind: Population) {
  let after = 0;
  for (;;) {
    const members: PopulationMember[] = await webDatabase().inScope(scope, (tx) =>
      readPopulation(tx, view, kind, { after, limit: PIECE }),
    );
    for (const { number, key, at, systemName, about, level, result } of members)
      yield [number, key, at, systemName, about, level, result];
    if (members.length < PIECE) return;
    after = members.at(-1)?.number ?? after + PIECE;
  }
}
