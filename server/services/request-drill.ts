import { randomInt, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { SEED_MAX } from '@/domain/restore-test/select-files';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { hasOpenDrill } from '../data/drills';
import { listRestoreCopies } from '../data/restore-requests';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { chosenCopy, keepRequest, type MadeRequest } from './request-restore-test';

/** What a person asks for. `repositoryId` null: the copy that nobody tested for longest. */
export const drillForm = z.strictObject({ repositoryId: z.uuid('Choose a copy.').nullable() });
export type DrillForm = z.output<typeof drillForm>;

/** As many as a sample that the policy asks for. */
const FILES = 20;
/** What restores files, so that one of them can be damaged. */
const DRILL_TOOLS: readonly string[] = ['restic', 'borg'];

/** Whether a drill can be made of a copy that a tool made. */
export function canDrill({ tool }: { readonly tool: string }): boolean {
  return DRILL_TOOLS.includes(tool);
}

/**
 * Asks the agent that reads a copy of a data set for a drill: it restores a sample, damages one restored file on purpose, and has to notice
 * it. The request is signed now; the agent fetches it with its next report.
 * @param signingKey the server's own, which agents pinned when they enrolled
 * @throws AppError `not-found` for a data set or copy that is not there; `conflict` while another request or drill of the data set is
 *   open, where no copy holds files, or when its agent takes no requests
 */
export async function requestDrill(
  database: Database,
  scope: TenantScope,
  person: { personId: string; name: string },
  signingKey: KeyObject,
  { dataSetId, form }: { dataSetId: string; form: DrillForm },
  nowMs: number,
): Promise<MadeRequest> {
  return database.inScope(scope, async (tx) => {
    const copies = await listRestoreCopies(tx, scope.mspId, [dataSetId]);
    const named = copies.filter(
      (one) => form.repositoryId === null || one.repositoryId === form.repositoryId,
    );
    if (named.length === 0) throw nothingHere();
    const able = named.filter(canDrill);
    if (able.length === 0)
      throw new AppError(
        'conflict',
        'A drill damages a restored file, so it needs a copy made by restic or borg.',
      );
    const copy = chosenCopy(able, null, nowMs);
    if (await hasOpenDrill(tx, scope.mspId, dataSetId))
      throw new AppError(
        'conflict',
        'A drill of this data is not over yet. Confirm that its alarm arrived, or wait until it ends by itself.',
      );
    const made = await keepRequest(tx, scope.mspId, signingKey, {
      copy,
      point: null,
      rule: 'sample',
      files: FILES,
      seed: randomInt(SEED_MAX),
      askedBy: person,
      policyVersionId: null,
      rtoSeconds: null,
      isDrill: true,
      nowMs,
    });
    if (!made)
      throw new AppError(
        'conflict',
        'A restore test of this data is asked for already. Wait for its result before asking for a drill.',
      );
    await appendAuditEvent(tx, {
      action: 'restore-drill.requested',
      clientId: copy.clientId,
      target: { requestId: made.requestId, dataSetId, repositoryId: copy.repositoryId },
      details: { files: FILES, seed: made.seed },
      private: { askedByName: person.name },
    });
    return made;
  });
}
