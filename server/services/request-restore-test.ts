import { randomInt, sign, type KeyObject } from 'node:crypto';
import { v7 } from 'uuid';
import { z } from 'zod';
import { requestSigningText, restoreRequest, type RestoreRequest } from '@/contract/restore-request';
import { copyToTest } from '@/domain/restore-test/due';
import { SAMPLE_FILES_MAX, SEED_MAX } from '@/domain/restore-test/select-files';
import { DAY } from '@/domain/time/instant';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import { policiesOf } from '../data/policies';
import {
  findPointKey,
  insertRestoreRequest,
  listRestoreCopies,
  type RestoreCopy,
} from '../data/restore-requests';
import { sitesOfSystems } from '../data/system-sites';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';

/** An agent reports every hour; one that was off overnight still gets it. */
const VALID_MS = DAY;
/** An agent that has not asked for requests for longer is away, or can no longer take any. */
export const POLL_AGE_MS_MAX = 2 * DAY;

/** What a person asks for. `repositoryId` null: the copy that nobody tested for longest; `pointId` null: the newest; `seed` null: a new one. */
export const restoreRequestForm = z.strictObject({
  repositoryId: z.uuid('Choose a copy.').nullable(),
  pointId: z.uuid().nullable(),
  rule: z.enum(['sample', 'full'], 'Choose a sample or all files.'),
  files: z
    .int('Give a whole number of files.')
    .min(1, 'Test at least one file.')
    .max(SAMPLE_FILES_MAX, `A sample has at most ${SAMPLE_FILES_MAX} files.`),
  seed: z
    .int('Give a whole number.')
    .min(0, 'A seed is 0 or more.')
    .max(SEED_MAX, `A seed is at most ${SEED_MAX}.`)
    .nullable(),
});
export type RestoreRequestForm = z.output<typeof restoreRequestForm>;

/** A request that was made. */
export interface MadeRequest {
  readonly requestId: string;
  readonly seed: number;
  readonly expiresAt: Date;
}

/**
 * Asks the agent that reads a copy of a data set to test it. The request is signed now; the agent fetches it with its next report.
 * @param signingKey the server's own, which agents pinned when they enrolled
 * @throws AppError `not-found` for a data set, copy or point that is not there; `conflict` while another request of the data set is
 *   open, or when its agent takes none
 */
export async function requestRestoreTest(
  database: Database,
  scope: TenantScope,
  person: { personId: string; name: string },
  signingKey: KeyObject,
  asked: { dataSetId: string; form: RestoreRequestForm },
  nowMs: number,
): Promise<MadeRequest> {
  const { dataSetId, form } = asked;
  return database.inScope(scope, async (tx) => {
    const copies = await listRestoreCopies(tx, scope.mspId, [dataSetId]);
    if (copies.length === 0) throw nothingHere();
    const copy = chosenCopy(copies, form.repositoryId, nowMs);
    const pointKey = form.pointId === null ? null : await findPointKey(tx, scope.mspId, copy, form.pointId);
    if (form.pointId !== null && pointKey === null) throw nothingHere();
    const made = await keepRequest(tx, scope.mspId, signingKey, {
      copy,
      point: form.pointId !== null && pointKey !== null ? { pointId: form.pointId, pointKey } : null,
      rule: form.rule,
      files: form.files,
      seed: form.seed ?? randomInt(SEED_MAX),
      askedBy: person,
      policyVersionId: null,
      rtoSeconds: await rtoOf(tx, scope.mspId, copy, nowMs),
      isDrill: false,
      nowMs,
    });
    if (!made)
      throw new AppError(
        'conflict',
        'A restore test of this data is asked for already. Wait for its result before asking for another.',
      );
    await appendAuditEvent(tx, {
      action: 'restore-test.requested',
      clientId: copy.clientId,
      target: { requestId: made.requestId, dataSetId, repositoryId: copy.repositoryId },
      details: {
        rule: form.rule,
        files: form.files,
        seed: made.seed,
        pointId: form.pointId,
        reason: 'person',
      },
      private: { askedByName: person.name },
    });
    return made;
  });
}

