import { FlaskConical } from 'lucide-react';
import { counted } from '../format/amounts';
import { TextLink } from '../ui/text-link';

interface Props {
  samples: number;
  /** All clients that are seen, samples among them. */
  clients: number;
  /** Whether who looks may remove them. */
  mayRemove: boolean;
}

/** Says on every page that what is seen is invented, as far as it is. */
export function SampleLine({ samples, clients, mayRemove }: Props) {
  return (
    <aside aria-label="Sample data" className="bg-accent-bg text-13 text-ink-2 flex gap-2 px-4 py-1 lg:px-6">
      <FlaskConical size={14} aria-hidden="true" className="text-accent mt-[3px] flex-none" />
      <p>
        <b className="text-ink font-semibold">Sample data:</b>{' '}
        {samples === clients
          ? 'everything here is invented, and protects nobody.'
          : `${samples} of ${counted(clients, 'client')} are invented, and protect nobody.`}{' '}
        {mayRemove && (
          <TextLink href="/first-steps" className="underline print:hidden">
            Remove it
          </TextLink>
        )}
      </p>
    </aside>
  );
}
