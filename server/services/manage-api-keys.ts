import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { z } from 'zod';
import { DAY } from '@/domain/time/instant';
import { appendAuditEvent } from '../data/audit';
import { insertApiKey, revokeApiKey as takeBack } from '../data/api-keys';
import type { Database } from '../data/database';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import { secretHash } from '../secret-hash';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';

/** A key ends by itself within this; then somebody decides anew. */
const KEY_DAYS_MAX = 366;

/** What a key looks like: a word that scanners of leaked secrets can look for, and 256 random bits. */
export const API_KEY_SHAPE = /^holdfast_evidence_[A-Za-z0-9_-]{43}$/;

/** What the form sends. */
export const apiKeyForm = z.strictObject({
  name: textLine('what the key is for'),
  clientIds: z.union([
    z.literal('*'),
    z.array(z.uuid()).min(1, 'Choose at least one client.').max(100, 'Choose at most 100 clients.'),
  ]),
  expiresAt: z.iso.datetime({ offset: true, error: 'Choose a day.' }),
});

/**
 * Makes a key by which a program reads evidence. It is answered once and kept as a hash alone.
 * @throws AppError `invalid-request` for an end that is past or too far, `not-found` for a client
 */
export async function makeApiKey(
  database: Database,
  scope: TenantScope,
  byName: string,
  form: z.output<typeof apiKeyForm>,
  nowMs: number,
): Promise<{ apiKeyId: string; key: string }> {
  const expiresAt = new Date(form.expiresAt);
  if (expiresAt.getTime() <= nowMs) throw wrong('Choose a day in the future.');
  if (expiresAt.getTime() > nowMs + KEY_DAYS_MAX * DAY)
    throw wrong('Choose a day within a year; make a new key then.');
  const key = `holdfast_evidence_${randomBytes(32).toString('base64url')}`;
  const apiKeyId = v7();
  const clientIds = form.clientIds === '*' ? ('*' as const) : [...new Set(form.clientIds)];
  await database.inScope(scope, async (tx) => {
    const made = { apiKeyId, name: form.name, keyHash: secretHash(key), clientIds, expiresAt, byName };
    if (!(await insertApiKey(tx, made))) throw nothingHere();
    await appendAuditEvent(tx, {
      action: 'api-key.made',
      target: { apiKeyId },
      details: { name: form.name, clientIds, expiresAt: expiresAt.toISOString() },
    });
  });
  return { apiKeyId, key };
}

/**
 * Ends a key: its next request is refused.
 * @throws AppError `not-found` for one that is not there or was revoked
 */
export async function revokeApiKey(database: Database, scope: TenantScope, apiKeyId: string): Promise<void> {
  await database.inScope(scope, async (tx) => {
    if (!(await takeBack(tx, apiKeyId))) throw nothingHere();
    await appendAuditEvent(tx, { action: 'api-key.revoked', target: { apiKeyId }, details: {} });
  });
}

function wrong(sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { expiresAt: sentence } });
}
