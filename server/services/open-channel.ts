import { v7 } from 'uuid';
import { z } from 'zod';
import { captureKind } from '@/contract/report';
import { PRESET_SETTINGS } from '@/domain/ping/check';
import { readCron } from '@/domain/schedule/cron';
import { appendAuditEvent } from '../data/audit';
import { findClient } from '../data/clients';
import type { Database, Tx } from '../data/database';
import {
  closeChannelAddress,
  findChannel,
  findPingKey,
  insertChannel,
  insertPingKey,
  type NewChannel,
} from '../data/inbound-channels';
import { endConnector } from '../data/pull-connectors';
import { AppError } from '../errors';
import { bodyFilters } from '../inbound/body-filters';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { makeAddress, makePingKey } from './channel-address';
import { textLine, timeZone } from './form-fields';

const SECONDS_MIN = 60;
const SECONDS_MAX = 31_536_000;
const duration = z.int().min(SECONDS_MIN, 'At least a minute.').max(SECONDS_MAX, 'At most 365 days.');

/** What a check expects, as its form sends it. */
export const checkForm = z.strictObject({
  slug: z
    .string()
    .max(100)
    .regex(/^[a-z0-9_-]*$/, 'Use small letters, digits, - and _.')
    .default(''),
  tags: z.string().max(500).default(''),
  description: z.string().max(2000).default(''),
  timeoutSeconds: duration.default(PRESET_SETTINGS.timeoutSeconds),
  graceSeconds: duration.default(PRESET_SETTINGS.graceSeconds),
  schedule: z
    .string()
    .max(100)
    .refine((text) => readCron(text).isValid, 'Write five fields of cron: 0 2 * * *.')
    .nullable()
    .default(PRESET_SETTINGS.schedule),
  timeZone: timeZone.default(PRESET_SETTINGS.timeZone),
  isPostOnly: z.boolean().default(PRESET_SETTINGS.isPostOnly),
  isResumedByHand: z.boolean().default(PRESET_SETTINGS.isResumedByHand),
  filters: bodyFilters.default(PRESET_SETTINGS.filters as z.output<typeof bodyFilters>),
});

/** What the form of a new channel sends. */
export const channelForm = z.strictObject({
  kind: z.enum(['ping', 'mail', 'webhook']),
  name: textLine('what it tells of'),
  /** The system that it tells of; left out: its name. */
  hostname: textLine('the system').optional(),
  product: textLine('the product', 100).nullable().default(null),
  capture: captureKind.default('files'),
  repositoryId: z.uuid().nullable().default(null),
  jobId: z.uuid().nullable().default(null),
  check: checkForm.optional(),
});
export type ChannelForm = z.output<typeof channelForm>;

/**
 * Opens a way by which a client's backups tell of themselves; its address is a secret that can say that backups ran, and nothing else.
 * @throws AppError `not-found` for a client, repository or job that is not there
 */
export async function openChannel(
  database: Database,
  scope: TenantScope,
  byName: string,
  clientId: string,
  form: ChannelForm,
  now: Date,
): Promise<{ channelId: string; address: string }> {
  return database.inScope(scope, async (tx) => {
    const { mspId } = scope;
    if (!(await findClient(tx, mspId, clientId))) throw nothingHere();
    await demandOfClient(tx, mspId, clientId, form);
    const { kind, name, hostname, product, capture, repositoryId, jobId, check } = form;
    const channel: NewChannel = {
      channelId: v7(),
      clientId,
      kind,
      name,
      hostname: hostname ?? name,
      address: makeAddress(kind),
      product,
      capture,
      repositoryId,
      jobId,
      createdAt: now,
      createdByName: byName,
      check: kind === 'ping' ? (check ?? checkForm.parse({})) : null,
    };
    if (!(await insertChannel(tx, channel))) throw new AppError('conflict', 'Please try again.');
    await appendAuditEvent(tx, {
      action: 'channel.opened',
      clientId,
      target: { channelId: channel.channelId, clientId },
      details: { kind, name, hostname: channel.hostname, product, repositoryId, jobId },
    });
    return { channelId: channel.channelId, address: channel.address };
  });
}

/** @throws AppError `not-found` unless the repository and the job are this client's */
export async function demandOfClient(
  tx: Tx,
  mspId: string,
  clientId: string,
  { repositoryId, jobId }: Pick<ChannelForm, 'repositoryId' | 'jobId'>,
): Promise<void> {
  const where = { mspId, clientId };
  if (repositoryId !== null && (await tx.repository.count({ where: { ...where, repositoryId } })) === 0)
    throw nothingHere();
  if (jobId !== null && (await tx.job.count({ where: { ...where, jobId } })) === 0) throw nothingHere();
}

/**
 * Closes a channel for good: what comes to its address is refused from its next message on; a connector asks no more and forgets what it
 * signed in with. What it told stays. Doing it twice changes nothing.
 * @throws AppError `not-found` for a channel that is not there
 */
export async function closeChannel(database: Database, scope: TenantScope, channelId: string): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const channel = await findChannel(tx, scope.mspId, channelId);
    if (!channel) throw nothingHere();
    if (!(await closeChannelAddress(tx, channelId))) return;
    if (channel.kind === 'pull') await endConnector(tx, scope.mspId, channelId);
    await appendAuditEvent(tx, {
      action: 'channel.closed',
      clientId: channel.clientId,
      target: { channelId, clientId: channel.clientId },
      details: { kind: channel.kind, name: channel.name },
    });
  });
}

/**
 * The key in a client's ping URLs with slugs, made the first time it is asked for.
 * @throws AppError `not-found` for a client that is not there
 */
export async function givePingKey(
  database: Database,
  scope: TenantScope,
  clientId: string,
  now: Date,
): Promise<string> {
  return database.inScope(scope, async (tx) => {
    const { mspId } = scope;
    if (!(await findClient(tx, mspId, clientId))) throw nothingHere();
    const known = await findPingKey(tx, mspId, clientId);
    if (known !== null) return known;
    const pingKey = makePingKey();
    if (!(await insertPingKey(tx, mspId, { clientId, pingKey, createdAt: now })))
      throw new AppError('conflict', 'Please try again.');
    await appendAuditEvent(tx, {
      action: 'ping-key.made',
      clientId,
      target: { clientId },
      details: {},
    });
    return pingKey;
  });
}
