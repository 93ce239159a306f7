import { readCoverageAddress } from '@/app/(msp)/coverage/coverage-address';
import { COVERAGE_WORD } from '@/components/coverage/coverage-words';
import { withRoute } from '@/server/auth/with-route';
import { csvResponse, type CsvCell } from '@/server/csv';
import { readCoverageList } from '@/server/data/coverage-screen';
import { webDatabase } from '@/server/data/web-database';

const HEAD = [
  'Machine',
  'Client',
  'Coverage',
  'Kind',
  'Site',
  'System',
  'Status',
  'Excluded until (UTC)',
  'Excluded by',
  'Why excluded',
  'Client id',
  'System id',
];

/** The coverage as CSV: with the filters and the order of its own address, on all its pages. */
export const GET = withRoute({ permission: 'view-fleet' }, async ({ request, scope }) => {
  const now = new Date();
  const view = readCoverageAddress(Object.fromEntries(new URL(request.url).searchParams));
  const machines = await readCoverageList(webDatabase(), scope, view, now);
  return csvResponse(
    `coverage-${now.toISOString().slice(0, 10)}.csv`,
    HEAD,
    machines.map(({ name, clientName, state, listed, system, exclusion, clientId }): CsvCell[] => [
      name,
      clientName,
      COVERAGE_WORD[state],
      listed?.kind ?? null,
      listed?.siteName ?? null,
      system?.name ?? null,
      system?.status ?? null,
      exclusion && new Date(exclusion.validUntil),
      exclusion?.ownerName ?? null,
      exclusion?.reason ?? null,
      clientId,
      system?.systemId ?? null,
    ]),
  );
});
