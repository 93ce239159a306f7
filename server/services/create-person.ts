import { v7 } from 'uuid';
import { normaliseEmail } from '@/domain/access/email-address';
import type { Role } from '@/domain/access/permissions';
import { hashPassword } from '../auth/password-hash';
import { sealSecret } from '../auth/secret-box';
import { setting } from '../config';
import type { Database } from '../data/database';
import { appendAuditEvent } from '../data/audit';
import { insertPerson } from '../data/identity-people';
import { AppError } from '../errors';
import type { TenantScope } from '../tenancy/tenant-scope';

/**
 * Makes a person and their membership of the scope's MSP; answers the person's id. `totpSecret` is base32; null: signs in
 * by password alone. `isDemo`: the account signs in on the machine itself only.
 * @throws AppError `invalid-request` for an e-mail that is no address, `conflict` when it is taken
 */
export async function createPerson(
  database: Database,
  scope: TenantScope,
  person: {
    email: string;
    name: string;
    password: string;
    role: Role;
    totpSecret: string | null;
    isDemo: boolean;
    /** Left out: every client of the MSP. */
    clientIds?: readonly string[];
  },
): Promise<string> {
  const email = normaliseEmail(person.email);
  if (!email) throw new AppError('invalid-request', 'This is not an e-mail address.');
  const personId = v7();
  const { name, role, totpSecret, isDemo, clientIds = '*' } = person;
  const passwordHash = await hashPassword(person.password);
  const sealed = totpSecret === null ? null : sealSecret(totpSecret, personId, setting('secretKey'));
  await database.inScope(scope, async (tx) => {
    const isMade = await insertPerson(
      tx,
      { personId, email, name, passwordHash, totpSecret: sealed, isDemo },
      role,
      clientIds,
    );
    if (!isMade) throw new AppError('conflict', 'Somebody with this e-mail exists already.');
    await appendAuditEvent(tx, {
      action: 'person.created',
      target: { personId },
      details: { role },
      private: { email, name },
    });
  });
  return personId;
}
