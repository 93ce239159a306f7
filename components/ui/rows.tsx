import { Children, isValidElement, type ReactNode } from 'react';
import { countText } from '../format/amounts';
import { LongRows } from './long-rows';

/** From here on a browser feels them. */
const SHORT_MAX = 100;

interface Props {
  as: 'tbody' | 'ul';
  /** In px, of a row that does not wrap. */
  rowHeight: number;
  className?: string;
  /** Elements with keys, each of which makes one `tr` or `li`. */
  children: ReactNode;
}

/** The rows of a table or list; of more than a hundred only those in sight are in the page. */
export function Rows({ as: Body, rowHeight, className, children }: Props) {
  if (!isLong(children)) return <Body className={className}>{children}</Body>;
  const rows = Children.toArray(children);
  const keys = rows.map((row, index) => (isValidElement(row) && row.key) || String(index));
  return <LongRows as={Body} rowHeight={rowHeight} className={className} rows={rows} keys={keys} />;
}

export function isLong(children: ReactNode): boolean {
  return Children.count(children) > SHORT_MAX;
}

/** Below a long list: what is missing where no script brings the rest. */
export function RowsNote({ children }: { children: ReactNode }) {
  if (!isLong(children)) return null;
  return (
    <noscript>
      <p className="text-13 text-ink-2 mt-2">
        These are the first of {countText(Children.count(children))} rows; the others come by script. Filter
        the list, or turn scripts on.
      </p>
    </noscript>
  );
}
