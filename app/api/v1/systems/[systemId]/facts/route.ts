import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { readSystem } from '@/server/data/system-detail';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';

/** What the verdicts of a system rest on, as of now: facts, policy version and verdict of each data set. */
export const GET = withRoute(
  { permission: 'view-fleet', params: z.object({ systemId: z.uuid() }) },
  async ({ scope, params: { systemId } }) => {
    const detail = await readSystem(webDatabase(), scope, systemId, null, new Date());
    if (!detail) throw nothingHere();
    const { system, client, status, dataSets } = detail;
    const content = {
      system: { systemId, name: system.name, kind: system.kind, status, since: system.since },
      client: { clientId: client.clientId, name: client.name, timeZone: client.timeZone },
      dataSets,
    };
    return new Response(JSON.stringify(content, null, 2), {
      headers: {
        'content-type': 'application/json',
        'content-disposition': `attachment; filename="facts-${systemId}.json"`,
      },
    });
  },
);
