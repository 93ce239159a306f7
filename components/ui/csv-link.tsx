import { Download } from 'lucide-react';
import { buttonClass } from './button';

/** Downloads what a list shows, on all its pages, as CSV. */
export function CsvLink({ href, what }: { href: string; what: string }) {
  return (
    <a
      href={href}
      download
      className={buttonClass('quiet', 'print:hidden')}
      aria-label={`Download ${what} as CSV`}
    >
      <Download size={14} aria-hidden="true" /> CSV
    </a>
  );
}