/** What is asked for, by whomever. */
export interface WantedRequest {
  readonly copy: RestoreCopy;
  /** null: the newest. */
  readonly point: { readonly pointId: string; readonly pointKey: string } | null;
  readonly rule: 'sample' | 'full';
  readonly files: number;
  readonly seed: number;
  readonly askedBy: { personId: string; name: string } | null;
  readonly policyVersionId: string | null;
  readonly rtoSeconds: number | null;
  readonly isDrill: boolean;
  readonly nowMs: number;
}

/** Signs a request and keeps it. null: another one of the data set is open. */
export async function keepRequest(
  tx: Tx,
  mspId: string,
  signingKey: KeyObject,
  wanted: WantedRequest,
): Promise<MadeRequest | null> {
  const { copy, point, rule, files, seed, askedBy, policyVersionId, isDrill, nowMs } = wanted;
  const requestId = v7();
  const expiresAt = new Date(nowMs + VALID_MS);
  const body = JSON.stringify(requestDocument(wanted, requestId, expiresAt));
  const isKept = await insertRestoreRequest(tx, mspId, {
    requestId,
    clientId: copy.clientId,
    dataSetId: copy.dataSetId,
    repositoryId: copy.repositoryId,
    agentId: copy.agentId,
    pointId: point?.pointId ?? null,
    policyVersionId,
    askedBy: askedBy && { personId: askedBy.personId, name: askedBy.name },
    askedAt: new Date(nowMs),
    expiresAt,
    rule,
    files,
    seed,
    body,
    signature: new Uint8Array(sign(null, Buffer.from(requestSigningText(body)), signingKey)),
    isDrill,
  });
  return isKept ? { requestId, seed, expiresAt } : null;
}

function requestDocument(wanted: WantedRequest, requestId: string, expiresAt: Date): RestoreRequest {
  const { copy, point, rule, files, seed, askedBy, rtoSeconds, isDrill, nowMs } = wanted;
  return restoreRequest.parse({
    kind: 'restore-test',
    request_id: requestId,
    agent_id: copy.agentId,
    issued_at: new Date(nowMs).toISOString(),
    expires_at: expiresAt.toISOString(),
    trigger: askedBy === null ? 'schedule' : 'manual',
    repository_key: copy.repositoryKey,
    point: point === null ? 'newest' : { point_key: point.pointKey },
    job_key: copy.jobKey,
    known_point_key: point?.pointKey ?? copy.pointKey,
    rule,
    files,
    seed,
    level: 'L4',
    rto_seconds: rtoSeconds,
    ...(isDrill && { drill: true }),
  });
}

/** Whether the agent of a copy takes requests. */
export function takesRequests({ polledAt }: Pick<RestoreCopy, 'polledAt'>, nowMs: number): boolean {
  return polledAt !== null && nowMs - polledAt.getTime() < POLL_AGE_MS_MAX;
}

/** The copy that is meant, or that nobody tested for longest. @throws AppError `not-found`, or `conflict` where its agent takes no requests */
export function chosenCopy(
  copies: readonly RestoreCopy[],
  repositoryId: string | null,
  nowMs: number,
): RestoreCopy {
  const named = repositoryId === null ? copies : copies.filter((one) => one.repositoryId === repositoryId);
  if (named.length === 0) throw nothingHere();
  const able = named.filter((one) => takesRequests(one, nowMs));
  const copy = copyToTest(able.map((one) => ({ ...one, lastTestAt: one.lastTestAt?.getTime() ?? null })));
  const found = able.find((one) => one.repositoryId === copy?.repositoryId);
  if (found) return found;
  throw new AppError(
    'conflict',
    `The agent on ${named[0]?.hostname ?? 'that machine'} has not asked for requests in the last two days. Update it, and let its timer run \`report\`; then ask again.`,
  );
}

async function rtoOf(tx: Tx, mspId: string, copy: RestoreCopy, nowMs: number): Promise<number | null> {
  const { clientId, systemId } = copy;
  const policies = await policiesOf(
    tx,
    mspId,
    { clientIds: [clientId], systemIds: [systemId] },
    new Date(nowMs),
  );
  const siteOf = await sitesOfSystems(tx, mspId, [systemId]);
  const { policy } = policies.forSystem({ clientId, systemId, siteId: siteOf.get(systemId) ?? null });
  return policy.rtoSeconds;
}
