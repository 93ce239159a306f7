import { z } from 'zod';
import { textIn } from '@/app/(msp)/system-address';
import { systemWhy } from '@/components/backup/fleet-words';
import { withRoute } from '@/server/auth/with-route';
import { csvResponse, type CsvCell } from '@/server/csv';
import { readSystemList } from '@/server/data/system-lists';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';

const HEAD = ['System', 'Kind', 'Status', 'Why', 'Since (UTC)', 'Copies', 'Copies needed', 'System id'];

/** A client's systems as CSV, with the filter of its page. */
export const GET = withRoute(
  { permission: 'view-fleet', params: z.object({ clientId: z.uuid() }) },
  async ({ request, scope, params: { clientId } }) => {
    const now = new Date();
    const search = textIn(Object.fromEntries(new URL(request.url).searchParams), 'q');
    const list = await readSystemList(webDatabase(), scope, clientId, search, now);
    if (!list) throw nothingHere();
    const { client, systems } = list;
    return csvResponse(
      `systems-${now.toISOString().slice(0, 10)}.csv`,
      HEAD,
      systems.map((system): CsvCell[] => [
        system.name,
        system.kind,
        system.status,
        system.status === 'compliant' ? '' : systemWhy(system, client.timeZone, now.getTime()),
        system.since,
        system.verdict?.digits.copies.actual ?? null,
        system.verdict?.digits.copies.required ?? null,
        system.systemId,
      ]),
    );
  },
);
