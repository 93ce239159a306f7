import { auditFilter, readAuditAddress } from '@/app/(msp)/audit/audit-address';
import { withRoute } from '@/server/auth/with-route';
import { findEvidenceClient, findMsp } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';
import { linesResponse } from '@/server/lines';
import { nothingHere } from '@/server/nothing-here';
import { zipEvidenceLog } from '@/server/services/zip-evidence-log';
import { auditFileName } from '../asked-events';

/**
 * The evidence log as a zip that proves itself, with both verifiers: of `client` (left out: the whole MSP), from the day `from` to the day
 * `to`, both included, in the MSP's time zone.
 */
export const GET = withRoute({ permission: 'view-audit-log' }, async ({ request, scope }) => {
  const view = readAuditAddress(Object.fromEntries(new URL(request.url).searchParams));
  const { clientId } = view;
  const { timeZone } = await webDatabase().inScope(scope, async (tx) => {
    if (clientId !== null && !(await findEvidenceClient(tx, scope.mspId, clientId))) throw nothingHere();
    return findMsp(tx, scope.mspId);
  });
  const { from, to } = auditFilter(view, timeZone);
  const part = { clientId, from: from ?? new Date(0), to: to ?? new Date() };
  return linesResponse(
    auditFileName('zip').replace('audit', 'evidence-log'),
    'application/zip',
    zipEvidenceLog(webDatabase(), scope, part),
  );
});
