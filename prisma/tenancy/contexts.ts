import { agentScope, workerScope } from '@/server/auth/system-scope';
import { sealContext, setContextSql } from '@/server/tenancy/sealed-context';
import type { TenantScope } from '@/server/tenancy/tenant-scope';
import type { Owner } from './sample-rows';

type ContextName =
  | 'none'
  | 'own MSP'
  | 'own client'
  | 'other MSP'
  | 'other client'
  | 'own client, as if the MSP'
  | 'forged seal'
  | 'expired seal'
  | "another connection's seal";

/** In which a statement is tried. */
export interface Context {
  readonly name: ContextName;
  /** For whom it is; null: it is for nobody, whatever it claims. */
  readonly scope: TenantScope | null;
  /** Sets it, right after BEGIN. */
  readonly sql: string;
}

/** What seals are made with and bound to. */
export interface Sealing {
  readonly key: Buffer;
  /** The backend of the connection that is tested. */
  readonly pid: number;
  /** The backend of another connection, which is open too. */
  readonly otherPid: number;
  /** As the application sets it at BEGIN; in the middle of a transaction only the setting itself can be set. */
  readonly moment: 'at BEGIN' | 'within';
}

/** Every context in which somebody may come by the rows of `owner`. */
export function contextsFor(
  owner: Owner,
  others: { otherMspId: string; otherClientId: string },
  sealing: Sealing,
): Context[] {
  const own = workerScope(owner.mspId);
  const sealed = (name: ContextName, scope: TenantScope): Context => ({
    name,
    scope,
    sql: seal(scope, sealing),
  });
  const ownClient =
    owner.clientId === null ? [] : [sealed('own client', ofClient(owner.mspId, owner.clientId))];
  const asIfMsp = sealing.moment === 'at BEGIN' ? ownClient.map(claimMsp) : [];
  return [
    { name: 'none', scope: null, sql: '' },
    sealed('own MSP', own),
    ...ownClient,
    ...asIfMsp,
    sealed('other MSP', workerScope(others.otherMspId)),
    sealed('other client', ofClient(owner.mspId, others.otherClientId)),
    { name: 'forged seal', scope: null, sql: forged(seal(own, sealing)) },
    { name: 'expired seal', scope: null, sql: seal(own, sealing, Date.now() - DAY_MS) },
    {
      name: "another connection's seal",
      scope: null,
      sql: seal(own, { ...sealing, pid: sealing.otherPid }),
    },
  ];
}

/** Whether row security has to show a row of `owner`; a table without clients shows all of an MSP's to each of its scopes. */
export function mayTouch({ scope }: Context, owner: Owner, hasClient: boolean): boolean {
  if (scope?.mspId !== owner.mspId) return false;
  return (
    !hasClient ||
    scope.clientIds === '*' ||
    (owner.clientId !== null && scope.clientIds.includes(owner.clientId))
  );
}

/** A setting as an intruder would write it who knows everything but the key: the whole MSP, for long. */
export function forgedSetting(mspId: string): string {
  return [mspId, '*', '', 'owner', '999999999999', '0'.repeat(64)].join('|');
}

const DAY_MS = 86_400_000;

function ofClient(mspId: string, clientId: string): TenantScope {
  return agentScope({ mspId, clientId, agentId: clientId });
}

function seal(scope: TenantScope, { key, pid, moment }: Sealing, nowMs = Date.now()): string {
  return moment === 'at BEGIN'
    ? setContextSql(scope, pid, key, nowMs)
    : `SET LOCAL app.ctx = '${sealContext(scope, pid, key, nowMs)}'`;
}

/** In a transaction that says it is for the whole MSP. */
function claimMsp({ sql }: Context): Context {
  return { name: 'own client, as if the MSP', scope: null, sql: `SET TRANSACTION DEFERRABLE; ${sql}` };
}

/** The last digit of the seal, changed. */
function forged(sql: string): string {
  return sql.replace(/.(?='$)/, (digit) => (digit === '0' ? '1' : '0'));
}
