declare const made: unique symbol;

/** Roles a context can carry: people's roles, and the programs that act for it. */
export const CONTEXT_ROLES = [
  'owner',
  'admin',
  'technician',
  'read-only',
  'leader',
  'auditor',
  'api-key',
  'agent',
  'worker',
  'set-up',
] as const;
export type ContextRole = (typeof CONTEXT_ROLES)[number];

/**
 * For whom a query runs: the MSP, the clients within it that may be seen, and who is asking. Every function in
 * `server/data` and `server/services` takes one first. Only `server/auth` makes them (`makeTenantScope`).
 */
export interface TenantScope {
  readonly [made]: true;
  readonly mspId: string;
  /** '*': every client of the MSP. */
  readonly clientIds: '*' | readonly string[];
  /** The person or agent that acts; null for the worker's own doing. */
  readonly actorId: string | null;
  readonly role: ContextRole;
  /** The personal key by which the person acts, which the audit log says then; left out: they act themselves. */
  readonly personalKeyId?: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Makes a scope; throws on anything that is not a lower-case UUID, since the values become part of an SQL statement. */
export function makeTenantScope(parts: {
  mspId: string;
  clientIds: '*' | readonly string[];
  actorId: string | null;
  role: ContextRole;
  personalKeyId?: string;
}): TenantScope {
  const ids = [
    parts.mspId,
    ...(parts.clientIds === '*' ? [] : parts.clientIds),
    ...(parts.actorId === null ? [] : [parts.actorId]),
    ...(parts.personalKeyId === undefined ? [] : [parts.personalKeyId]),
  ];
  for (const id of ids) if (!UUID.test(id)) throw new Error('a scope takes lower-case UUIDs only');
  if (!CONTEXT_ROLES.includes(parts.role)) throw new Error('unknown role');
  // The brand exists for the type checker only: it keeps plain objects from passing as scopes.
  return Object.freeze({ ...parts }) as TenantScope;
}
