import { v7 } from 'uuid';
import { z } from 'zod';
import { groupBy } from '../data/group-by';
import { appendAuditEvent } from '../data/audit';
import {
  type CauseHandling,
  type ChangeKind,
  lockCauses,
  type LockedCause,
  saveChange,
  saveHandling,
} from '../data/cause-changes';
import type { Tx } from '../data/database';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';

/** Causes that one change may concern. */
const CAUSES_MAX = 200;

/**
 * Which causes, as whoever asks saw them: the `version` that was shown, null: as they are now. Other people's changes in between are
 * refused.
 */
export const chosenCauses = z
  .array(z.strictObject({ causeId: z.uuid(), version: z.int().min(0).nullable() }))
  .min(1, 'Choose a cause first.')
  .max(CAUSES_MAX, `Choose at most ${CAUSES_MAX} causes at a time.`)
  .refine(
    (causes) => new Set(causes.map((one) => one.causeId)).size === causes.length,
    'A cause stands there twice.',
  );
export type ChosenCauses = z.output<typeof chosenCauses>;

export type Person = Readonly<{ personId: string; name: string }>;

/** What became of a change: by its id it is taken back. */
export interface ChangeMade {
  readonly changeId: string;
  readonly count: number;
  readonly versions: CauseVersions;
}

/** The versions of causes after a change, for whoever goes on from there before they have seen the causes again. */
export type CauseVersions = Readonly<Record<string, number>>;

/** What a person does to causes. */
export interface WantedChange {
  readonly kind: ChangeKind;
  /** Whether causes that closed by themselves are refused. */
  readonly needsOpen: boolean;
  /** What stands of each afterwards; null: nothing of it changes. */
  readonly handle: ((cause: LockedCause) => CauseHandling) | null;
  /** Refuses what cannot be done to one of them. */
  readonly check?: (cause: LockedCause) => void;
  /** What is done beside it. */
  readonly also?: (changeId: string, causes: readonly LockedCause[]) => Promise<void>;
  readonly text: string | null;
  readonly detail: Readonly<Record<string, string | null>>;
  /** What of it is personal: the log holds commitments to it, also to what stands in `detail` under the same name. */
  readonly private?: Readonly<Record<string, string>>;
}

/**
 * Changes all of these causes or none, and tells it in their timelines and, once a client, in the log.
 * @throws AppError `not-found` when one of them is not there; `conflict` when somebody changed one since it was seen, or it closed
 */
export async function changeCauses(
  tx: Tx,
  mspId: string,
  person: Person,
  chosen: ChosenCauses,
  change: WantedChange,
  at: Date,
): Promise<ChangeMade> {
  const causes = await lockCauses(
    tx,
    mspId,
    chosen.map(({ causeId }) => causeId),
  );
  if (causes.length !== chosen.length) throw nothingHere();
  const versions = new Map(chosen.map(({ causeId, version }) => [causeId, version]));
  for (const cause of causes) {
    refuseStale(cause, versions.get(cause.causeId) ?? null);
    if (change.needsOpen && !cause.isOpen)
      throw new AppError(
        'conflict',
        `A cause of ${cause.clientName} has closed by itself. Look at the queue again.`,
      );
    change.check?.(cause);
  }
  const changeId = v7();
  await change.also?.(changeId, causes);
  await saveChange(tx, mspId, { ...change, changeId, person, at }, causes);
  const { handle } = change;
  if (handle) {
    const after = causes.map((cause) => ({ causeId: cause.causeId, handling: handle(cause) }));
    await saveHandling(tx, mspId, after);
  }
  await recordChange(tx, person, { changeId, action: `finding.${change.kind}`, causes }, change);
  const raised = causes.map(({ causeId, version }) => [causeId, handle ? version + 1 : version] as const);
  return { changeId, count: causes.length, versions: Object.fromEntries(raised) };
}

function refuseStale(cause: LockedCause, seen: number | null): void {
  if (seen === null || seen === cause.version) return;
  throw new AppError(
    'conflict',
    `Somebody else changed a cause of ${cause.clientName} since you saw it, so nothing was done. Look at it again.`,
  );
}

/** One event of the log for each client, last in the transaction. */
export async function recordChange(
  tx: Tx,
  person: Person,
  {
    changeId,
    action,
    causes,
  }: { changeId: string; action: string; causes: readonly Pick<LockedCause, 'causeId' | 'clientId'>[] },
  said: Pick<WantedChange, 'detail' | 'private'>,
): Promise<void> {
  const personal = said.private ?? {};
  const plain = Object.entries(said.detail).filter(([name]) => !(name in personal));
  for (const [clientId, ofClient] of groupBy(causes, (cause) => cause.clientId))
    await appendAuditEvent(tx, {
      action,
      clientId,
      target: { changeId },
      details: {
        ...Object.fromEntries(plain),
        causes: ofClient.length,
        causeIds: ofClient.map(({ causeId }) => causeId),
      },
      private: { ...personal, byName: person.name },
    });
}
