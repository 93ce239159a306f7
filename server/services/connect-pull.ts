import { v7 } from 'uuid';
import { z } from 'zod';
import {
  checkPullAddress,
  fingerprint,
  PULL_INTERVAL_MAX,
  PULL_INTERVAL_MIN,
  pullCredentials,
  PRODUCT_OF,
  pullSettings,
  shownAddress,
} from '@/domain/pull/pull-settings';
import { isIP } from 'node:net';
import { config, setting } from '../config';
import { appendAuditEvent } from '../data/audit';
import { findClient } from '../data/clients';
import type { Database } from '../data/database';
import { insertChannel } from '../data/inbound-channels';
import { insertConnector } from '../data/pull-connectors';
import { hintWork } from '../data/work-due';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import { pullReach } from '../pull/pull-networks';
import { sealCredentials } from '../pull/sealed-credentials';
import type { TenantScope } from '../tenancy/tenant-scope';
import { makeAddress } from './channel-address';
import { channelForm, demandOfClient } from './open-channel';

const { name, hostname, capture, repositoryId } = channelForm.shape;

/** Where a connector asks, as its form sends it. */
export const connectionForm = z.strictObject({
  baseUrl: z.string().min(1, 'Enter the address of the server.').max(2000),
  settings: pullSettings,
  credentials: pullCredentials,
  /** Of the certificate that is believed; null: those of public authorities are. */
  fingerprint: fingerprint.nullable().default(null),
});
export type ConnectionForm = z.output<typeof connectionForm>;

export const intervalMinutes = z
  .int()
  .min(PULL_INTERVAL_MIN, `At least ${PULL_INTERVAL_MIN} minutes.`)
  .max(PULL_INTERVAL_MAX, 'At most a day.');

/** What the form of a new connector sends. */
export const pullForm = connectionForm.extend({
  name,
  hostname,
  capture,
  repositoryId,
  intervalMinutes: intervalMinutes.default(60),
});

/**
 * Opens a channel that asks a server of a client what its backups did; its first pull is due at once. What it signs in with is encrypted.
 * @throws AppError `not-found` for a client or repository that is not there; `invalid-request`, by field, for what may not be asked
 */
export async function connectPull(
  database: Database,
  scope: TenantScope,
  byName: string,
  clientId: string,
  form: z.output<typeof pullForm>,
  now: Date,
): Promise<{ channelId: string }> {
  const { baseUrl, settings, credentials } = checkedConnection(form);
  const { kind } = settings;
  const channelId = v7();
  const sealed = sealCredentials(channelId, credentials, setting('secretKey'));
  return database.inScope(scope, async (tx) => {
    const { mspId } = scope;
    if (!(await findClient(tx, mspId, clientId))) throw nothingHere();
    await demandOfClient(tx, mspId, clientId, { repositoryId: form.repositoryId, jobId: null });
    const channel = {
      channelId,
      clientId,
      kind: 'pull' as const,
      name: form.name,
      hostname: form.hostname ?? form.name,
      address: makeAddress('pull'),
      product: PRODUCT_OF[kind],
      capture: form.capture,
      repositoryId: form.repositoryId,
      jobId: null,
      createdAt: now,
      createdByName: byName,
      check: null,
    };
    if (!(await insertChannel(tx, channel))) throw new AppError('conflict', 'Please try again.');
    await insertConnector(tx, mspId, {
      channelId,
      clientId,
      baseUrl,
      settings,
      sealed,
      fingerprint: form.fingerprint,
      intervalMinutes: form.intervalMinutes,
      nextPullAt: now,
    });
    await hintWork(tx, mspId, 'pull', now);
    await appendAuditEvent(tx, {
      action: 'channel.opened',
      clientId,
      target: { channelId, clientId },
      details: {
        kind: 'pull',
        pulls: kind,
        name: channel.name,
        hostname: channel.hostname,
        product: channel.product,
        repositoryId: channel.repositoryId,
        server: shownAddress(baseUrl),
        fingerprint: form.fingerprint,
        intervalMinutes: form.intervalMinutes,
      },
    });
    return { channelId };
  });
}

/**
 * What may be asked, with its address as it is kept.
 * @throws AppError `invalid-request`, by field
 */
export function checkedConnection(form: ConnectionForm): ConnectionForm {
  const { settings, credentials } = form;
  if (credentials.kind !== settings.kind)
    throw new AppError('invalid-request', 'These credentials are for another kind of server.');
  const checked = checkPullAddress(settings.kind, form.baseUrl);
  if (typeof checked === 'string') throw wrongAddress(checked);
  const host = new URL(checked.address.replaceAll('{since}', '0')).hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !pullReach(config().pullNetworks)(host))
    throw wrongAddress(
      'This address is private. Whoever runs Holdfast can name networks that it may reach, in HOLDFAST_PULL_NETWORKS.',
    );
  return { ...form, baseUrl: checked.address };
}

function wrongAddress(sentence: string): AppError {
  return new AppError('invalid-request', 'Some fields are not right yet.', { fields: { baseUrl: sentence } });
}
