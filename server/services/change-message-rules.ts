import { isDeepStrictEqual } from 'node:util';
import { v7 } from 'uuid';
import { z } from 'zod';
import { ruleDefinition } from '@/domain/message-rules/compile-rule';
import { isChoosy, MESSAGE_RULES_MAX, type RuleReach } from '@/domain/message-rules/message-rule';
import { appendAuditEvent } from '../data/audit';
import { findClient } from '../data/clients';
import type { Database, Tx } from '../data/database';
import { findChannel } from '../data/inbound-channels';
import {
  insertMessageRule,
  type KeptMessageRule,
  listMessageRules,
  lockMessageRules,
  type MessageRuleTerms,
  setMessageRuleDisabled,
  updateMessageRule,
} from '../data/message-rules';
import { findRawReport } from '../data/raw-reports';
import { retryAsideWithin } from '../data/rule-messages';
import { hintWork } from '../data/work-due';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';

const terms = {
  name: textLine('a name for the rule', 100),
  /** Whose messages it is asked of; null: every client's. */
  clientId: z.uuid().nullable(),
  channelId: z.uuid().nullable(),
  definition: ruleDefinition,
  exampleReportId: z.uuid().nullable(),
};

export const newMessageRuleForm = z.strictObject(terms);
export type NewMessageRuleForm = z.output<typeof newMessageRuleForm>;

/** `baseVersion`: the version that its author saw. */
export const messageRuleForm = z.strictObject({ ...terms, baseVersion: z.int().min(1) });
export type MessageRuleForm = z.output<typeof messageRuleForm>;

type Person = Readonly<{ personId: string; name: string }>;

/** What came of a save. */
export interface SavedMessageRule {
  readonly messageRuleId: string;
  readonly version: number;
  /** Messages that were put aside and are read again now. */
  readonly retriedCount: number;
}

/**
 * Makes a rule for messages that no parser reads, and has those within its reach that were put aside read again.
 * @throws AppError `not-found` for a message that is not there; `conflict` for a taken name or too many; `invalid-request` for a client or
 * channel that is not there, and for one that would hold for everything
 */
export async function makeMessageRule(
  database: Database,
  scope: TenantScope,
  { personId, name }: Person,
  form: NewMessageRuleForm,
  now: Date,
): Promise<SavedMessageRule> {
  const { mspId } = scope;
  const messageRuleId = v7();
  return inRuleScope(database, scope, async (tx) => {
    refuseTaken(await listMessageRules(tx, mspId), form);
    await demandReach(tx, scope, form);
    await insertMessageRule(tx, mspId, messageRuleId, form, { at: now, personId, name });
    await tellChange(tx, 'made', messageRuleId, form, { ...termsOf(form) });
    return { messageRuleId, version: 1, retriedCount: await retry(tx, scope, messageRuleId, form, now) };
  });
}

/**
 * Changes a rule; what it read before stays as it was read. Messages within its reach that were put aside are read again.
 * @throws AppError `not-found`; `conflict` when somebody changed it since `baseVersion` or nothing differs; else as `makeMessageRule`
 */
export async function changeMessageRule(
  database: Database,
  scope: TenantScope,
  messageRuleId: string,
  { baseVersion, ...form }: MessageRuleForm,
  now: Date,
): Promise<SavedMessageRule> {
  const { mspId } = scope;
  return inRuleScope(database, scope, async (tx) => {
    const rules = await listMessageRules(tx, mspId);
    const former = ruleOf(rules, messageRuleId);
    if (former.version !== baseVersion)
      throw new AppError('conflict', 'Somebody changed this rule meanwhile. Load the page again.');
    if (isDeepStrictEqual(termsOf(former), termsOf(form)))
      throw new AppError('conflict', 'Nothing differs from what it says now.');
    refuseTaken(
      rules.filter((one) => one !== former),
      form,
    );
    await demandReach(tx, scope, form);
    const version = former.version + 1;
    await updateMessageRule(tx, mspId, { messageRuleId, version }, form);
    const what = { name: form.name, before: termsOf(former), after: termsOf(form) };
    await tellChange(tx, 'changed', messageRuleId, form, what);
    const isInUse = former.disabledAt === null;
    const retriedCount = isInUse ? await retry(tx, scope, messageRuleId, form, now) : 0;
    return { messageRuleId, version, retriedCount };
  });
}

/**
 * Switches a rule off, or on again; what it read stays. Switched on, it has what was put aside read again, and answers how many.
 * @throws AppError `not-found`, `conflict` when it is so already
 */
