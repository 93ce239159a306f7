import { v7 } from 'uuid';
import { z } from 'zod';
import { appendAuditEvent } from '../data/audit';
import { findClient } from '../data/clients';
import type { Database } from '../data/database';
import { insertSite } from '../data/sites';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine, timeZone } from './form-fields';

/** What the form sends. `ownerKind` says whose place it is; coordinates, in degrees, are for policies with a least distance. */
export const siteForm = z
  .strictObject({
    name: textLine('the name of the place'),
    ownerKind: z.enum(['client', 'msp', 'provider']),
    timeZone,
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'Two letters, such as DE.')
      .nullable(),
    latitude: z.number().min(-90, 'Between −90 and 90.').max(90, 'Between −90 and 90.').nullable(),
    longitude: z.number().min(-180, 'Between −180 and 180.').max(180, 'Between −180 and 180.').nullable(),
  })
  .refine(({ latitude, longitude }) => (latitude === null) === (longitude === null), {
    message: 'Give both coordinates, or neither.',
    path: ['longitude'],
  });
export type SiteForm = z.infer<typeof siteForm>;

/**
 * Makes a site for a client's backups to stand at; answers its id.
 * @throws AppError `not-found` for a client that is not there, `forbidden` for a place of the MSP's own in a scope of single
 * clients, `conflict` when there is a site of this name
 */
export async function createSite(
  database: Database,
  scope: TenantScope,
  clientId: string,
  form: SiteForm,
  nowMs: number,
): Promise<string> {
  const siteId = v7();
  await database.inScope(scope, async (tx) => {
    if (!(await findClient(tx, scope.mspId, clientId))) throw nothingHere();
    const owner = form.ownerKind === 'client' ? clientId : null;
    if (owner === null && scope.clientIds !== '*')
      throw new AppError('forbidden', 'You can add places of this client only. Ask an owner or admin.');
    const isMade = await insertSite(tx, scope.mspId, {
      siteId,
      ...form,
      clientId: owner,
      createdAt: new Date(nowMs),
    });
    if (!isMade) {
      const sentence = 'There is a place of this name already.';
      throw new AppError('conflict', sentence, { fields: { name: sentence } });
    }
    await appendAuditEvent(tx, {
      action: 'site.created',
      clientId: owner,
      target: { siteId },
      details: { name: form.name, ownerKind: form.ownerKind, country: form.country },
    });
  });
  return siteId;
}
