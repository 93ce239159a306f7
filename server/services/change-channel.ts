import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { pingSilentAt } from '@/domain/ping/check';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import {
  type ChannelSettings,
  lockChannelSettings,
  pauseCheck,
  type StandingChannel,
  systemsOfChannel,
  updateChannel,
} from '../data/inbound-channels';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { markDirty } from './mark-dirty';
import { channelForm, checkForm, demandOfClient } from './open-channel';

const fields = channelForm.shape;
const ofCheck = checkForm.shape;

/** What is said anew of a channel; what is left out stays as it is. */
export const channelChange = z.strictObject({
  /** Of the settings that were looked at; null: whatever they are. */
  version: z.string().max(100).nullable().default(null),
  name: fields.name.optional(),
  hostname: fields.hostname,
  product: fields.product.unwrap().optional(),
  capture: fields.capture.unwrap().optional(),
  repositoryId: fields.repositoryId.unwrap().optional(),
  jobId: fields.jobId.unwrap().optional(),
  /** Of a channel of pings only. */
  check: z
    .strictObject({
      slug: ofCheck.slug.unwrap().optional(),
      tags: ofCheck.tags.unwrap().optional(),
      description: ofCheck.description.unwrap().optional(),
      timeoutSeconds: ofCheck.timeoutSeconds.unwrap().optional(),
      graceSeconds: ofCheck.graceSeconds.unwrap().optional(),
      schedule: ofCheck.schedule.unwrap().optional(),
      timeZone: ofCheck.timeZone.unwrap().optional(),
      isPostOnly: ofCheck.isPostOnly.unwrap().optional(),
      isResumedByHand: ofCheck.isResumedByHand.unwrap().optional(),
      filters: ofCheck.filters.unwrap().optional(),
    })
    .optional(),
});
export type ChannelChange = z.output<typeof channelChange>;

/** Names the settings of a channel, so that nobody changes what somebody else changed meanwhile. */
export function channelVersion(settings: ChannelSettings): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('base64url').slice(0, 22);
}

/**
 * Says anew what a channel tells of, from its next message on; what it told stays where it was told of. Its check's silence moves with its
 * settings at once.
 * @throws AppError `not-found` for a channel, repository or job that is not there; `conflict` for a closed one, and when somebody else
 * changed it since; `invalid-request` for check settings of a channel that has none
 */
export async function changeChannel(
  database: Database,
  scope: TenantScope,
  channelId: string,
  { version, check, ...said }: ChannelChange,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const { mspId } = scope;
    const standing = await lockChannelSettings(tx, mspId, channelId);
    if (!standing) throw nothingHere();
    const { settings, clientId } = standing;
    refuseChange(standing, version, check !== undefined);
    const changed: ChannelSettings = {
      ...settings,
      ...present(said),
      check: settings.check && { ...settings.check, ...present(check ?? {}) },
    };
    const what = differences(settings, changed);
    if (Object.keys(what.after).length === 0) return;
    await demandOfClient(tx, mspId, clientId, changed);
    await updateChannel(tx, mspId, channelId, changed, silentAt(changed, standing));
    const jobIds = [settings.jobId, changed.jobId].filter((id) => id !== null);
    const systemIds = await systemsOfChannel(tx, mspId, channelId, jobIds);
    await markDirty(tx, scope, { systemIds }, nowMs);
    await appendAuditEvent(tx, {
      action: 'channel.changed',
      clientId,
      target: { channelId, clientId },
      details: { name: changed.name, ...what },
    });
  });
}

/**
 * Holds a check still, or lets it go on: a paused one is not late by its own schedule until it is let go on or, unless its settings say by
 * hand only, heard. The policy's silence stays, so that what nobody hears of is not green. Doing it twice changes nothing.
 * @throws AppError `not-found` for a channel that is not there; `conflict` for a closed one; `invalid-request` for one without a check
 */
export async function setCheckPaused(
  database: Database,
  scope: TenantScope,
  channelId: string,
  isPaused: boolean,
  now: Date,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const { mspId } = scope;
    const standing = await lockChannelSettings(tx, mspId, channelId);
    if (!standing) throw nothingHere();
    const { settings, clientId, pausedAt } = standing;
    refuseChange(standing, null, true);
    if ((pausedAt !== null) === isPaused) return;
    await pauseCheck(tx, mspId, channelId, isPaused ? now : null);
    const jobIds = settings.jobId === null ? [] : [settings.jobId];
    const systemIds = await systemsOfChannel(tx, mspId, channelId, jobIds);
    await markDirty(tx, scope, { systemIds }, now.getTime());
    await appendAuditEvent(tx, {
      action: isPaused ? 'channel.paused' : 'channel.resumed',
      clientId,
      target: { channelId, clientId },
      details: { name: settings.name },
    });
  });
}

/** Without what was left out. */
function present<Said extends object>(said: Said): { [Name in keyof Said]?: Exclude<Said[Name], undefined> } {
  const given = Object.entries(said).filter(([, value]) => value !== undefined);
  // Object.fromEntries forgets which names it was given.
  return Object.fromEntries(given) as { [Name in keyof Said]?: Exclude<Said[Name], undefined> };
}

function refuseChange(
  { settings, closedAt }: StandingChannel,
  version: string | null,
  isOfCheck: boolean,
): void {
  if (closedAt) throw new AppError('conflict', 'This channel is closed. Connect the backup anew.');
  if (version !== null && version !== channelVersion(settings))
    throw new AppError('conflict', 'Somebody changed this channel meanwhile. Load the page again.');
  if (isOfCheck && !settings.check)
    throw new AppError('invalid-request', 'Only a channel of pings has a check.');
}

function silentAt({ check }: ChannelSettings, { pausedAt, lastPingAt }: StandingChannel): Date | null {
  if (!check) return null;
  const state = { pausedAt: pausedAt?.getTime() ?? null, lastPingAt: lastPingAt?.getTime() ?? null };
  const at = pingSilentAt(check, state);
  return at === null ? null : new Date(at);
}

/** What is not the same any more, each as it was and as it is; of the check, its single settings. */
function differences(
  former: ChannelSettings,
  next: ChannelSettings,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const [before, after] = [flat(former), flat(next)];
  const names = Object.keys(after).filter((name) => !isDeepStrictEqual(before[name], after[name]));
  const of = (values: Record<string, unknown>) =>
    Object.fromEntries(names.map((name) => [name, values[name]]));
  return { before: of(before), after: of(after) };
}

const flat = ({ check, ...said }: ChannelSettings): Record<string, unknown> => ({ ...said, ...check });
