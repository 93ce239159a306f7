import { v7 } from 'uuid';
import { z } from 'zod';
import { MESSAGE_KINDS } from '@/domain/notify/delivery';
import { ruleTerms } from '@/domain/notify/notification-rule';
import { config, setting } from '../config';
import { appendAuditEvent } from '../data/audit';
import { findMsp, listClientNames } from '../data/clients';
import type { Database, Tx } from '../data/database';
import {
  CHANNELS_MAX,
  insertChannel,
  insertNotificationRule,
  listChannels,
  listNotificationRules,
  lockNotificationSettings,
  RULES_MAX,
  setChannelRemoved,
  setRuleRemoved,
  updateNotificationRule,
} from '../data/notification-rules';
import { insertNotifications } from '../data/notifications';
import { retryTicketsOf } from '../data/tickets';
import { hintWork } from '../data/work-due';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import { checkChannelAddress, sealChannel } from '../notify/channel-address';
import { makeSigningSecret } from '../notify/sign-webhook';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';

type Person = Readonly<{ personId: string; name: string }>;

/** A new place that messages go to. */
export const channelForm = z.strictObject({
  name: textLine('a name for the channel', 100),
  kind: z.enum(MESSAGE_KINDS),
  address: z.string().max(2000, 'Use at most 2000 characters.'),
});

/** A rule: what is told, and whom. */
export const ruleForm = z
  .strictObject({
    name: textLine('a name for the rule', 100),
    channelId: z.uuid(),
    escalationChannelId: z.uuid().nullable(),
    terms: ruleTerms,
  })
  .refine(
    (rule) => (rule.escalationChannelId === null) === (rule.terms.escalateAfterMinutes === null),
    'Say both after how long and to which channel it goes on, or neither.',
  );
export type RuleForm = z.output<typeof ruleForm>;

/** What was made. `signingSecret`: shown this once; null: the channel signs nothing. */
export interface MadeChannel {
  readonly channelId: string;
  readonly signingSecret: string | null;
}

/**
 * Adds a channel. Its address is encrypted; a webhook's signing secret is made here.
 * @throws AppError `invalid-request` for an address that nothing may be sent to, `conflict` for a taken name or too many
 */
export async function addChannel(
  database: Database,
  scope: TenantScope,
  { personId }: Person,
  { name, kind, address: typed }: z.output<typeof channelForm>,
  nowMs: number,
): Promise<MadeChannel> {
  const checked = checkChannelAddress(kind, typed, config().notifiesLoopback);
  if (typeof checked === 'string')
    throw new AppError('invalid-request', checked, { fields: { address: checked } });
  const channelId = v7();
  const signingSecret = kind === 'webhook' ? makeSigningSecret() : null;
  const sealed = sealChannel(channelId, { address: checked.address, signingSecret }, setting('secretKey'));
  const { shownAddress } = checked;
  await database.inScope(scope, async (tx) => {
    await lockNotificationSettings(tx, scope.mspId);
    const channels = await listChannels(tx, scope.mspId);
    refuseTaken(channels, name, 'channel', CHANNELS_MAX);
    const by = { at: new Date(nowMs), by: personId };
    const channel = { channelId, name, kind, shownAddress, sealed, needsCompany: false };
    await insertChannel(tx, scope.mspId, { ...channel, ...by });
    await record(tx, 'notification-channel.added', { channelId }, { name, kind }, { shownAddress });
  });
  return { channelId, signingSecret };
}

/**
 * Removes a channel, or brings a removed one back. Tickets that waited for it are tried again then.
 * @throws AppError `not-found`; `conflict` while rules send to it, or when its name was taken since
 */
export async function setChannelThere(
  database: Database,
  scope: TenantScope,
  { personId }: Person,
  { channelId, isThere }: { channelId: string; isThere: boolean },
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    await lockNotificationSettings(tx, mspId);
    const others = await listChannels(tx, mspId);
    const uses = (await listNotificationRules(tx, mspId)).filter(
      (rule) => rule.channelId === channelId || rule.escalationChannelId === channelId,
    );
    const [using] = uses;
    if (!isThere && using)
      throw new AppError(
        'conflict',
        `The rule ‘${using.name}’ sends to it. Give the rule another channel first.`,
      );
    const name = await setChannelRemoved(
      tx,
      mspId,
      channelId,
      isThere ? null : { at: new Date(nowMs), by: personId },
    );
    if (name === null) throw nothingHere();
    if (isThere) refuseTaken(others, name, 'channel', CHANNELS_MAX);
    if (isThere) await retryHeldUpTickets(tx, mspId, channelId, new Date(nowMs));
    const action = isThere ? 'notification-channel.brought-back' : 'notification-channel.removed';
    await record(tx, action, { channelId }, { name });
  });
}

/** What could not be told while a ticket system was removed. */
async function retryHeldUpTickets(tx: Tx, mspId: string, channelId: string, at: Date): Promise<void> {
  const retried = await retryTicketsOf(tx, mspId, { channelId, clientId: null }, at);
  if (retried > 0) await hintWork(tx, mspId, 'ticket', at);
}

/**
 * Adds a rule; it tells what happens from now on.
 * @throws AppError `invalid-request` for a channel or client that is not there; `conflict` for a taken name or too many
 */
