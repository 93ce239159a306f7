import { z } from 'zod';
import { isByGrant, isLimitable, isOfClients, ROLES, type Role } from '@/domain/access/permissions';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import {
  changeMember as storeChange,
  deactivateMember as shutOut,
  type MemberChange,
  reactivateMember as letIn,
} from '../data/identity-members';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';

/** What a person may do and see: `clientIds` `*` is every client of the MSP. */
export const accessShape = z.strictObject({
  role: z.enum(ROLES, 'Choose a role.'),
  clientIds: z.union([
    z.literal('*'),
    z.array(z.uuid()).min(1, 'Choose at least one client.').max(100, 'Choose at most 100 clients.'),
  ]),
});

/** The same, with clients that fit the role. */
export const accessForm = accessShape.superRefine(refuseMisfit);
export type AccessForm = z.infer<typeof accessForm>;

/** Refuses clients that do not fit a role: who runs the MSP sees all of them, a client's leader only their own. */
export function refuseMisfit(
  { role, clientIds }: { role: Role; clientIds: '*' | readonly string[] },
  context: z.RefinementCtx,
): void {
  if (isByGrant(role))
    context.addIssue({
      code: 'custom',
      path: ['role'],
      message: 'Auditors are let in by a grant: see Evidence.',
    });
  const message =
    clientIds === '*'
      ? isOfClients(role) && 'A leader sees their own company only: choose it.'
      : !isLimitable(role) && 'Owners and admins see every client.';
  if (message) context.addIssue({ code: 'custom', path: ['clientIds'], message });
}

/**
 * Gives a person of the scope's MSP another role and other clients, from their next request on.
 * @throws AppError `not-found`, `forbidden` for a role above one's own, `conflict` for the last owner
 */
export async function changeMember(
  database: Database,
  scope: TenantScope,
  personId: string,
  form: AccessForm,
): Promise<void> {
  const clientIds = form.clientIds === '*' ? '*' : [...new Set(form.clientIds)];
  await database.inScope(scope, async (tx) => {
    refuseUnlessDone(await storeChange(tx, personId, form.role, clientIds));
    await record(tx, 'person.access-changed', personId, { role: form.role, clientIds });
  });
}

/**
 * Shuts a person out of the scope's MSP; their sessions end at their next request.
 * @throws AppError `not-found`, `forbidden` for an owner as an admin, `conflict` for the last owner and oneself
 */
export async function deactivateMember(
  database: Database,
  scope: TenantScope,
  personId: string,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    refuseUnlessDone(await shutOut(tx, personId));
    await record(tx, 'person.deactivated', personId, {});
  });
}

/**
 * Lets a person in again with the role and clients they had.
 * @throws AppError `not-found` when they are not shut out, `forbidden` for an owner as an admin
 */
export async function reactivateMember(
  database: Database,
  scope: TenantScope,
  personId: string,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    refuseUnlessDone(await letIn(tx, personId));
    await record(tx, 'person.reactivated', personId, {});
  });
}

function refuseUnlessDone(change: MemberChange): void {
  switch (change) {
    case 'done':
      return;
    case 'not-found':
      throw nothingHere();
    case 'above':
      throw new AppError('forbidden', 'Only an owner can change an owner, or make one.');
    case 'last-owner':
      throw new AppError('conflict', 'This is the last owner. Make somebody else an owner first.');
    case 'break-glass':
      throw new AppError(
        'conflict',
        'This owner is the one whose password works while single sign-on is enforced. Name another one there first.',
      );
    case 'own':
      throw new AppError('conflict', 'Nobody can deactivate themselves. Ask another owner or admin.');
  }
}

function record(
  tx: Tx,
  action: string,
  personId: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  return appendAuditEvent(tx, { action, target: { personId }, details });
}
