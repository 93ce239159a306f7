import { z } from 'zod';
import type { Role } from '@/domain/access/permissions';
import type { Tx } from './database';

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

/** Makes a person and a membership of the context's MSP for all or some of its clients; false when the e-mail is taken. */
export async function insertPerson(
  tx: Tx,
  person: NewPerson,
  role: Role,
  clientIds: '*' | readonly string[],
): Promise<boolean> {
  const ids = clientIds === '*' ? null : [...clientIds];
  const rows = await tx.$queryRaw`SELECT identity.create_person(${person.personId}::uuid, ${person.email},
    ${person.name}, ${person.passwordHash}, ${person.totpSecret}::bytea, ${role}, ${person.isDemo},
    ${ids}::uuid[]) AS is_made`;
  return z.tuple([z.object({ is_made: z.boolean() })]).parse(rows)[0].is_made;
}
