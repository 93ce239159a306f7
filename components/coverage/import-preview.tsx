import type { InventoryColumns, RowProblem } from '@/domain/coverage/inventory-columns';
import { counted, countText } from '../format/amounts';
import { rowProblemText } from './coverage-words';

type RowState = 'unreadable' | 'gone' | 'new' | 'changed' | 'same';

/** What the route says of a file that is not saved yet. */
export interface ShownPreview {
  readonly head: readonly string[];
  readonly columns: InventoryColumns;
  readonly lacks: 'name-column' | 'client' | null;
  readonly clientNames: readonly string[];
  readonly counts: Readonly<Record<RowState, number>>;
  readonly rows: readonly {
    readonly state: RowState;
    readonly line: number | null;
    readonly name: string;
    readonly clientName: string | null;
    readonly problem: RowProblem | null;
  }[];
}

const WORDS: Readonly<Record<RowState, string>> = {
  unreadable: 'cannot be read',
  gone: 'gone',
  new: 'new',
  changed: 'changed',
  same: 'same as before',
};
const STATES = ['unreadable', 'gone', 'new', 'changed', 'same'] as const;

/** What importing would change, row by row. */
export function ImportPreview({ preview: { lacks, clientNames, counts, rows } }: { preview: ShownPreview }) {
  if (lacks !== null)
    return (
      <output className="text-13 text-ink-2 block">
        {lacks === 'name-column'
          ? 'Choose the column that holds the host names.'
          : 'Choose whose machines these are, or the column that names the client.'}
      </output>
    );
  const told = STATES.filter((state) => counts[state] > 0);
  return (
    <div>
      <output className="text-13 text-ink block">
        {clientNames.length === 1 ? clientNames[0] : counted(clientNames.length, 'client')}:{' '}
        {told.map((state) => `${countText(counts[state])} ${WORDS[state]}`).join(', ') || 'no machines'}.
      </output>
      <section
        // Keys scroll it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label="Rows of the file"
        className="border-line mt-2 max-h-56 overflow-y-auto rounded-md border"
      >
        <table className="w-full border-collapse text-xs">
          <thead className="sr-only">
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Machine</th>
              <th scope="col">What it does</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, place) => (
              <tr key={place} className="border-line border-b last:border-b-0">
                <td className="text-ink-3 w-12 px-2 py-1 text-right align-top tabular-nums">
                  {row.line ?? '–'}
                </td>
                <td className="px-2 py-1 align-top break-all">{row.name || '–'}</td>
                <td
                  className={`px-2 py-1 align-top ${row.state === 'unreadable' ? 'text-bad' : 'text-ink-2'}`}
                >
                  {row.problem ? rowProblemText(row.problem) : WORDS[row.state]}
                  {clientNames.length > 1 && row.clientName && (
                    <span className="text-ink-3"> · {row.clientName}</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {STATES.some((state) => counts[state] > rows.filter((row) => row.state === state).length) && (
        <p className="text-ink-3 mt-1 text-xs">Of each kind the first 200 are shown.</p>
      )}
    </div>
  );
}
