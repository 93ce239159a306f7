'use client';

import { Button } from '../ui/button';
import { useNotify } from '../ui/toaster';
import { sendAct } from './send-json';
import { UndoneMark } from './undone-mark';
import { useForeseen } from './use-foreseen';

interface Props {
  /** PUT switches it off, DELETE on again. */
  address: string;
  /** Of what is switched. */
  name: string;
  isOn: boolean;
  /** Told when it is off, and on again. */
  doneOff: string;
  doneOn: string;
}

/** Switches something off, or on again: at once, and back where it is refused; the notice can undo it. */
export function SwitchButton({ address, name, isOn, doneOff, doneOn }: Props) {
  const notify = useNotify();
  const { foreseenOf, undoneOf, putAway, act } = useForeseen<boolean>();
  const isShownOn = foreseenOf(address).at(-1) ?? isOn;

  async function turn(on: boolean, isUndo: boolean) {
    const sent = await act({
      keys: [address],
      outcome: on,
      of: name,
      undone: on ? 'Not switched on' : 'Not switched off',
      tryAgain: () => void turn(on, isUndo),
      send: () => sendAct(on ? 'DELETE' : 'PUT', address),
    });
    if (!sent.isOk) return;
    const text = on ? doneOn : doneOff;
    notify(isUndo ? { text } : { text, undo: () => void turn(!on, true) });
  }

  return (
    <span className="inline-flex flex-col items-end">
      <Button
        kind="quiet"
        className="h-7 px-2"
        onClick={() => void turn(!isShownOn, false)}
        aria-label={`Switch ${name} ${isShownOn ? 'off' : 'on'}`}
      >
        Switch {isShownOn ? 'off' : 'on'}
      </Button>
      <UndoneMark undone={undoneOf(address)} of={name} onPutAway={() => putAway(address)} />
    </span>
  );
}