export async function addNotificationRule(
  database: Database,
  scope: TenantScope,
  { personId }: Person,
  form: RuleForm,
  nowMs: number,
): Promise<string> {
  const ruleId = v7();
  await database.inScope(scope, async (tx) => {
    await lockNotificationSettings(tx, scope.mspId);
    refuseTaken(await listNotificationRules(tx, scope.mspId), form.name, 'rule', RULES_MAX);
    await refuseUnknown(tx, scope.mspId, form);
    const rule = { ruleId, ...form, activeFrom: new Date(nowMs), by: personId };
    await insertNotificationRule(tx, scope.mspId, rule);
    await record(tx, 'notification-rule.added', { ruleId }, { ...form });
  });
  return ruleId;
}

/**
 * Changes a rule. What it told stays told.
 * @throws AppError `not-found`; `invalid-request`, `conflict` as `addNotificationRule`
 */
export async function changeNotificationRule(
  database: Database,
  scope: TenantScope,
  ruleId: string,
  form: RuleForm,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    await lockNotificationSettings(tx, scope.mspId);
    const rules = await listNotificationRules(tx, scope.mspId);
    const former = rules.find((rule) => rule.ruleId === ruleId);
    if (!former) throw nothingHere();
    refuseTaken(
      rules.filter((rule) => rule.ruleId !== ruleId),
      form.name,
      'rule',
      RULES_MAX,
    );
    await refuseUnknown(tx, scope.mspId, form);
    await updateNotificationRule(tx, scope.mspId, { ruleId, ...form });
    await hintWork(tx, scope.mspId, 'telling', new Date(nowMs));
    const { name, channelId, escalationChannelId, terms } = former;
    const details = { ...form, former: { name, channelId, escalationChannelId, terms } };
    await record(tx, 'notification-rule.changed', { ruleId }, details);
  });
}

/**
 * Removes a rule, or brings a removed one back, which then tells what happened meanwhile.
 * @throws AppError `not-found`; `conflict` when its name was taken since, or its channel removed
 */
export async function setRuleThere(
  database: Database,
  scope: TenantScope,
  { personId }: Person,
  { ruleId, isThere }: { ruleId: string; isThere: boolean },
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    await lockNotificationSettings(tx, mspId);
    const others = await listNotificationRules(tx, mspId);
    const removed = isThere ? null : { at: new Date(nowMs), by: personId };
    const rule = await setRuleRemoved(tx, mspId, ruleId, removed);
    if (rule === null) throw nothingHere();
    if (isThere) {
      refuseTaken(others, rule.name, 'rule', RULES_MAX);
      const there = new Set((await listChannels(tx, mspId)).map(({ channelId }) => channelId));
      const needed = [rule.channelId, rule.escalationChannelId].filter((id) => id !== null);
      if (!needed.every((id) => there.has(id)))
        throw new AppError('conflict', 'A channel of this rule was removed. Bring that back first.');
      await hintWork(tx, mspId, 'telling', new Date(nowMs));
    }
    const action = isThere ? 'notification-rule.brought-back' : 'notification-rule.removed';
    await record(tx, action, { ruleId }, { name: rule.name });
  });
}

/**
 * Has the worker send a test to a channel: tried once, at once.
 * @returns the notification, whose state tells what came of it
 * @throws AppError `not-found`
 */
export async function sendTest(
  database: Database,
  scope: TenantScope,
  { name: byName }: Person,
  channelId: string,
  nowMs: number,
): Promise<string> {
  const notificationId = v7();
  const now = new Date(nowMs);
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    const channel = (await listChannels(tx, mspId)).find((one) => one.channelId === channelId);
    if (!channel) throw nothingHere();
    const { name: mspName, timeZone } = await findMsp(tx, mspId);
    const content = { kind: 'test', mspName, timeZone, byName, at: nowMs } as const;
    // Nobody waits for a second try.
    const giveUpAt = now;
    const test = {
      notificationId,
      ruleId: null,
      channelId,
      content,
      createdAt: now,
      giveUpAt,
      isDone: false,
    };
    await insertNotifications(tx, mspId, [test]);
    await hintWork(tx, mspId, 'notification', now);
    const target = { channelId, notificationId };
    await record(tx, 'notification-channel.tested', target, { name: channel.name }, { byName });
  });
  return notificationId;
}

/** @throws AppError `conflict` for a taken name or too many */
export function refuseTaken(
  others: readonly { readonly name: string }[],
  name: string,
  what: 'channel' | 'rule',
  max: number,
): void {
  if (others.length >= max)
    throw new AppError('conflict', `There are ${max} ${what}s already. Remove one first.`);
  if (others.some((other) => other.name.toLowerCase() === name.toLowerCase()))
    throw new AppError('conflict', `There is a ${what} of this name already.`);
}

/** What a rule names has to be this MSP's own. */
async function refuseUnknown(tx: Tx, mspId: string, form: RuleForm): Promise<void> {
  const channels = new Set((await listChannels(tx, mspId)).map(({ channelId }) => channelId));
  const wanted = [form.channelId, form.escalationChannelId].filter((id) => id !== null);
  if (!wanted.every((id) => channels.has(id)))
    throw new AppError('invalid-request', 'This channel is not there any more. Choose another.');
  if (form.terms.clientIds === null) return;
  const clients = new Set((await listClientNames(tx, mspId)).map(({ clientId }) => clientId));
  if (!form.terms.clientIds.every((id) => clients.has(id)))
    throw new AppError('invalid-request', 'A client is not there any more. Choose the clients again.');
}

function record(
  tx: Tx,
  action: string,
  target: Readonly<Record<string, string>>,
  details: Readonly<Record<string, unknown>>,
  personal?: Readonly<Record<string, string>>,
): Promise<void> {
  return appendAuditEvent(tx, { action, target, details, ...(personal && { private: personal }) });
}
