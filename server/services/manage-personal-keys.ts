import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { z } from 'zod';
import { API_SCOPES, permissionsOf } from '@/domain/access/api-scopes';
import { may, type Role } from '@/domain/access/permissions';
import { DAY } from '@/domain/time/instant';
import { ownScreensScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { insertPersonalKey, revokePersonalKey as takeBack } from '../data/personal-keys';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import { secretHash } from '../secret-hash';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';

/** A key ends by itself within this; then its person decides anew. */
const KEY_DAYS_MAX = 366;

/** What a personal key looks like: a word that scanners of leaked secrets can look for, and 256 random bits. */
export const PERSONAL_KEY_SHAPE = /^holdfast_api_[A-Za-z0-9_-]{43}$/;

/** What the form sends. */
export const personalKeyForm = z.strictObject({
  name: textLine('what the key is for').describe('What the key is for.'),
  scopes: z
    .array(z.enum(API_SCOPES))
    .min(1, 'Choose at least one.')
    .max(API_SCOPES.length)
    .describe('What it is good for, of what its person may do.'),
  clientIds: z
    .union([
      z.literal('*'),
      z.array(z.uuid()).min(1, 'Choose at least one client.').max(100, 'Choose at most 100 clients.'),
    ])
    .describe('The clients that it sees; `*`: all that its person sees.'),
  expiresAt: z.iso
    .datetime({ offset: true, error: 'Choose a day.' })
    .describe('When it ends by itself, within a year.'),
});

/**
 * Makes a key by which a program acts as the person who asks. It is answered once and kept as a hash alone.
 * @throws AppError `invalid-request` for an end that is past or too far, or a scope that the person has no permission of; `not-found`
 *   for a client
 */
export async function makePersonalKey(
  database: Database,
  scope: TenantScope,
  role: Role,
  form: z.output<typeof personalKeyForm>,
  nowMs: number,
): Promise<{ personalKeyId: string; key: string }> {
  const expiresAt = new Date(form.expiresAt);
  if (expiresAt.getTime() <= nowMs) throw wrong('expiresAt', 'Choose a day in the future.');
  if (expiresAt.getTime() > nowMs + KEY_DAYS_MAX * DAY)
    throw wrong('expiresAt', 'Choose a day within a year; make a new key then.');
  const scopes = [...new Set(form.scopes)];
  for (const one of scopes)
    if (!permissionsOf(one).some((permission) => may(role, permission, scope.clientIds)))
      throw wrong('scopes', `Your role does not allow what the scope “${one}” stands for.`);
  const key = `holdfast_api_${randomBytes(32).toString('base64url')}`;
  const personalKeyId = v7();
  const clientIds = form.clientIds === '*' ? ('*' as const) : [...new Set(form.clientIds)];
  const { name } = form;
  if (clientIds !== '*' && scope.clientIds !== '*') {
    const seen = new Set(scope.clientIds);
    if (clientIds.some((clientId) => !seen.has(clientId))) throw nothingHere();
  }
  // A key concerns no client, of which whoever sees some alone may say something.
  await database.inScope(ownScreensScope(scope), async (tx) => {
    const made = { personalKeyId, name, keyHash: secretHash(key), scopes, clientIds, expiresAt };
    if (!(await insertPersonalKey(tx, made))) throw nothingHere();
    await appendAuditEvent(tx, {
      action: 'personal-key.made',
      target: { personalKeyId },
      details: { name, scopes, clientIds, expiresAt: expiresAt.toISOString() },
    });
  });
  return { personalKeyId, key };
}

/**
 * Ends a key: its next request is refused. One's own, or anybody's to who manages the MSP's people.
 * @throws AppError `not-found` for one that is not there, is somebody else's, or was revoked
 */
export async function revokePersonalKey(
  database: Database,
  scope: TenantScope,
  personalKeyId: string,
): Promise<void> {
  await database.inScope(ownScreensScope(scope), async (tx) => {
    if (!(await takeBack(tx, personalKeyId))) throw nothingHere();
    await appendAuditEvent(tx, { action: 'personal-key.revoked', target: { personalKeyId }, details: {} });
  });
}

function wrong(field: string, sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { [field]: sentence } });
}
