import { readFleetAddress } from '@/app/(msp)/fleet-address';
import { clientWhy } from '@/components/backup/fleet-words';
import { withRoute } from '@/server/auth/with-route';
import { csvResponse, type CsvCell } from '@/server/csv';
import { readFleetList } from '@/server/data/fleet';
import { webDatabase } from '@/server/data/web-database';

const HEAD = [
  'Client',
  'Status',
  'Why',
  'Since (UTC)',
  'Systems',
  'Non-compliant',
  'Unknown',
  'At risk',
  'Compliant',
  'Time zone',
  'Client id',
];

/** The fleet as CSV: with the filters and the order of the fleet's own address, on all its pages. */
export const GET = withRoute({ permission: 'view-fleet' }, async ({ request, scope }) => {
  const now = new Date();
  const address = readFleetAddress(Object.fromEntries(new URL(request.url).searchParams));
  const clients = await readFleetList(webDatabase(), scope, address, now);
  return csvResponse(
    `fleet-${now.toISOString().slice(0, 10)}.csv`,
    HEAD,
    clients.map((client): CsvCell[] => {
      const { counts } = client;
      return [
        client.name,
        client.status ?? 'no systems',
        clientWhy(client, now.getTime()),
        client.since,
        counts['non-compliant'] + counts.unknown + counts['at-risk'] + counts.compliant,
        counts['non-compliant'],
        counts.unknown,
        counts['at-risk'],
        counts.compliant,
        client.timeZone,
        client.clientId,
      ];
    }),
  );
});
