import { v7 } from 'uuid';
import { z } from 'zod';
import { appendAuditEvent } from '../data/audit';
import {
  countMerges,
  findMergeable,
  insertDataSetMerge,
  type MergeableDataSet,
  undoDataSetMerge,
} from '../data/data-set-merges';
import type { Database, Tx } from '../data/database';
import { lockSystem } from '../data/inbox-decisions';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { markDirty } from './mark-dirty';
import { decisionReason } from './sort-inbox';

/** What is said: that this data set is the same data as another one of its system. */
export const dataSetMergeForm = z.strictObject({
  intoDataSetId: z.uuid('Choose the data set that it is.'),
  isSameData: z.literal(
    true,
    'Only the same data may be merged: a copy of the one will count as a copy of the other.',
  ),
  reason: decisionReason,
});

type Person = Readonly<{ personId: string; name: string }>;

/**
 * Counts a data set as one with another of its system, by a person's word that they are the same data under two names: points, runs
 * and jobs of both are judged together. Holds for the sources that both have now. No fact is moved.
 * @throws AppError `not-found` for a data set that is not there, `conflict` for two that cannot be one
 */
export async function mergeDataSets(
  database: Database,
  scope: TenantScope,
  person: Person,
  dataSetId: string,
  form: z.output<typeof dataSetMergeForm>,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    const { intoDataSetId, reason } = form;
    const dataSet = await lockDataSet(tx, mspId, dataSetId);
    const into = await findMergeable(tx, mspId, intoDataSetId);
    if (into?.systemId !== dataSet.systemId) throw conflict('Choose a data set of the same system.');
    refuseUnlessAlike(dataSet, into);
    await refuseChains(tx, mspId, dataSet, into);
    await insertDataSetMerge(tx, mspId, {
      mergeId: v7(),
      clientId: dataSet.clientId,
      dataSetId,
      intoDataSetId,
      sources: dataSet.sources,
      intoSources: into.sources,
      reason,
      decidedBy: person.personId,
      decidedByName: person.name,
      decidedAt: new Date(nowMs),
    });
    await markDirty(tx, scope, { systemIds: [dataSet.systemId] }, nowMs);
    await appendAuditEvent(tx, {
      action: 'data-set.merged',
      clientId: dataSet.clientId,
      target: { dataSetId, systemId: dataSet.systemId },
      details: {
        reason,
        name: dataSet.name,
        sources: dataSet.sources,
        intoDataSetId,
        intoName: into.name,
        intoSources: into.sources,
      },
      private: { decidedByName: person.name },
    });
  });
}

/**
 * Takes that back: both are judged for themselves again. Where nothing was said nothing changes.
 * @throws AppError `not-found` for a data set that is not there
 */
export async function splitDataSet(
  database: Database,
  scope: TenantScope,
  person: Person,
  dataSetId: string,
  nowMs: number,
): Promise<void> {
  const at = new Date(nowMs);
  await database.inScope(scope, async (tx) => {
    const { clientId, systemId, name } = await lockDataSet(tx, scope.mspId, dataSetId);
    if (!(await undoDataSetMerge(tx, scope.mspId, dataSetId, { by: person.personId, at }))) return;
    await markDirty(tx, scope, { systemIds: [systemId] }, nowMs);
    await appendAuditEvent(tx, {
      action: 'data-set.split',
      clientId,
      target: { dataSetId, systemId },
      details: { name },
    });
  });
}

/** With its system locked, so that two decisions about it come one after the other. */
async function lockDataSet(tx: Tx, mspId: string, dataSetId: string): Promise<MergeableDataSet> {
  const seen = await findMergeable(tx, mspId, dataSetId);
  if (!seen || !(await lockSystem(tx, mspId, seen.systemId))) throw nothingHere();
  // Again: it may have changed while we waited for the lock.
  const locked = await findMergeable(tx, mspId, dataSetId);
  if (locked?.systemId !== seen.systemId) throw nothingHere();
  return locked;
}

function refuseUnlessAlike(dataSet: MergeableDataSet, into: MergeableDataSet): void {
  if (dataSet.dataSetId === into.dataSetId) throw conflict('A data set cannot be merged into itself.');
  if (dataSet.capture !== into.capture)
    throw conflict(
      'One holds other things than the other (files, an image, a database): they are not the same data.',
    );
  if (dataSet.sources.length === 0 || into.sources.length === 0)
    throw conflict('Nobody knows yet what one of them holds. Merge them once a report has named it.');
  if (holdsAll(dataSet, into) || holdsAll(into, dataSet))
    throw conflict('One holds all of the other and more: they are not the same data under two names.');
}

function holdsAll(a: MergeableDataSet, b: MergeableDataSet): boolean {
  return b.sources.every((source) => a.sources.includes(source));
}

async function refuseChains(
  tx: Tx,
  mspId: string,
  dataSet: MergeableDataSet,
  into: MergeableDataSet,
): Promise<void> {
  const [merges, others] = [
    await countMerges(tx, mspId, dataSet.dataSetId),
    await countMerges(tx, mspId, into.dataSetId),
  ];
  if (merges.into > 0) throw conflict(`${dataSet.name} is merged already. Split it first.`);
  if (merges.of > 0) throw conflict(`Others are merged into ${dataSet.name}. Split those from it first.`);
  if (others.into > 0)
    throw conflict(`${into.name} is merged itself. Choose the data set that it is merged into.`);
}

function conflict(sentence: string): AppError {
  return new AppError('conflict', sentence);
}
