import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { fingerprint, pullCredentials, pullSettings, shownAddress } from '@/domain/pull/pull-settings';
import { MINUTE } from '@/domain/time/instant';
import { setting } from '../config';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import { findChannel } from '../data/inbound-channels';
import { hastenConnector, lockConnector, updateConnector } from '../data/pull-connectors';
import { hintWork } from '../data/work-due';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import { openCredentials, sealCredentials } from '../pull/sealed-credentials';
import type { TenantScope } from '../tenancy/tenant-scope';
import { checkedConnection, intervalMinutes } from './connect-pull';

/** What is said anew of a connector; what is left out stays as it is. */
export const pullChange = z.strictObject({
  /** Of the settings that were looked at. */
  version: z.int(),
  baseUrl: z.string().min(1, 'Enter the address of the server.').max(2000).optional(),
  settings: pullSettings.optional(),
  /** Left out: those that were kept, which go to the same server only. */
  credentials: pullCredentials.optional(),
  /** null: certificates of public authorities are believed. */
  fingerprint: fingerprint.nullable().optional(),
  intervalMinutes: intervalMinutes.optional(),
  isPaused: z.boolean().optional(),
});
export type PullChange = z.output<typeof pullChange>;

/**
 * Says anew where a connector asks and how often, pauses it or has it go on; it pulls at once then. Of another server or other settings
 * it reads the last days again. A pull that is under way still ends with the former settings.
 * @throws AppError `not-found` for a channel that is not there or pulls nothing; `conflict` for a closed one, and when somebody else
 * changed it since; `invalid-request`, by field, for what may not be asked
 */
export async function changePull(
  database: Database,
  scope: TenantScope,
  channelId: string,
  change: PullChange,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  const now = new Date(nowMs);
  await database.inScope(scope, async (tx) => {
    const former = await lockOpen(tx, mspId, channelId);
    if (change.version !== former.version)
      throw new AppError('conflict', 'Somebody changed this connector meanwhile. Load the page again.');
    const settings = change.settings ?? former.settings;
    if (settings.kind !== former.kind)
      throw new AppError('invalid-request', 'A connector stays of its kind. Connect another one.');
    const key = setting('secretKey');
    const kept = openCredentials(channelId, former.sealed, key);
    const credentials = change.credentials ?? kept;
    if (!credentials) throw wrongSecret('What was kept cannot be read any more. Enter it again.');
    const next = checkedConnection({
      baseUrl: change.baseUrl ?? former.baseUrl,
      settings,
      credentials,
      fingerprint: change.fingerprint === undefined ? former.fingerprint : change.fingerprint,
    });
    if (!change.credentials && shownAddress(next.baseUrl) !== shownAddress(former.baseUrl))
      throw wrongSecret('Enter it again: what was kept is for another server.');
    const isPaused = change.isPaused ?? former.pausedAt !== null;
    await updateConnector(
      tx,
      mspId,
      channelId,
      {
        baseUrl: next.baseUrl,
        settings,
        sealed: change.credentials ? sealCredentials(channelId, credentials, key) : former.sealed,
        fingerprint: next.fingerprint,
        intervalMinutes: change.intervalMinutes ?? former.intervalMinutes,
        pausedAt: isPaused ? (former.pausedAt ?? now) : null,
        nextPullAt: isPaused ? null : now,
      },
      next.baseUrl !== former.baseUrl || !isDeepStrictEqual(settings, former.settings),
    );
    if (!isPaused) await hintWork(tx, mspId, 'pull', now);
    await appendAuditEvent(tx, {
      action: actionOf(former.pausedAt !== null, isPaused),
      clientId: former.clientId,
      target: { channelId, clientId: former.clientId },
      details: {
        name: former.name,
        server: shownAddress(next.baseUrl),
        fingerprint: next.fingerprint,
        intervalMinutes: change.intervalMinutes ?? former.intervalMinutes,
        hasNewCredentials: change.credentials !== undefined,
        former: {
          server: shownAddress(former.baseUrl),
          fingerprint: former.fingerprint,
          intervalMinutes: former.intervalMinutes,
        },
      },
    });
  });
}

function actionOf(wasPaused: boolean, isPaused: boolean): string {
  if (wasPaused === isPaused) return 'pull-connector.changed';
  return isPaused ? 'pull-connector.paused' : 'pull-connector.resumed';
}

/** Between two pulls that people ask for. */
const BETWEEN_MS = MINUTE;

/**
 * Has a connector pull at once.
 * @throws AppError `not-found`; `conflict` for one that is closed, paused or at it; `rate-limited` within a minute of its last pull
 */
export async function pullNow(
  database: Database,
  scope: TenantScope,
  channelId: string,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  const now = new Date(nowMs);
  await database.inScope(scope, async (tx) => {
    const { pausedAt, claimedUntil, recent, clientId, name } = await lockOpen(tx, mspId, channelId);
    if (pausedAt) throw new AppError('conflict', 'This connector is paused. Have it go on first.');
    if (claimedUntil && claimedUntil > now) throw new AppError('conflict', 'It is pulling at this moment.');
    const since = nowMs - (recent[0]?.at.getTime() ?? 0);
    if (since < BETWEEN_MS)
      throw new AppError('rate-limited', 'It pulled less than a minute ago. Wait a moment.', {
        retryAfterSeconds: Math.ceil((BETWEEN_MS - since) / 1000),
      });
    await hastenConnector(tx, mspId, channelId, now);
    await hintWork(tx, mspId, 'pull', now);
    await appendAuditEvent(tx, {
      action: 'pull-connector.hastened',
      clientId,
      target: { channelId, clientId },
      details: { name },
    });
  });
}

async function lockOpen(tx: Tx, mspId: string, channelId: string) {
  const channel = await findChannel(tx, mspId, channelId);
  const connector = channel && (await lockConnector(tx, mspId, channelId));
  if (!channel || !connector) throw nothingHere();
  if (channel.closedAt) throw new AppError('conflict', 'This channel is closed. Connect the backup anew.');
  return { ...connector, name: channel.name };
}

function wrongSecret(sentence: string): AppError {
  return new AppError('invalid-request', 'Some fields are not right yet.', {
    fields: { credentials: sentence },
  });
}
