import { z } from 'zod';
import { isByGrant, type Role, ROLES } from '@/domain/access/permissions';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { enforceSignOn as storeEnforced, readBreakGlass, storeCodeRoles } from '../data/identity-sign-on';
import { AppError } from '../errors';
import type { TenantScope } from '../tenancy/tenant-scope';

/** What enforces single sign-on: the owner whose password works on. */
export const enforcementForm = z.strictObject({ breakGlassPersonId: z.uuid('Choose an owner.') });

/** Roles that must have an authenticator. Auditors must anyway: their sessions are nothing without a code. */
export const codeRolesForm = z.strictObject({
  roles: z
    .array(z.enum(ROLES).refine((role) => !isByGrant(role), 'Auditors must have one anyway.'))
    .max(ROLES.length),
});

/**
 * Lets the MSP's own people in through single sign-on only, but for one owner. Passwords of others still prove who somebody is where they
 * have to link their account, and nothing else.
 * @throws AppError `conflict` while it is off, before anybody has signed in through it, for somebody who is no owner with an authenticator
 */
export async function enforceSignOn(
  database: Database,
  scope: TenantScope,
  { breakGlassPersonId }: z.infer<typeof enforcementForm>,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const outcome = await storeEnforced(tx, breakGlassPersonId);
    if (outcome !== 'done') throw new AppError('conflict', REFUSALS[outcome]);
    await appendAuditEvent(tx, {
      action: 'single-sign-on.enforced',
      target: { personId: breakGlassPersonId },
      details: {},
    });
  });
}

const REFUSALS = {
  off: 'Switch single sign-on on first.',
  unproven: 'Sign in through it once first, so that it is known to work.',
  unfit: 'Choose an active owner with a password and an authenticator.',
} as const;

/** Lets passwords in again. Twice changes nothing. */
export async function endEnforcement(database: Database, scope: TenantScope): Promise<void> {
  await database.inScope(scope, async (tx) => {
    if ((await readBreakGlass(tx)) === null) return;
    await storeEnforced(tx, null);
    await appendAuditEvent(tx, { action: 'single-sign-on.enforcement-ended', target: {}, details: {} });
  });
}

/** Says which roles must have an authenticator: who has none is led to set one up at their next request. */
export async function demandCodes(
  database: Database,
  scope: TenantScope,
  roles: readonly Role[],
): Promise<void> {
  const codeRoles = ROLES.filter((role) => roles.includes(role));
  await database.inScope(scope, async (tx) => {
    if (!(await storeCodeRoles(tx, codeRoles))) return;
    await appendAuditEvent(tx, {
      action: 'sign-in.code-roles-changed',
      target: {},
      details: { roles: codeRoles },
    });
  });
}
