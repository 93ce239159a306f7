import { z } from 'zod';
import { type Role, ROLES } from '@/domain/access/permissions';
import type { TenantScope } from '../tenancy/tenant-scope';
import type { Database, Tx } from './database';

/** A person of the scope's MSP. */
export interface Member {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly hasTotp: boolean;
}

const memberRow = z.object({
  person_id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  has_totp: z.boolean(),
});

/** The people of the scope's MSP by name, at most 1,000. */
export async function listMembers(database: Database, scope: TenantScope): Promise<readonly Member[]> {
  const rows = await database.inScope(scope, (tx) => tx.$queryRaw`SELECT * FROM identity.list_members()`);
  return z
    .array(memberRow)
    .parse(rows)
    .map(({ person_id: personId, has_totp: hasTotp, ...rest }) => ({ personId, hasTotp, ...rest }));
}

/** A person to be, with everything already hashed and sealed. */
export interface NewPerson {
  readonly personId: string;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  /** Sealed for the person's id; null: no codes. */
  readonly totpSecret: Uint8Array<ArrayBuffer> | null;
  /** A demo's account: it signs in on the machine itself only. */
  readonly isDemo: boolean;
}

/** Makes a person and a membership of the context's MSP; false when the e-mail is taken. */
export async function insertPerson(tx: Tx, person: NewPerson, role: Role): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT identity.create_person(${person.personId}::uuid, ${person.email},
    ${person.name}, ${person.passwordHash}, ${person.totpSecret}::bytea, ${role}, ${person.isDemo}) AS is_made`;
  return z.tuple([z.object({ is_made: z.boolean() })]).parse(rows)[0].is_made;
}