export async function setMessageRuleEnabled(
  database: Database,
  scope: TenantScope,
  { personId }: Pick<Person, 'personId'>,
  { messageRuleId, isEnabled }: { messageRuleId: string; isEnabled: boolean },
  now: Date,
): Promise<number> {
  const { mspId } = scope;
  return inRuleScope(database, scope, async (tx) => {
    const former = ruleOf(await listMessageRules(tx, mspId), messageRuleId);
    if ((former.disabledAt === null) === isEnabled)
      throw new AppError(
        'conflict',
        isEnabled ? 'It is switched on already.' : 'It is switched off already.',
      );
    const version = former.version + 1;
    const disabled = isEnabled ? null : { at: now, by: personId };
    await setMessageRuleDisabled(tx, mspId, { messageRuleId, version }, disabled);
    await tellChange(tx, isEnabled ? 'enabled' : 'disabled', messageRuleId, former, { name: former.name });
    return isEnabled ? retry(tx, scope, messageRuleId, former, now) : 0;
  });
}

/** Has what was put aside within the rule's reach processed again, by everything that is known now. */
async function retry(
  tx: Tx,
  { mspId }: TenantScope,
  messageRuleId: string,
  form: Pick<MessageRuleTerms, 'clientId' | 'channelId' | 'definition' | 'name'>,
  now: Date,
): Promise<number> {
  const count = await retryAsideWithin(tx, mspId, form, form.definition.kind === 'json');
  if (count === 0) return 0;
  await hintWork(tx, mspId, 'inbox', now);
  await tellChange(tx, 'messages-retried', messageRuleId, form, { name: form.name, count });
  return count;
}

/**
 * Whoever sees some clients only makes rules for these.
 * @throws AppError `invalid-request` naming the field, `not-found` for the message
 */
export async function demandReach(
  tx: Tx,
  scope: TenantScope,
  { clientId, channelId, definition, exampleReportId }: Omit<MessageRuleTerms, 'name'>,
): Promise<void> {
  const { mspId } = scope;
  if (exampleReportId !== null && !(await findRawReport(tx, mspId, exampleReportId))) throw nothingHere();
  if (clientId === null && scope.clientIds !== '*')
    throw refused('clientId', 'You see some clients only: choose one of them.');
  if (clientId !== null && !(await findClient(tx, mspId, clientId)))
    throw refused('clientId', 'This client is not there any more. Choose another.');
  const channel = channelId === null ? null : await findChannel(tx, mspId, channelId);
  if (channelId !== null && (!channel || channel.clientId !== clientId || channel.kind === 'ping'))
    throw refused('channelId', 'This channel is not there any more. Choose another.');
  if (channelId === null && !isChoosy(definition))
    throw refused(
      'definition.holds',
      'Say which messages it holds for, or limit it to one channel: else it would hold for everything.',
    );
}

function refused(field: string, sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { [field]: sentence } });
}

function refuseTaken(
  others: readonly KeptMessageRule[],
  { name, clientId }: { name: string; clientId: string | null },
): void {
  if (others.length >= MESSAGE_RULES_MAX)
    throw new AppError(
      'conflict',
      `There are ${MESSAGE_RULES_MAX} rules already. Change one of them instead.`,
    );
  const isTaken = others.some(
    (other) => other.clientId === clientId && other.name.toLowerCase() === name.toLowerCase(),
  );
  if (!isTaken) return;
  const sentence = 'There is a rule of this name already.';
  throw new AppError('conflict', sentence, { fields: { name: sentence } });
}

function ruleOf(rules: readonly KeptMessageRule[], messageRuleId: string): KeptMessageRule {
  const rule = rules.find((one) => one.messageRuleId === messageRuleId);
  if (!rule) throw nothingHere();
  return rule;
}

/** What is compared and kept in the log; from which message it was made is no part of what it says. */
function termsOf({ name, clientId, channelId, definition }: Omit<MessageRuleTerms, 'exampleReportId'>) {
  return { name, clientId, channelId, definition };
}

type Verb = 'made' | 'changed' | 'enabled' | 'disabled' | 'messages-retried';

async function tellChange(
  tx: Tx,
  verb: Verb,
  messageRuleId: string,
  { clientId }: Pick<RuleReach, 'clientId'>,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  const target = { messageRuleId, ...(clientId !== null && { clientId }) };
  await appendAuditEvent(tx, {
    action: `message-rule.${verb}`,
    clientId,
    target,
    details,
  });
}

function inRuleScope<T>(database: Database, scope: TenantScope, work: (tx: Tx) => Promise<T>): Promise<T> {
  return database.inScope(scope, async (tx) => {
    await lockMessageRules(tx, scope.mspId);
    return work(tx);
  });
}
