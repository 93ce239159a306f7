import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ROLES } from '../domain/access/permissions';

const accessFile = z.object({
  webUrl: z.url(),
  ingestUrl: z.url(),
  users: z.array(
    z.object({
      role: z.enum(ROLES),
      email: z.string(),
      password: z.string(),
      totpSecret: z.string().nullable(),
      /** Names of the clients they see; null: all. */
      clientNames: z.array(z.string()).nullable().default(null),
    }),
  ),
  enrolmentToken: z.string(),
});

/** What `npm run -s demo:access` prints for the system under test. */
export type Access = z.infer<typeof accessFile>;
export type User = Access['users'][number];

/** Reads HOLDFAST_E2E_ACCESS, the path of a file with that output; HOLDFAST_E2E_WEB_URL overrides its address. */
export function readAccess(): Access {
  const file = process.env['HOLDFAST_E2E_ACCESS'];
  if (!file)
    throw new Error('HOLDFAST_E2E_ACCESS must name a file with the output of `npm run -s demo:access`');
  const access = accessFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { ...access, webUrl: process.env['HOLDFAST_E2E_WEB_URL'] ?? access.webUrl };
}

/** E-mail domain of the first MSP's people: the technician's that is listed first. */
export function isOfFirstMsp(access: Access, user: User): boolean {
  return domainOf(user) === domainOf(access.users.find(({ role }) => role === 'technician') ?? user);
}

function domainOf({ email }: User): string {
  return email.slice(email.indexOf('@'));
}
