import { auditFilter, readAuditAddress } from '@/app/(msp)/audit/audit-address';
import type { AuditRow } from '@/server/data/audit-log';
import { streamAuditEvents } from '@/server/data/audit-screen';
import { findMsp } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';
import type { TenantScope } from '@/server/tenancy/tenant-scope';

/** The events of the log that a request asks for with the filters of the screen's address, newest first. */
export async function askedEvents(request: Request, scope: TenantScope): Promise<AsyncGenerator<AuditRow>> {
  const view = readAuditAddress(Object.fromEntries(new URL(request.url).searchParams));
  const { timeZone } = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  return streamAuditEvents(webDatabase(), scope, auditFilter(view, timeZone));
}

export function auditFileName(ending: string): string {
  return `audit-${new Date().toISOString().slice(0, 10)}.${ending}`;
}
