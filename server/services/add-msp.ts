import { v7 } from 'uuid';
import { z } from 'zod';
import { normaliseEmail } from '@/domain/access/email-address';
import { setUpScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { insertMspByInvitation } from '../data/identity-set-up';
import { AppError } from '../errors';
import { createDefaultPolicy } from './create-default-policy';
import { textLine, timeZone as timeZoneField } from './form-fields';
import { newInvitationLink } from './invite-person';

/** What whoever runs the installation says of a further MSP. */
export const newMspForm = z.strictObject({
  name: textLine('the name of the company'),
  timeZone: timeZoneField,
  ownerEmail: z.string().max(1000),
});

/** An MSP that waits for its owner. */
export interface AwaitedMsp {
  /** Stands behind the `#` of the link; kept nowhere. */
  readonly token: string;
  /** True: it was made before, as it was named then; the link of that time is worthless now. */
  readonly isRenewed: boolean;
}

/**
 * Makes a further MSP with its default policy and an invitation for its first owner, once the installation is set up. Asked
 * again with an e-mail that has not joined, it makes a new link only. Needs the migrator's database.
 * @throws AppError `invalid-request`, `conflict`
 */
export async function addMsp(
  migratorDatabase: Database,
  { name, timeZone, ownerEmail }: z.infer<typeof newMspForm>,
  nowMs: number,
): Promise<AwaitedMsp> {
  const email = normaliseEmail(ownerEmail);
  if (!email) throw new AppError('invalid-request', 'Enter a plain e-mail address, such as ana@example.com.');
  const [mspId, invitationId] = [v7(), v7()];
  const link = newInvitationLink(nowMs);
  const outcome = await migratorDatabase.inScope(setUpScope(mspId, null), async (tx) => {
    const made = await insertMspByInvitation(tx, { name, timeZone, email, invitationId, link });
    if (made !== 'added') return made;
    await createDefaultPolicy(tx, mspId, null, new Date(nowMs));
    await appendAuditEvent(tx, {
      action: 'msp.added',
      target: { mspId, invitationId },
      details: { mspName: name, timeZone, role: 'owner' },
      private: { email },
    });
    return made;
  });
  if (outcome === 'taken')
    throw new AppError('conflict', 'This e-mail has an account already. Name another for the owner.');
  if (outcome === 'not-set-up')
    throw new AppError(
      'conflict',
      'Nobody has an account yet. The first owner sets up with the printed code.',
    );
  return { token: link.token, isRenewed: outcome === 'renewed' };
}
