import type { CaptureKind } from '../../contract/report';

/** A data set as far as grouping needs it. */
export interface GroupedDataSet {
  id: string;
  capture: CaptureKind;
  sources: readonly string[];
}

/** Where a point belongs: in a data set as it is, in one that grows to `sources`, or in a new one. */
export type DataSetAssignment =
  | { kind: 'existing'; dataSetId: string; missing: readonly string[] }
  | { kind: 'grow'; dataSetId: string; sources: readonly string[] }
  | { kind: 'new'; capture: CaptureKind; sources: readonly string[] };

/**
 * Groups a point by capture kind and source set within one system. A strict subset stays in its data set (with what it lacks),
 * a superset grows it, anything else starts a new one. Order and repeats of sources do not matter. Of several that fit, the
 * nearest in size is taken, then the first id. A point whose sources are not known joins the only data set of its kind.
 */
export function assignToDataSet(
  existing: readonly GroupedDataSet[],
  point: { capture: CaptureKind; sources: readonly string[] },
): DataSetAssignment {
  const sources = [...new Set(point.sources)].toSorted();
  const same = existing
    .filter((dataSet) => dataSet.capture === point.capture)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const fresh: DataSetAssignment = { kind: 'new', capture: point.capture, sources };
  if (sources.length === 0) return withoutSources(same) ?? fresh;
  return within(same, sources) ?? beyond(same, sources) ?? fresh;
}

function withoutSources(same: readonly GroupedDataSet[]): DataSetAssignment | null {
  const unnamed = same.find((dataSet) => dataSet.sources.length === 0);
  const target = unnamed ?? (same.length === 1 ? same[0] : undefined);
  return target === undefined ? null : { kind: 'existing', dataSetId: target.id, missing: [] };
}

function within(same: readonly GroupedDataSet[], sources: readonly string[]): DataSetAssignment | null {
  const fitting = same
    .filter((dataSet) => sources.every((source) => dataSet.sources.includes(source)))
    .toSorted((a, b) => a.sources.length - b.sources.length)[0];
  if (fitting === undefined) return null;
  const missing = fitting.sources.filter((source) => !sources.includes(source));
  return { kind: 'existing', dataSetId: fitting.id, missing };
}

function beyond(same: readonly GroupedDataSet[], sources: readonly string[]): DataSetAssignment | null {
  const fitting = same
    .filter(
      (dataSet) => dataSet.sources.length > 0 && dataSet.sources.every((source) => sources.includes(source)),
    )
    .toSorted((a, b) => b.sources.length - a.sources.length)[0];
  return fitting === undefined ? null : { kind: 'grow', dataSetId: fitting.id, sources };
}
