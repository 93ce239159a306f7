import { v7 } from 'uuid';
import { z } from 'zod';
import { findAgent } from '../data/agents';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import {
  archiveSystem,
  hasReportsAside,
  insertInboxDecision,
  lockSystem,
  retryReportsAside,
  undoInboxDecision,
} from '../data/inbox-decisions';
import { hintWork } from '../data/work-due';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { markDirty } from './mark-dirty';

/** Why somebody decides something: it stands beside their name. */
export const decisionReason = z
  .string()
  .trim()
  .min(1, 'Say why: it stands beside your name.')
  .max(2000, 'Use at most 2,000 characters.');
const cause = z.string().min(1).max(2000);

/** What is decided of a system: of one that reports named, or, merged, of any. */
export const systemDecisionForm = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('confirmed'), reason: decisionReason }),
  z.strictObject({ verb: z.literal('ignored'), reason: decisionReason }),
  z.strictObject({
    verb: z.literal('merged'),
    intoSystemId: z.uuid('Choose the system that it is.'),
    reason: decisionReason,
  }),
]);
/** Which of an agent's reports that were put aside, by why. */
export const reportsAsideForm = z.strictObject({ cause });
export const ignoreReportsForm = z.strictObject({ cause, reason: decisionReason });

type Person = Readonly<{ personId: string; name: string }>;

/**
 * Confirms a system that reports named, or ignores it: then it is in no list and no status any more, though its reports are
 * still kept. Or merges it into another system of its client, of which it is a further name: what was and will be reported of it
 * counts there. A decision takes the place of the one before.
 * @throws AppError `not-found` for a system that is not there, `conflict` for one that cannot be merged so
 */
export async function decideSystem(
  database: Database,
  scope: TenantScope,
  person: Person,
  systemId: string,
  form: z.output<typeof systemDecisionForm>,
  nowMs: number,
): Promise<void> {
  const at = new Date(nowMs);
  const { verb } = form;
  const intoId = form.verb === 'merged' ? form.intoSystemId : null;
  await database.inScope(scope, async (tx) => {
    const system = await lockSystems(tx, scope.mspId, systemId, intoId);
    const { clientId, name, mergedIntoId } = system;
    await replaceDecision(tx, scope, person, { systemId, clientId, verb, intoId, reason: form.reason }, at);
    await archiveSystem(tx, scope.mspId, systemId, verb === 'confirmed' ? null : at, intoId);
    await markDirty(tx, scope, markOf(systemId, clientId, intoId ?? mergedIntoId), nowMs);
    await appendAuditEvent(tx, {
      action: `system.${verb}`,
      clientId,
      target: { systemId },
      details: {
        name,
        reason: form.reason,
        ...(intoId && { intoSystemId: intoId, intoName: system.intoName }),
      },
      private: { decidedByName: person.name },
    });
  });
}

/**
 * Takes back what was decided of a system: it waits in the inbox again, and counts again, for itself. Without a decision nothing
 * changes.
 * @throws AppError `not-found` for a system that is not there
 */
export async function undoSystemDecision(
  database: Database,
  scope: TenantScope,
  person: Person,
  systemId: string,
  nowMs: number,
): Promise<void> {
  const at = new Date(nowMs);
  await database.inScope(scope, async (tx) => {
    const system = await lockSystem(tx, scope.mspId, systemId);
    if (!system) throw nothingHere();
    const subject = { kind: 'system', systemId } as const;
    if (!(await undoInboxDecision(tx, scope.mspId, subject, { by: person.personId, at }))) return;
    await archiveSystem(tx, scope.mspId, systemId, null, null);
    await markDirty(tx, scope, markOf(systemId, system.clientId, system.mergedIntoId), nowMs);
    await appendAuditEvent(tx, {
      action: system.mergedIntoId === null ? 'system.decision-undone' : 'system.split',
      clientId: system.clientId,
      target: { systemId },
      details: { name: system.name, ...(system.mergedIntoId && { fromSystemId: system.mergedIntoId }) },
    });
  });
}

/** Whose machines have which names decides for all of a client's systems which copies lie on one machine. */
function markOf(systemId: string, clientId: string, otherId: string | null) {
  return otherId === null ? { systemIds: [systemId] } : { clientIds: [clientId] };
}

