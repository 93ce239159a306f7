import { askedMonth, reviewMonths } from '@/app/(msp)/reports/service-review/review-month';
import { withRoute } from '@/server/auth/with-route';
import { csvResponse, type CsvCell } from '@/server/csv';
import { findMsp } from '@/server/data/clients';
import { readServiceReview } from '@/server/data/service-review';
import { webDatabase } from '@/server/data/web-database';

const HEAD = [
  'Client',
  'Days kept',
  'Days known',
  'Causes opened',
  'Came back',
  'Corrected',
  'Still open',
  'Messages',
  'Seconds to detect (median)',
  'Seconds to acknowledge (median)',
  'Seconds to correct (median)',
  'Client id',
];

/** The service review of `month` (YYYY-MM; left out: the last that is over) as CSV, a client a row. */
export const GET = withRoute({ permission: 'view-documents' }, async ({ request, scope }) => {
  const now = new Date();
  const { timeZone } = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  const asked = new URL(request.url).searchParams.get('month');
  const month = askedMonth(asked, reviewMonths(timeZone, now.getTime()));
  const { clients } = await readServiceReview(webDatabase(), scope, month, now);
  return csvResponse(
    `service-review-${month}.csv`,
    HEAD,
    clients.map((one): CsvCell[] => [
      one.clientName,
      one.keptDays,
      one.knownDays,
      one.opened,
      one.cameBack,
      one.corrected,
      one.stillOpen,
      one.messages,
      one.detectSeconds,
      one.acknowledgeSeconds,
      one.correctSeconds,
      one.clientId,
    ]),
  );
});
