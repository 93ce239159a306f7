import type { ReactNode } from 'react';
import type { TriedWay } from '@/domain/connect/ways';
import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { counted } from '../format/amounts';
import { CopyButton } from '../ui/copy-button';
import { Moment } from '../ui/moment';
import { WayTest } from './way-test';

/** A way in as the page shows it. */
export interface ShownWay {
  readonly key: string;
  readonly name: string;
  /** How an address looks there. */
  readonly address: string;
  /** false: for the reason in `note`. */
  readonly isOn: boolean;
  readonly note: ReactNode;
  /** How many of the MSP's use it; null: that is not counted. */
  readonly use: { readonly count: number; readonly nouns: readonly [string, string] } | null;
  /** null: nothing ever came by it. */
  readonly lastHeardAt: Date | null;
  /** null: it is tried in another way, which `note` says. */
  readonly test: TriedWay | null;
}

/** Where messages come in: each way with its address, whether it is on, when it was heard, and a test. */
export function WayList({
  ways,
  timeZone,
  now,
}: {
  ways: readonly ShownWay[];
  timeZone: string;
  now: Instant;
}) {
  return (
    <ul className="flex flex-col">
      {ways.map(({ key, name, address, isOn, note, use, lastHeardAt, test }) => (
        <li
          key={key}
          className="border-line grid gap-x-6 gap-y-2 border-t py-3 lg:grid-cols-[220px_minmax(0,1fr)]"
        >
          <div>
            <h2 className="text-sm font-medium">{name}</h2>
            <p className="text-13">{isOn ? 'On' : <Mark tone="off">Off</Mark>}</p>
          </div>
          <div className="flex min-w-0 flex-col gap-2">
            <div className="border-line bg-bg-2 flex items-center gap-2 rounded-lg border py-1.5 pr-1.5 pl-3">
              <code
                aria-label={`Address: ${name}`}
                className="flex-1 text-xs leading-5 [overflow-wrap:anywhere]"
              >
                {address}
              </code>
              {isWhole(address) && <CopyButton text={address} label="Copy" of={name} />}
            </div>
            <p className="text-13 text-ink-2 max-w-[80ch]">{note}</p>
            {use && (
              <p className="text-13">
                {counted(use.count, ...use.nouns)};{' '}
                {lastHeardAt ? (
                  <>
                    the last message came <Moment at={lastHeardAt.getTime()} timeZone={timeZone} now={now} />
                  </>
                ) : (
                  'nothing came this way yet'
                )}
              </p>
            )}
            {test && <WayTest way={test} name={name} />}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Whether an address can be used as it stands: some end in a secret that is not here. */
function isWhole(address: string): boolean {
  return address.startsWith('http') && !address.endsWith('…');
}
