import { Link } from './link';
import { countText } from '../format/amounts';

interface Props {
  page: number;
  pageSize: number;
  total: number;
  hrefOf: (page: number) => string;
}

/** Pages of a list; nothing where one page holds all. */
export function Pager({ page, pageSize, total, hrefOf }: Props) {
  const pages = Math.ceil(total / pageSize);
  if (pages <= 1) return null;
  const from = (page - 1) * pageSize + 1;
  return (
    <nav aria-label="Pages" className="text-13 text-ink-2 mt-3 flex items-center gap-3">
      <span className="tabular-nums">
        {countText(from)}–{countText(Math.min(page * pageSize, total))} of {countText(total)}
      </span>
      {page > 1 && (
        <Link href={hrefOf(page - 1)} rel="prev" className="text-accent hover:underline">
          Previous
        </Link>
      )}
      {page < pages && (
        <Link href={hrefOf(page + 1)} rel="next" className="text-accent hover:underline">
          Next
        </Link>
      )}
    </nav>
  );
}
