import { v7 } from 'uuid';
import { z } from 'zod';
import {
  isTicketKind,
  needsCompany,
  type TicketSettings,
  ticketSettings,
  withKeptSecrets,
  withoutSecrets,
} from '@/domain/tickets/ticket-settings';
import { config, setting } from '../config';
import { appendAuditEvent } from '../data/audit';
import { findClient } from '../data/clients';
import type { Database, Tx } from '../data/database';
import {
  CHANNELS_MAX,
  insertChannel,
  listChannels,
  lockNotificationSettings,
  readSealedChannel,
  updateTicketSystem,
} from '../data/notification-rules';
import { findCompany, saveCompany } from '../data/ticket-companies';
import { retryTicketsOf } from '../data/tickets';
import { hintWork } from '../data/work-due';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import { checkHttpsAddress } from '../notify/channel-address';
import { openTicketSettings, sealTicketSettings } from '../notify/tickets/sealed-settings';
import type { TenantScope } from '../tenancy/tenant-scope';
import { refuseTaken } from './change-notifications';
import { textLine } from './form-fields';

type Person = Readonly<{ personId: string }>;

const name = textLine('a name for the ticket system', 100);
/** A new ticket system. */
export const ticketSystemForm = z.strictObject({ name, settings: ticketSettings });
/** The same for one that is there: an empty secret stays as it is, so that what it becomes is checked once it is whole. */
export const ticketSystemChangeForm = z.strictObject({ name, settings: z.looseObject({ kind: z.string() }) });
/** Which company of a ticket system a client is; null: none. */
export const companyForm = z.strictObject({
  clientId: z.uuid(),
  companyId: textLine('the id of the company', 100).nullable(),
});

/**
 * Adds a ticket system; all that is needed to reach it is encrypted.
 * @returns its channel
 * @throws AppError `invalid-request` for an address that nothing may be sent to, `conflict` for a taken name or too many
 */
export async function addTicketSystem(
  database: Database,
  scope: TenantScope,
  { personId }: Person,
  form: z.output<typeof ticketSystemForm>,
  nowMs: number,
): Promise<string> {
  const { settings, shownAddress } = checked(form.settings);
  const channelId = v7();
  const sealed = sealTicketSettings(channelId, settings, setting('secretKey'));
  await database.inScope(scope, async (tx) => {
    await lockNotificationSettings(tx, scope.mspId);
    refuseTaken(await listChannels(tx, scope.mspId), form.name, 'channel', CHANNELS_MAX);
    const { kind } = settings;
    const channel = { channelId, name: form.name, kind, shownAddress, sealed };
    const by = { at: new Date(nowMs), by: personId };
    await insertChannel(tx, scope.mspId, { ...channel, needsCompany: needsCompany(settings), ...by });
    await record(tx, 'ticket-system.added', channelId, { name: form.name, kind, shownAddress });
  });
  return channelId;
}

/**
 * Changes a ticket system, and has tried again what it held up.
 * @throws AppError `not-found`; `invalid-request`, `conflict` as `addTicketSystem`; `conflict` where what was kept cannot be read any more
 */
export async function changeTicketSystem(
  database: Database,
  scope: TenantScope,
  channelId: string,
  form: z.output<typeof ticketSystemChangeForm>,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  const at = new Date(nowMs);
  await database.inScope(scope, async (tx) => {
    await lockNotificationSettings(tx, mspId);
    const channels = await listChannels(tx, mspId);
    const former = channels.find((one) => one.channelId === channelId);
    if (!former || !isTicketKind(former.kind)) throw nothingHere();
    const others = channels.filter((one) => one.channelId !== channelId);
    refuseTaken(others, form.name, 'channel', CHANNELS_MAX);
    if (form.settings.kind !== former.kind)
      throw new AppError('invalid-request', 'A ticket system stays of its kind. Add another one.');
    const kept = await readKept(tx, mspId, channelId);
    const { settings, shownAddress } = checked(
      parsed(kept ? withKeptSecrets(form.settings, kept) : form.settings),
    );
    refuseSecretElsewhere(form.settings, kept, former.shownAddress, shownAddress);
    await updateTicketSystem(tx, mspId, {
      channelId,
      name: form.name,
      shownAddress,
      sealed: sealTicketSettings(channelId, settings, setting('secretKey')),
      needsCompany: needsCompany(settings),
    });
    const retried = await retryTicketsOf(tx, mspId, { channelId, clientId: null }, at);
    if (retried > 0) await hintWork(tx, mspId, 'ticket', at);
    await record(tx, 'ticket-system.changed', channelId, {
      name: form.name,
      shownAddress,
      former: { name: former.name, shownAddress: former.shownAddress },
      retried,
    });
  });
}

