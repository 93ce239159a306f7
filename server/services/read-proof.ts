import { may } from '@/domain/access/permissions';
import type { CurrentSession } from '../auth/current-session';
import { listEvidenceKeys, listOwnCheckpoints, readStampState } from '../data/checkpoints';
import { countEvents } from '../data/chain-export';
import type { Database } from '../data/database';
import { listMembers } from '../data/identity-members';
import { type LegalHold, listLegalHolds } from '../data/legal-holds';
import { listNoteSubscriptions } from '../data/note-subscriptions';
import { isStampOverdue } from './time-stamp-checkpoint';

interface NamedPerson {
  readonly personId: string;
  readonly name: string;
}

/** What proves the log, and who is told of it. */
export interface Proof {
  readonly events: number;
  /** The newest that the MSP is in; null: none yet. `seq`: how many of its events it signed. */
  readonly checkpoint: { readonly checkpointId: number; readonly at: Date; readonly seq: number } | null;
  /** Public keys as base64, oldest first. */
  readonly keys: readonly string[];
  /** The newest time-stamp; `seq`: how many of the MSP's events it covers, null: none of them. */
  readonly stamp: {
    readonly at: Date;
    readonly authority: string | null;
    readonly seq: number | null;
  } | null;
  readonly stampState: 'current' | 'nobody-asked' | 'waits' | 'overdue';
  readonly stampProblem: string | null;
  readonly subscribers: readonly NamedPerson[];
  /** Members who do not get the day's note. */
  readonly others: readonly NamedPerson[];
  readonly holds: readonly LegalHold[];
  /** Whether the viewer may change subscribers and holds, and erase. */
  readonly isEditable: boolean;
}

/** Reads it for the screen of the log. */
export async function readProof(database: Database, session: CurrentSession, now: Date): Promise<Proof> {
  const { scope, role } = session;
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const marks = await listOwnCheckpoints(tx);
    const state = await readStampState(tx);
    const members = (await listMembers(tx)).filter(({ revokedAt }) => revokedAt === null);
    const subscribed = new Set((await listNoteSubscriptions(tx, mspId)).map(({ personId }) => personId));
    const named = (isSubscribed: boolean): NamedPerson[] =>
      members
        .filter(({ personId }) => subscribed.has(personId) === isSubscribed)
        .map(({ personId, name }) => ({ personId, name }));
    const { stampedAt, stampedId, authority } = state;
    const wasAsked = stampedAt !== null || state.tries > 0;
    const isOverdue = isStampOverdue(state, now);
    return {
      events: await countEvents(tx, mspId),
      checkpoint: marks.at(-1) ?? null,
      keys: (await listEvidenceKeys(tx)).map(({ publicKey }) => Buffer.from(publicKey).toString('base64')),
      stamp: stampedAt && {
        at: stampedAt,
        authority,
        seq: marks.findLast(({ checkpointId }) => checkpointId <= (stampedId ?? 0))?.seq ?? null,
      },
      stampState: stampStateOf({ wasAsked, isOverdue, waits: state.waitsSince !== null }),
      stampProblem: state.problem,
      subscribers: named(true),
      others: named(false),
      holds: await listLegalHolds(tx, mspId),
      isEditable: may(role, 'manage-evidence-log', scope.clientIds),
    };
  });
}

function stampStateOf(of: { wasAsked: boolean; isOverdue: boolean; waits: boolean }): Proof['stampState'] {
  if (!of.wasAsked) return 'nobody-asked';
  if (of.isOverdue) return 'overdue';
  return of.waits ? 'waits' : 'current';
}
