import { z } from 'zod';
import {
  DELETION_CHOICES,
  DELETION_GRACE,
  deletionObstacle,
  type DeletionObstacle,
  endingState,
} from '@/domain/evidence/client-ending';
import { type Keep, type KeepTerms, keepUntil } from '@/domain/evidence/keep-until';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import {
  type ClientExtent,
  dropDeletion,
  type EndedClient,
  endClient as end,
  findEndedClient,
  measureClient,
  newestEvidence,
  storeDeletion,
  takeBackClient as takeBack,
} from '../data/ended-clients';
import { readKeepTerms } from '../data/evidence-keep';
import { hintWork } from '../data/work-due';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';

/** Why the service ends. */
export const endForm = z.strictObject({ reason: textLine('why it ends', 500) });

/** What asking for a deletion sends: the client's name, typed, and what becomes of its evidence. */
export const deletionForm = z.strictObject({
  name: z.string().max(1000),
  evidence: z.enum(DELETION_CHOICES),
});

type Person = Readonly<{ personId: string; name: string }>;

/**
 * Ends the service for a client: it is in no list from here on, nobody is told of it, its agents and channels are refused, and its people
 * see nothing of it. Nothing is deleted, and it can be taken back.
 * @throws AppError `not-found` for a client that is not there, or has ended
 */
export async function endService(
  database: Database,
  scope: TenantScope,
  { name: byName }: Person,
  clientId: string,
  { reason }: z.output<typeof endForm>,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    if (!(await end(tx, clientId, { at: new Date(nowMs), byName, reason }))) throw nothingHere();
    await appendAuditEvent(tx, {
      action: 'client.service-ended',
      clientId,
      target: { clientId },
      details: { reason },
    });
  });
}

/**
 * Takes a client back into service; a deletion that was asked for is off. Its systems are looked at anew at once: what they reported last
 * may be long ago.
 * @throws AppError `not-found` for a client whose service did not end; `conflict` when its data is gone
 */
export async function takeBackClient(
  database: Database,
  scope: TenantScope,
  clientId: string,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  const at = new Date(nowMs);
  await database.inScope(scope, async (tx) => {
    const ended = await demandEnded(tx, mspId, clientId);
    if (!(await takeBack(tx, clientId, at)))
      throw new AppError('conflict', 'Its data was deleted. Add it as a new client.');
    await hintWork(tx, mspId, 'evaluation', at);
    await hintWork(tx, mspId, 'pull', at);
    await appendAuditEvent(tx, {
      action: 'client.taken-back',
      clientId,
      target: { clientId },
      details: { endedAt: new Date(ended.endedAt).toISOString(), calledOff: ended.deletionDueAt !== null },
    });
  });
}

/** What would go of a client, what would stay and until when, and what stands in the way. */
export interface DeletionPlan {
  readonly extent: ClientExtent;
  /** Of its evidence; null: it has none. */
  readonly keep: Keep | null;
  readonly obstacles: {
    readonly keepingEvidence: DeletionObstacle | null;
    readonly deletingEvidence: DeletionObstacle | null;
  };
}

/** The plan for a client that has ended. For a scope of the whole MSP: what was agreed rests on its default policy. */
export async function planDeletion(
  tx: Tx,
  mspId: string,
  ended: EndedClient,
  now: Date,
): Promise<DeletionPlan> {
  const { clientId, isHeld } = ended;
  const keep = await evidenceKeep(tx, mspId, ended, now);
  return {
    extent: await measureClient(tx, mspId, clientId),
    keep,
    obstacles: {
      keepingEvidence: deletionObstacle('keep-evidence', isHeld, keep, now.getTime()),
      deletingEvidence: deletionObstacle('delete-evidence', isHeld, keep, now.getTime()),
    },
  };
}

/**
 * Until when all of a client's evidence is kept: as long as the piece that is kept longest. What was said when its data was deleted stays
 * said, since its contract and frameworks went with it. null: it has none.
 */
