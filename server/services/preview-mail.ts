import { z } from 'zod';
import { brandedMail } from '@/domain/mail/branded-mail';
import { DAY } from '@/domain/time/instant';
import type { Config } from '../config';
import { findClient, findMsp } from '../data/clients';
import type { Database } from '../data/database';
import { documentSentNotice } from '../mail/notices';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { brandingForm } from './ask-for-documents';

/** A look that was not saved, the client whose report the mail brings, and how its reader has it. */
export const mailPreviewQuery = z.strictObject({
  clientId: z.uuid(),
  name: brandingForm.shape.name,
  colour: brandingForm.shape.colour,
  scheme: z.enum(['light', 'dark']),
});

const LINK_DAYS = 30;

/**
 * The mail with which a client's monthly report goes out, as HTML, by what the outbox sends; its link leads nowhere.
 * @throws AppError `not-found` for the client
 */
export async function previewMail(
  database: Database,
  scope: TenantScope,
  by: { readonly name: string },
  { clientId, name, colour, scheme }: z.output<typeof mailPreviewQuery>,
  { appOrigin }: Pick<Config, 'appOrigin'>,
  nowMs: number,
): Promise<string> {
  const { client, msp } = await database.inScope(scope, async (tx) => ({
    client: await findClient(tx, scope.mspId, clientId),
    msp: await findMsp(tx, scope.mspId),
  }));
  if (!client) throw nothingHere();
  const notice = documentSentNotice({
    mspName: msp.name,
    byName: by.name,
    title: `Backup and recovery report: ${client.name}`,
    note: '',
    address: `${appOrigin}/shared-document#preview`,
    expiresAt: new Date(nowMs + LINK_DAYS * DAY),
  });
  return brandedMail(notice, { name, colour }, scheme);
}
