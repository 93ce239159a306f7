import { v7 } from 'uuid';
import type { CaptureKind } from '@/contract/report';
import { assignToDataSet } from '@/domain/protection/points';
import { cutText } from '@/domain/text/cut-text';
import type { PlacedDataSet } from '../data/report-systems';

/** The data sets of some systems while the points of a report find their places in them. */
export interface DataSetBoard {
  /**
   * The data set of a point; a new one is made and a known one grows as needed. null: its system has as many as anybody
   * could look after, and another one's points are no copies of it.
   */
  place(systemId: string, capture: CaptureKind, sources: readonly string[]): string | null;
  /** Where something of a system belongs whose contents nobody named yet: its only data set, or a placeholder. */
  placeUnnamed(systemId: string, capture: CaptureKind): string;
  /** What has to be saved. Placeholders that a named data set replaced are archived. */
  changed(): (PlacedDataSet & { name: string; isArchived: boolean })[];
}

/** Of one system. */
const DATA_SETS_MAX = 200;
const LEFT_OUT = 'more data sets than are looked after';

export function openDataSetBoard(known: readonly PlacedDataSet[]): DataSetBoard {
  const dataSets = new Map(known.map((one) => [one.id, { ...one, isArchived: false }]));
  const changed = new Set<string>();
  const decided = new Map<string, string | null>();
  const ofSystem = new Map<string, string[]>();
  for (const { id, systemId } of known) list(systemId, id);

  function list(systemId: string, id: string): void {
    const ids = ofSystem.get(systemId);
    if (ids) ids.push(id);
    else ofSystem.set(systemId, [id]);
  }

  function of(systemId: string): PlacedDataSet[] {
    return (ofSystem.get(systemId) ?? []).flatMap((id) => {
      const one = dataSets.get(id);
      return one && !one.isArchived ? [one] : [];
    });
  }

  function add(systemId: string, capture: CaptureKind, sources: readonly string[]): string {
    const id = v7();
    dataSets.set(id, { id, systemId, capture, sources, isArchived: false });
    list(systemId, id);
    changed.add(id);
    return id;
  }

  function grow(dataSetId: string, sources: readonly string[]): void {
    const before = dataSets.get(dataSetId);
    if (!before) return;
    dataSets.set(dataSetId, { ...before, sources });
    changed.add(dataSetId);
    decided.clear();
  }

  function decide(systemId: string, capture: CaptureKind, sources: readonly string[]): string | null {
    const assignment = assignToDataSet(of(systemId), { capture, sources });
    switch (assignment.kind) {
      case 'existing':
        return assignment.dataSetId;
      case 'grow':
        grow(assignment.dataSetId, assignment.sources);
        return assignment.dataSetId;
      case 'new': {
        // Whoever waited for a name gets this one.
        const siblings = of(systemId);
        const unnamed = siblings.find((one) => one.capture === capture && one.sources.length === 0);
        if (!unnamed) {
          if (siblings.length < DATA_SETS_MAX) return add(systemId, capture, assignment.sources);
          // One more, which never gets a point, fails for all that are left out.
          if (siblings.length === DATA_SETS_MAX) add(systemId, capture, [LEFT_OUT]);
          return null;
        }
        grow(unnamed.id, assignment.sources);
        return unnamed.id;
      }
    }
  }

  return {
    place: (systemId, capture, sources) => {
      const question = JSON.stringify([systemId, capture, sources]);
      const before = decided.get(question);
      const answer = before === undefined ? decide(systemId, capture, sources) : before;
      decided.set(question, answer);
      return answer;
    },
    placeUnnamed: (systemId, capture) => {
      const [first] = of(systemId).toSorted(
        (a, b) => Number(b.capture === capture) - Number(a.capture === capture) || (a.id < b.id ? -1 : 1),
      );
      return first?.id ?? add(systemId, capture, []);
    },
    changed: () =>
      [...changed].flatMap((id) => {
        const one = dataSets.get(id);
        return one ? [{ ...one, name: nameOf(one) }] : [];
      }),
  };
}

const CAPTURE_NAME: Readonly<Record<CaptureKind, string>> = {
  files: 'Files',
  image: 'Image',
  database: 'Database',
  mailboxes: 'Mailboxes',
};

function nameOf({ capture, sources }: PlacedDataSet): string {
  if (sources.length === 0) return CAPTURE_NAME[capture];
  const shown = sources.slice(0, 3).join(', ');
  return cutText(sources.length > 3 ? `${shown} and ${sources.length - 3} more` : shown, 500);
}
