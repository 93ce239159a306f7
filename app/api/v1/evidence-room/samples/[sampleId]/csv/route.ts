import { z } from 'zod';
import { drawSample } from '@/domain/evidence/sample';
import { auditorOf } from '@/server/auth/auditor';
import { withRoute } from '@/server/auth/with-route';
import { csvResponse } from '@/server/csv';
import { findMembers, sha256 } from '@/server/data/evidence-populations';
import { findSample } from '@/server/data/evidence-samples';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';
import { openEvidence } from '@/server/services/use-evidence-room';

const HEAD = [
  'Drawn',
  'Draw value',
  'Key',
  'At (UTC)',
  'System',
  'About',
  'Level',
  'Result',
  'Seed',
  'List SHA-256',
];

/** A sample as CSV, with its seed and the hash of the list that it was drawn from. The download is in the log. */
export const GET = withRoute(
  { permission: 'view-evidence', params: z.object({ sampleId: z.uuid() }) },
  async ({ session, params }) => {
    const { scope, grant } = auditorOf(session);
    const sample = await webDatabase().inScope(scope, (tx) =>
      findSample(tx, scope.mspId, grant.grantId, params.sampleId),
    );
    if (!sample) throw nothingHere();
    const act = { kind: 'downloaded', what: `sample ${sample.sampleId}` } as const;
    const [view] = await openEvidence(webDatabase(), auditorOf(session), [sample.clientId], act);
    const members = await webDatabase().inScope(scope, async (tx) =>
      view ? findMembers(tx, view, sample.population, sample.drawnKeys) : [],
    );
    const byKey = new Map(members.map((member) => [member.key, member]));
    const drawn = drawSample(sample.drawnKeys, sample.seed, sample.size, sha256);
    const rows = drawn.map(({ key, drawValue }, index) => {
      const { at = null, systemName = '', about = '', level = null, result = '' } = byKey.get(key) ?? {};
      return [
        index + 1,
        drawValue,
        key,
        at,
        systemName,
        about,
        level,
        result,
        sample.seed,
        sample.populationSha256,
      ];
    });
    return csvResponse(`sample-${sample.seed}.csv`, HEAD, rows);
  },
);
