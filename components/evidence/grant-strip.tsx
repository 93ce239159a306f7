import type { ReactNode } from 'react';
import type { Instant } from '@/domain/time/instant';
import { durationText } from '@/domain/protection/sentence';
import { Moment } from '../ui/moment';

interface Props {
  clientNames: readonly string[];
  periodFrom: string;
  periodTo: string;
  purpose: string;
  expiresAt: Instant;
  grantedByName: string;
  timeZone: string;
  now: Instant;
}

/** What a grant lets its holder see, until when, and by whose word. */
export function GrantStrip(props: Props) {
  const { clientNames, periodFrom, periodTo, purpose, expiresAt, grantedByName, timeZone, now } = props;
  return (
    <section aria-label="Grant">
      <dl className="border-line divide-line bg-bg text-13 grid border-b max-lg:divide-y lg:auto-cols-fr lg:grid-flow-col lg:divide-x">
        <Part term="Clients you may see">
          <span className="font-medium">{clientNames.slice(0, 4).join(', ')}</span>
          {clientNames.length > 4 && ` and ${clientNames.length - 4} more`}
        </Part>
        <Part term="Period">
          <span className="font-medium tabular-nums">
            {periodFrom} – {periodTo}
          </span>
          <span className="text-ink-3 block text-xs">whole days, in each client’s own zone</span>
        </Part>
        <Part term="Purpose">
          <span className="font-medium">{purpose}</span>
        </Part>
        <Part term="Ends">
          <span className="font-medium">
            <Moment at={expiresAt} timeZone={timeZone} now={now} />
          </span>
          <span className="text-ink-3 block text-xs">in {durationText(expiresAt - now)}</span>
        </Part>
        <Part term="Granted by">
          <span className="font-medium">{grantedByName}</span>
          <span className="text-ink-3 block text-xs">What you open is logged.</span>
        </Part>
      </dl>
    </section>
  );
}

function Part({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0 px-4 py-2.5 sm:px-6">
      <dt className="text-ink-3 text-xs">{term}</dt>
      <dd className="mt-0.5 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}
