import { v7 } from 'uuid';
import { z } from 'zod';
import { DAY } from '@/domain/time/instant';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import { declarationValue } from '../data/declared-attributes';
import { findDeclarationSubject, insertDeclaration, type DeclarationSubject } from '../data/declarations';
import { listSites } from '../data/sites';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { markDirty } from './mark-dirty';

/** A declaration is renewed at least this often: nobody remembers for ever who said what. */
const VALID_DAYS_MAX = 400;

const subject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('repository'), repositoryId: z.uuid() }),
  z.strictObject({ kind: z.literal('system'), systemId: z.uuid() }),
]);
const said = z.discriminatedUnion('attribute', [
  z.strictObject({ attribute: z.literal('media'), value: declarationValue.media }),
  z.strictObject({ attribute: z.literal('site'), value: declarationValue.site }),
  z.strictObject({ attribute: z.literal('failure-domain'), value: declarationValue['failure-domain'] }),
  z.strictObject({ attribute: z.literal('immutability'), value: declarationValue.immutability }),
  z.strictObject({ attribute: z.literal('taken-out'), value: declarationValue['taken-out'] }),
  z.strictObject({ attribute: z.literal('brought-back'), value: declarationValue['brought-back'] }),
  z.strictObject({ attribute: z.literal('off'), value: declarationValue.off }),
  z.strictObject({ attribute: z.literal('access'), value: declarationValue.access }),
  z.strictObject({ attribute: z.literal('key-custody'), value: declarationValue['key-custody'] }),
]);

/** What the form sends. `validUntil` null: until it is withdrawn. */
export const declarationForm = z.strictObject({
  subject,
  said,
  reason: z
    .string()
    .trim()
    .min(1, 'Say how you know: it stands in the evidence beside your name.')
    .max(2000, 'Use at most 2,000 characters.'),
  validUntil: z.iso.datetime({ offset: true }).nullable(),
});
export type DeclarationForm = z.infer<typeof declarationForm>;

/**
 * Records what a named person says of a repository or system that no tool reports, and has the verdicts concerned evaluated
 * again. Answers the declaration's id.
 * @throws AppError `not-found` for a subject that is not there, `invalid-request` with the wrong fields
 */
export async function declare(
  database: Database,
  scope: TenantScope,
  person: { personId: string; name: string },
  form: DeclarationForm,
  nowMs: number,
): Promise<string> {
  const declarationId = v7();
  await database.inScope(scope, async (tx) => {
    const about = await findDeclarationSubject(tx, scope.mspId, form.subject);
    if (!about) throw nothingHere();
    await check(tx, scope.mspId, form, about.clientId, nowMs);
    const { attribute, value } = form.said;
    await insertDeclaration(tx, scope.mspId, {
      declarationId,
      clientId: about.clientId,
      subject: form.subject,
      attribute,
      value,
      reason: form.reason,
      declaredBy: person.personId,
      declaredByName: person.name,
      declaredAt: new Date(nowMs),
      validUntil: form.validUntil === null ? null : new Date(form.validUntil),
    });
    await markDirty(tx, scope, concernsOf(form.subject), nowMs);
    await appendAuditEvent(tx, {
      action: 'declaration.made',
      clientId: about.clientId,
      target: { declarationId, ...idOf(form.subject) },
      details: { attribute, value, validUntil: form.validUntil, reason: form.reason },
      private: { declaredByName: person.name },
    });
  });
  return declarationId;
}

async function check(
  tx: Tx,
  mspId: string,
  { subject: about, said: { attribute, value }, validUntil }: DeclarationForm,
  clientId: string | null,
  nowMs: number,
): Promise<void> {
  if (about.kind === 'system' && !OF_A_SYSTEM.includes(attribute))
    throw wrong(
      'attribute',
      'Of a system, only its site, medium, failure domain and that it is off can be declared.',
    );
  if (attribute === 'off')
    return checkAbsence(about.kind, declarationValue.off.parse(value), validUntil, nowMs);
  if (validUntil !== null && Date.parse(validUntil) <= nowMs)
    throw wrong('validUntil', 'Choose a day in the future.');
  if (validUntil !== null && Date.parse(validUntil) > nowMs + VALID_DAYS_MAX * DAY)
    throw wrong('validUntil', 'Choose a day within 13 months; renew it then.');
  if ((attribute === 'taken-out' || attribute === 'brought-back') && Date.parse(value.at) > nowMs + DAY)
    throw wrong('value', 'This lies in the future: declare it when it has happened.');
  const siteId = siteIn(attribute, value);
  if (siteId === null) return;
  const sites = await listSites(tx, mspId, clientId ?? '00000000-0000-0000-0000-000000000000');
  if (!sites.some((site) => site.siteId === siteId)) throw wrong('value', 'Choose one of the sites listed.');
}

const OF_A_SYSTEM: readonly string[] = ['media', 'site', 'failure-domain', 'off'];
/** What became of runs is decided for good after this. */
const OFF_AGO_MAX = 2 * DAY;
const OFF_DAYS_MAX = 31;

function checkAbsence(
  kind: DeclarationSubject['kind'],
  { from, until }: { from: string; until: string },
  validUntil: string | null,
  nowMs: number,
): void {
  if (kind !== 'system') throw wrong('attribute', 'Only a system can be off.');
  const [begins, ends] = [Date.parse(from), Date.parse(until)];
  if (ends <= begins) throw wrong('value', 'It must be on again after it went off.');
  if (ends - begins > OFF_DAYS_MAX * DAY)
    throw wrong(
      'value',
      `Say it for at most ${OFF_DAYS_MAX} days at a time; a system that is gone is ignored in the inbox.`,
    );
  if (begins < nowMs - OFF_AGO_MAX)
    throw wrong('value', 'What became of runs is decided after two days: begin no earlier than that.');
  if (validUntil === null || Date.parse(validUntil) !== ends)
    throw wrong('validUntil', 'It holds until the system is on again: give that instant here too.');
}

function siteIn(attribute: DeclarationForm['said']['attribute'], value: unknown): string | null {
  if (attribute === 'site') return declarationValue.site.parse(value);
  return attribute === 'taken-out' ? declarationValue['taken-out'].parse(value).siteId : null;
}

function concernsOf(about: DeclarationSubject) {
  return about.kind === 'system' ? { systemIds: [about.systemId] } : { repositoryIds: [about.repositoryId] };
}

function idOf(about: DeclarationSubject): Record<string, string> {
  return about.kind === 'system' ? { systemId: about.systemId } : { repositoryId: about.repositoryId };
}

function wrong(field: string, sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { [field]: sentence } });
}
