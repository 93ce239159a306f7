import { createHmac } from 'node:crypto';
import type { TenantScope } from './tenant-scope';

/** How long a sealed context may outlive the longest transaction (60 s) that uses it. */
const CONTEXT_SECONDS = 120;

/**
 * The value of `app.ctx` for one backend: `msp|clients|user|role|expires|mac`. The mac covers the backend's process id,
 * so a context copied from another connection is worth nothing; `nowMs` sets its expiry.
 */
export function sealContext(scope: TenantScope, backendPid: number, key: Buffer, nowMs: number): string {
  const clients = scope.clientIds === '*' ? '*' : scope.clientIds.join(',');
  const expires = Math.floor(nowMs / 1000) + CONTEXT_SECONDS;
  const fields = [scope.mspId, clients, scope.actorId ?? '', scope.role, String(expires)].join('|');
  const mac = createHmac('sha256', key).update(`${fields}|${backendPid}`).digest('hex');
  return `${fields}|${mac}`;
}

/**
 * What a transaction begins with, right after BEGIN and before anything reads: the context, and whether it is for the
 * whole MSP (DEFERRABLE, which nothing can turn on later; the database then verifies the seal once a scan instead of once
 * a row). The only place that builds it.
 */
export function setContextSql(scope: TenantScope, backendPid: number, key: Buffer, nowMs: number): string {
  const wholeMsp = scope.clientIds === '*' ? 'SET TRANSACTION DEFERRABLE; ' : '';
  return `${wholeMsp}SET LOCAL app.ctx = '${sealContext(scope, backendPid, key, nowMs)}'`;
}
