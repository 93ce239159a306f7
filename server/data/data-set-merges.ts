import { z } from 'zod';
import type { Tx } from './database';

const row = z.object({
  dataSetId: z.string(),
  name: z.string(),
  intoDataSetId: z.string(),
  intoName: z.string(),
  reason: z.string(),
  mergedByName: z.string(),
  mergedAt: z.date(),
  /** What was said holds no longer: the sources of one of the two are not what they were then. */
  isLapsed: z.boolean(),
});
/** A data set that is said to be the same data as another one. */
export type DataSetMerge = z.output<typeof row>;

/** What was said of the data sets of these systems and not taken back, by name. */
export async function listDataSetMerges(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
): Promise<DataSetMerge[]> {
  const rows = await tx.$queryRaw`
    SELECT m.data_set_id::text AS "dataSetId", d.name, m.into_data_set_id::text AS "intoDataSetId", o.name AS "intoName",
      m.reason, m.decided_by_name AS "mergedByName", m.decided_at AS "mergedAt",
      NOT (d.sources @> m.sources AND d.sources <@ m.sources AND o.sources @> m.into_sources
        AND o.sources <@ m.into_sources) OR d.archived_at IS NOT NULL OR o.archived_at IS NOT NULL AS "isLapsed"
    FROM app.data_set d
    JOIN app.data_set_merge m ON m.msp_id = ${mspId}::uuid AND m.data_set_id = d.data_set_id AND m.undone_at IS NULL
    JOIN app.data_set o ON o.msp_id = ${mspId}::uuid AND o.data_set_id = m.into_data_set_id
    WHERE d.msp_id = ${mspId}::uuid AND d.system_id = ANY (${[...systemIds]}::uuid[])
    ORDER BY lower(d.name), m.data_set_id`;
  return z.array(row).parse(rows);
}

const lockedRow = z.object({
  dataSetId: z.string(),
  clientId: z.string(),
  name: z.string(),
  capture: z.string(),
  sources: z.array(z.string()),
  /** That it is shown under: of a merged one the other. */
  systemId: z.string(),
});
/** A data set as far as merging asks. */
export type MergeableDataSet = z.output<typeof lockedRow>;

/** A data set of a system that is in the lists; null: not there, or another MSP's. */
export async function findMergeable(
  tx: Tx,
  mspId: string,
  dataSetId: string,
): Promise<MergeableDataSet | null> {
  const rows = await tx.$queryRaw`
    SELECT d.data_set_id::text AS "dataSetId", d.client_id::text AS "clientId", d.name, d.capture, d.sources,
      coalesce(y.merged_into_id, y.system_id)::text AS "systemId"
    FROM app.data_set d JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = d.system_id
    WHERE d.msp_id = ${mspId}::uuid AND d.data_set_id = ${dataSetId}::uuid AND d.archived_at IS NULL`;
  return z.array(lockedRow).parse(rows)[0] ?? null;
}

/** Whether a data set is merged into another one, and how many are merged into it. */
export async function countMerges(
  tx: Tx,
  mspId: string,
  dataSetId: string,
): Promise<{ into: number; of: number }> {
  return {
    into: await tx.dataSetMerge.count({ where: { mspId, dataSetId, undoneAt: null } }),
    of: await tx.dataSetMerge.count({ where: { mspId, intoDataSetId: dataSetId, undoneAt: null } }),
  };
}

export interface NewDataSetMerge {
  readonly mergeId: string;
  readonly clientId: string;
  readonly dataSetId: string;
  readonly intoDataSetId: string;
  readonly sources: string[];
  readonly intoSources: string[];
  readonly reason: string;
  readonly decidedBy: string;
  readonly decidedByName: string;
  readonly decidedAt: Date;
}

export async function insertDataSetMerge(tx: Tx, mspId: string, merge: NewDataSetMerge): Promise<void> {
  await tx.dataSetMerge.create({ data: { mspId, ...merge }, select: { mergeId: true } });
}

/** Takes back what a data set was said to be; false: nothing was. */
export async function undoDataSetMerge(
  tx: Tx,
  mspId: string,
  dataSetId: string,
  undone: { by: string; at: Date },
): Promise<boolean> {
  const { count } = await tx.dataSetMerge.updateMany({
    where: { mspId, dataSetId, undoneAt: null },
    data: { undoneAt: undone.at, undoneBy: undone.by },
  });
  return count > 0;
}