/** Both in the order of their ids, so that two people who merge crosswise do not wait for each other. */
async function lockSystems(tx: Tx, mspId: string, systemId: string, intoId: string | null) {
  const ids = intoId === null ? [systemId] : [systemId, intoId].toSorted();
  const locked = new Map<string, Awaited<ReturnType<typeof lockSystem>>>();
  for (const id of ids) locked.set(id, await lockSystem(tx, mspId, id));
  const system = locked.get(systemId);
  if (!system) throw nothingHere();
  if (intoId === null) return { ...system, intoName: null };
  const into = locked.get(intoId);
  if (!into || into.clientId !== system.clientId)
    throw new AppError('conflict', 'Choose a system of the same client.');
  if (intoId === systemId) throw new AppError('conflict', 'A system cannot be merged into itself.');
  if (into.archivedAt !== null)
    throw new AppError(
      'conflict',
      `${into.name} is ignored or merged itself. Choose a system that is in the lists.`,
    );
  if (system.nameCount > 0)
    throw new AppError('conflict', `Other names are merged into ${system.name}. Split those from it first.`);
  return { ...system, intoName: into.name };
}

async function replaceDecision(
  tx: Tx,
  { mspId }: TenantScope,
  person: Person,
  decided: {
    systemId: string;
    clientId: string;
    verb: 'confirmed' | 'ignored' | 'merged';
    intoId: string | null;
    reason: string;
  },
  at: Date,
): Promise<void> {
  const { systemId, intoId: intoSystemId, ...rest } = decided;
  const subject = { kind: 'system', systemId } as const;
  await undoInboxDecision(tx, mspId, subject, { by: person.personId, at });
  await insertInboxDecision(tx, mspId, { ...decisionOf(person, at), ...rest, subject, intoSystemId });
}

/**
 * Ignores an agent's reports that were put aside for a cause until now; one that comes later stands in the inbox again.
 * @throws AppError `not-found` for an agent that is not there, `conflict` when none of its reports was put aside for that
 */
export async function ignoreReports(
  database: Database,
  scope: TenantScope,
  person: Person,
  agentId: string,
  form: z.output<typeof ignoreReportsForm>,
  nowMs: number,
): Promise<void> {
  const at = new Date(nowMs);
  await database.inScope(scope, async (tx) => {
    const { clientId } = await requireAside(tx, scope.mspId, { agentId, cause: form.cause });
    const subject = { kind: 'reports', agentId, cause: form.cause } as const;
    await undoInboxDecision(tx, scope.mspId, subject, { by: person.personId, at });
    const decision = {
      ...decisionOf(person, at),
      clientId,
      subject,
      verb: 'ignored',
      intoSystemId: null,
      reason: form.reason,
    } as const;
    await insertInboxDecision(tx, scope.mspId, decision);
    await appendAuditEvent(tx, {
      action: 'reports.ignored',
      clientId,
      target: { agentId },
      details: { cause: form.cause, reason: form.reason },
      private: { decidedByName: person.name },
    });
  });
}

/**
 * Takes back that reports are ignored. Without a decision nothing changes.
 * @throws AppError `not-found` for an agent that is not there
 */
export async function undoIgnoredReports(
  database: Database,
  scope: TenantScope,
  person: Person,
  agentId: string,
  form: z.output<typeof reportsAsideForm>,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const agent = await findAgent(tx, scope.mspId, agentId);
    if (!agent) throw nothingHere();
    const subject = { kind: 'reports', agentId, cause: form.cause } as const;
    const undone = { by: person.personId, at: new Date(nowMs) };
    if (!(await undoInboxDecision(tx, scope.mspId, subject, undone))) return;
    await appendAuditEvent(tx, {
      action: 'reports.decision-undone',
      clientId: agent.clientId,
      target: { agentId },
      details: { cause: form.cause },
    });
  });
}

/**
 * Has an agent's reports that were put aside for a cause processed again, oldest first; answers how many. What still cannot be
 * read comes back.
 * @throws AppError `not-found` for an agent that is not there, `conflict` when none of its reports was put aside for that
 */
export async function retryReports(
  database: Database,
  scope: TenantScope,
  agentId: string,
  form: z.output<typeof reportsAsideForm>,
  nowMs: number,
): Promise<number> {
  return database.inScope(scope, async (tx) => {
    const of = { agentId, cause: form.cause };
    const { clientId } = await requireAside(tx, scope.mspId, of);
    const count = await retryReportsAside(tx, scope.mspId, of);
    await hintWork(tx, scope.mspId, 'inbox', new Date(nowMs));
    await appendAuditEvent(tx, {
      action: 'reports.retried',
      clientId,
      target: { agentId },
      details: { cause: form.cause, count },
    });
    return count;
  });
}

async function requireAside(
  tx: Tx,
  mspId: string,
  of: { agentId: string; cause: string },
): Promise<{ clientId: string | null }> {
  const agent = await findAgent(tx, mspId, of.agentId);
  if (!agent) throw nothingHere();
  if (await hasReportsAside(tx, mspId, of)) return agent;
  throw new AppError('conflict', 'None of its reports is put aside for that any more. Load the page again.');
}

function decisionOf({ personId, name }: Person, at: Date) {
  return { decisionId: v7(), decidedBy: personId, decidedByName: name, decidedAt: at };
}