export async function evidenceKeep(
  tx: Tx,
  mspId: string,
  { clientId, evidenceUntil, evidenceBecause }: EndedClient,
  now: Date,
): Promise<Keep | null> {
  const newest = await newestEvidence(tx, mspId, clientId);
  if (!newest) return null;
  const terms: KeepTerms = (await readKeepTerms(tx, mspId, [clientId], now))(clientId);
  const keep = keepUntil(newest.madeAt, terms, now.getTime(), newest.promised);
  if (evidenceUntil === null || evidenceUntil <= keep.until) return keep;
  return { until: evidenceUntil, because: evidenceBecause ?? keep.because, isHeld: keep.isHeld };
}

/**
 * Asks for the deletion of a client that has ended, or of the evidence that was kept of it; it is done {@link DELETION_GRACE} later.
 * @returns when
 * @throws AppError `not-found` for a client whose service did not end; `invalid-request` for another name; `conflict` while a legal hold
 * stands, while evidence that is to go has to be kept, when it was asked for already, or when nothing is left
 */
export async function askForDeletion(
  database: Database,
  scope: TenantScope,
  person: Person,
  clientId: string,
  { name, evidence }: z.output<typeof deletionForm>,
  nowMs: number,
): Promise<Date> {
  const { mspId } = scope;
  const now = new Date(nowMs);
  const dueAt = new Date(nowMs + DELETION_GRACE);
  await database.inScope(scope, async (tx) => {
    const ended = await demandEnded(tx, mspId, clientId);
    if (name.trim() !== ended.name) {
      const sentence = 'This is not its name. Type it as it stands above.';
      throw new AppError('invalid-request', sentence, { fields: { name: sentence } });
    }
    const state = endingState(ended);
    if (state === 'kept' && evidence === 'keep-evidence')
      throw new AppError('conflict', 'Its data is deleted already. What is left is its evidence.');
    const keep = await evidenceKeep(tx, mspId, ended, now);
    refuse(deletionObstacle(evidence, ended.isHeld, keep, nowMs));
    const isStored = await storeDeletion(tx, mspId, clientId, {
      deletionAskedAt: now,
      deletionAskedBy: person.personId,
      deletionAskedByName: person.name,
      deletionDueAt: dueAt,
      deletesEvidence: evidence === 'delete-evidence',
    });
    if (!isStored)
      throw new AppError(
        'conflict',
        state === 'gone' ? 'Nothing of it is left.' : 'Its deletion was asked for already.',
      );
    await appendAuditEvent(tx, {
      action: 'client.deletion-asked',
      clientId,
      target: { clientId },
      details: { evidence, dueAt: dueAt.toISOString() },
    });
  });
  return dueAt;
}

/**
 * Calls a deletion off before it is done.
 * @throws AppError `not-found` when none was asked for
 */
export async function callDeletionOff(
  database: Database,
  scope: TenantScope,
  clientId: string,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    if (!(await dropDeletion(tx, scope.mspId, clientId))) throw nothingHere();
    await appendAuditEvent(tx, {
      action: 'client.deletion-called-off',
      clientId,
      target: { clientId },
      details: {},
    });
  });
}

async function demandEnded(tx: Tx, mspId: string, clientId: string): Promise<EndedClient> {
  const ended = await findEndedClient(tx, mspId, clientId);
  if (!ended) throw nothingHere();
  return ended;
}

function refuse(obstacle: DeletionObstacle | null): void {
  switch (obstacle?.kind) {
    case 'held':
      throw new AppError(
        'conflict',
        'A legal hold stands for this client. Nothing of it is deleted until the hold is withdrawn.',
      );
    case 'kept':
      throw new AppError(
        'conflict',
        `Its evidence has to be kept until ${new Date(obstacle.until).toISOString().slice(0, 10)} (${obstacle.because}). It may be deleted from that day on; delete the rest now and keep the evidence.`,
      );
    case undefined:
      return;
  }
}