/**
 * Says which company of a ticket system a client is. Tickets that waited for it are opened.
 * @returns what it was before; null: none
 * @throws AppError `not-found`; `invalid-request` for a client that is not there
 */
export async function mapCompany(
  database: Database,
  scope: TenantScope,
  { personId }: Person,
  channelId: string,
  { clientId, companyId }: z.output<typeof companyForm>,
  nowMs: number,
): Promise<string | null> {
  const { mspId } = scope;
  const at = new Date(nowMs);
  return database.inScope(scope, async (tx) => {
    const channel = (await listChannels(tx, mspId)).find((one) => one.channelId === channelId);
    if (!channel || !isTicketKind(channel.kind)) throw nothingHere();
    if (!(await findClient(tx, mspId, clientId)))
      throw new AppError('invalid-request', 'This client is not there any more. Look at the list again.');
    const former = await findCompany(tx, mspId, channelId, clientId);
    await saveCompany(tx, mspId, { channelId, clientId, companyId }, { at, by: personId });
    const retried = await retryTicketsOf(tx, mspId, { channelId, clientId }, at);
    if (retried > 0) await hintWork(tx, mspId, 'ticket', at);
    await appendAuditEvent(tx, {
      action: 'ticket-company.mapped',
      clientId,
      target: { channelId },
      details: { companyId, former, retried },
    });
    return former;
  });
}

/** The settings of a ticket system as whoever changes them may see them; null: not there, or they cannot be read any more. */
export async function shownTicketSettings(
  tx: Tx,
  mspId: string,
  channelId: string,
): Promise<TicketSettings | null> {
  const kept = await readKept(tx, mspId, channelId);
  return kept && withoutSecrets(kept);
}

async function readKept(tx: Tx, mspId: string, channelId: string): Promise<TicketSettings | null> {
  const sealed = await readSealedChannel(tx, mspId, channelId);
  return sealed && openTicketSettings(channelId, sealed, setting('secretKey'));
}

/** @throws AppError `invalid-request`, by field */
function parsed(typed: unknown): TicketSettings {
  const result = ticketSettings.safeParse(typed);
  if (result.success) return result.data;
  const fields = Object.fromEntries(
    result.error.issues.map(({ path, message }) => [['settings', ...path].join('.'), message]),
  );
  throw new AppError('invalid-request', 'Some fields are not right yet.', { fields });
}

/**
 * Settings whose addresses may be asked, and where they lead. All requests go to one server: the secret is sent with each.
 * @throws AppError `invalid-request`, by field
 */
function checked(settings: TicketSettings): { settings: TicketSettings; shownAddress: string } {
  if (settings.kind === 'connectwise') {
    const { shownAddress } = addressIn(settings.siteUrl, 'settings.siteUrl');
    return { settings: { ...settings, siteUrl: shownAddress }, shownAddress };
  }
  const { open, update, close, reopen, find, test } = settings;
  const { shownAddress } = addressIn(open.url, 'settings.open.url');
  const others = { update, close, reopen, test, ...(find && { find }) };
  for (const [field, { url }] of Object.entries(others))
    if (addressIn(url, `settings.${field}.url`).shownAddress !== shownAddress)
      throw wrong(`settings.${field}.url`, `All requests go to one server, ${shownAddress}.`);
  return { settings, shownAddress };
}

function addressIn(typed: string, field: string) {
  // A placeholder may stand anywhere after the server's name.
  const address = checkHttpsAddress(typed.replaceAll(/\{\{[^{}]*\}\}/g, 'x'), config().notifiesLoopback);
  if (typeof address === 'string') throw wrong(field, address);
  return address;
}

function wrong(field: string, sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { [field]: sentence } });
}

/** A secret that nobody sees must not be sent to a server that somebody chooses: it has to be typed anew. */
function refuseSecretElsewhere(
  typed: Readonly<Record<string, unknown>>,
  kept: TicketSettings | null,
  formerAddress: string,
  address: string,
): void {
  if (kept === null || address === formerAddress) return;
  const field = kept.kind === 'connectwise' ? 'privateKey' : 'secretHeaders';
  const had = kept.kind === 'connectwise' ? kept.privateKey : kept.secretHeaders;
  if (typed[field] === '' && had !== '')
    throw wrong(`settings.${field}`, 'The server is another one now. Enter what is secret anew.');
}

function record(
  tx: Tx,
  action: string,
  channelId: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  return appendAuditEvent(tx, { action, target: { channelId }, details });
}
