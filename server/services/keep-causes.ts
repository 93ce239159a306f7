import { v7 } from 'uuid';
import { nextOfCause } from '@/domain/findings/cause-life';
import { TICKET_GATHER } from '@/domain/tickets/ticket-turn';
import type { Tx } from '../data/database';
import {
  type CauseRow,
  clientsWithCauses,
  type EvaluatedCauses,
  type HappeningRow,
  lockCausesOf,
  saveCauses,
  saveHappenings,
  touchedCauses,
  type TouchedCause,
} from '../data/finding-causes';
import { wakeTickets } from '../data/tickets';
import { hintWork } from '../data/work-due';

/**
 * Keeps the causes of an evaluation in step with its findings: call it in the evaluation's transaction, once they are saved. Doing it
 * again changes nothing.
 */
export async function keepCauses(
  tx: Tx,
  mspId: string,
  evaluated: EvaluatedCauses,
  now: Date,
): Promise<void> {
  const clientIds = await clientsWithCauses(tx, mspId, evaluated);
  if (clientIds.length === 0) return;
  await lockCausesOf(tx, mspId, clientIds);
  const touched = await touchedCauses(tx, mspId, evaluated);
  const causes: CauseRow[] = [];
  const events: HappeningRow[] = [];
  for (const cause of touched) {
    const next = nextRow(cause, now.getTime());
    if (next === null) continue;
    causes.push(next.row);
    for (const happening of next.happenings)
      events.push({ eventId: v7(), clientId: cause.clientId, causeId: next.row.causeId, happening });
  }
  if (causes.length > 0) await saveCauses(tx, mspId, causes, now);
  await saveHappenings(tx, mspId, events, now);
  if (events.length > 0) await hintWork(tx, mspId, 'telling', now);
  await keepTicketsAwake(tx, mspId, causes, events, now);
}

/** Their tickets hear of it after a while, in which more may happen. What closed or came back is tried anew even where a ticket is stuck. */
async function keepTicketsAwake(
  tx: Tx,
  mspId: string,
  causes: readonly CauseRow[],
  events: readonly HappeningRow[],
  now: Date,
): Promise<void> {
  const at = new Date(now.getTime() + TICKET_GATHER);
  const turned = events
    .filter(({ happening: { kind } }) => kind === 'closed' || kind === 'reopened')
    .map(({ causeId }) => causeId);
  const all = causes.map(({ causeId }) => causeId);
  const woken =
    (await wakeTickets(tx, mspId, turned, { at, evenStuck: true })) +
    (await wakeTickets(tx, mspId, all, { at, evenStuck: false }));
  if (woken > 0) await hintWork(tx, mspId, 'ticket', at);
}

/** A closed cause keeps what its findings made of it last. */
function nextRow({ clientId, causeKey, kept, held }: TouchedCause, now: number) {
  const next = nextOfCause(kept, held, now);
  const content = held ?? kept;
  if (next === null || content === null) return null;
  const row: CauseRow = {
    causeId: next.is === 'kept' && kept !== null ? kept.causeId : v7(),
    clientId,
    causeKey,
    severity: content.severity,
    rules: content.rules,
    leadFindingId: content.leadFindingId,
    since: content.since,
    findingCount: content.findingCount,
    waivedCount: content.waivedCount,
    systemCount: content.systemCount,
    flapCount: next.flapCount,
    toldSystemCount: next.toldSystemCount,
    snoozedUntil: next.snoozedUntil,
    isClosed: !next.isOpen,
  };
  return { row, happenings: next.happenings };
}
