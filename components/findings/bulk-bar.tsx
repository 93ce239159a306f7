'use client';

import { AlarmClock, Check, Flag, Ticket, UserRound, X } from 'lucide-react';
import { counted, countText } from '../format/amounts';
import { Kbd } from '../ui/kbd';
import type { CauseVerb, WorkableCause } from './cause-verbs';
import { useCauseWork } from './cause-work';

const VERBS = [
  { verb: 'acknowledge', name: 'Acknowledge', key: 'a', Icon: Check },
  { verb: 'assign', name: 'Assign', key: 's', Icon: UserRound },
  { verb: 'snooze', name: 'Snooze', key: 'z', Icon: AlarmClock },
  { verb: 'ticket', name: 'Ticket', key: 't', Icon: Ticket },
  { verb: 'waive', name: 'Waive', key: 'w', Icon: Flag },
] as const satisfies readonly { verb: CauseVerb; name: string; key: string; Icon: typeof Check }[];

/** What can be done to the causes that are selected; nothing while none is. */
export function BulkBar({ causes }: { causes: readonly WorkableCause[] }) {
  const { selected, select, act } = useCauseWork();
  if (selected.size === 0) return null;
  const chosen = causes.filter(({ causeId }) => selected.has(causeId));
  const clients = new Set(chosen.map(({ clientId }) => clientId)).size;
  return (
    <div
      role="toolbar"
      aria-label={`${countText(chosen.length)} selected`}
      className="border-line-2 bg-bg shadow-pop text-13 sticky bottom-5 z-10 mx-auto mt-5 flex w-max max-w-full flex-wrap items-center gap-x-2 gap-y-1 rounded-[10px] border py-1.5 pr-1.5 pl-3.5 max-md:bottom-3 max-md:w-full"
    >
      <b className="font-semibold">{countText(chosen.length)} selected</b>
      <span className="text-ink-3">{counted(clients, 'client')}</span>
      <span className="border-line ml-1.5 flex border-l pl-1 max-md:order-last max-md:ml-0 max-md:w-full max-md:justify-between max-md:border-0 max-md:pl-0">
        {VERBS.map(({ verb, name, key, Icon }) => (
          <button
            key={verb}
            type="button"
            onClick={() => act(verb)}
            className="hover:bg-bg-3 max-md:text-11 inline-flex h-8 items-center gap-1.5 rounded-md px-2 font-medium whitespace-nowrap max-md:h-11 max-md:flex-1 max-md:flex-col max-md:justify-center max-md:gap-0.5 max-md:px-1"
          >
            <Icon size={14} aria-hidden="true" className="text-ink-3" />
            {name}
            <span aria-hidden="true" className="max-xl:hidden">
              <Kbd>{key}</Kbd>
            </span>
          </button>
        ))}
      </span>
      <button
        type="button"
        aria-label="Select nothing"
        onClick={() => select([...selected], false)}
        className="text-ink-3 hover:bg-bg-3 grid size-8 place-items-center rounded-md max-md:ml-auto"
      >
        <X size={14} aria-hidden="true" />
      </button>
    </div>
  );
}
