'use client';

import { sendAct } from '../forms/send-json';
import { useIsReady } from '../forms/submit-button';
import { UndoneMark } from '../forms/undone-mark';
import { useForeseen } from '../forms/use-foreseen';
import { useNotify } from '../ui/toaster';

interface Props {
  systemId: string;
  systemName: string;
  personId: string | null;
  /** Who can be asked. */
  people: readonly { readonly personId: string; readonly name: string }[];
}

/** Who makes the next test of a system: shown and kept at once, told with a way back, and as before where it is refused. */
export function AssignSelect({ systemId, systemName, personId, people }: Props) {
  const notify = useNotify();
  const isReady = useIsReady();
  const { foreseenOf, undoneOf, putAway, act } = useForeseen<{ readonly personId: string | null }>();
  const newest = foreseenOf(systemId).at(-1);
  const shown = newest ? newest.personId : personId;

  async function assign(to: string | null, before: string | null, canUndo: boolean) {
    const sent = await act({
      keys: [systemId],
      outcome: { personId: to },
      of: `The next test of ${systemName}`,
      undone: 'Not assigned',
      tryAgain: () => void assign(to, before, canUndo),
      send: () => sendAct('PUT', `/api/v1/systems/${systemId}/test-assignment`, { personId: to }),
    });
    if (!sent.isOk) return;
    const name = people.find((one) => one.personId === to)?.name ?? 'Nobody';
    notify({
      text: `${name} makes the next test of ${systemName}.`,
      ...(canUndo && { undo: () => void assign(before, to, false) }),
    });
  }

  const isKnown = shown === null || people.some((one) => one.personId === shown);
  return (
    <span className="inline-flex flex-col">
      <select
        aria-label={`Who makes the next test of ${systemName}`}
        className="border-line-2 bg-bg text-ink text-13 h-7 max-w-[150px] rounded-md border px-1.5"
        disabled={!isReady}
        value={shown ?? ''}
        onChange={(event) => void assign(event.currentTarget.value || null, shown, true)}
      >
        <option value="">nobody yet</option>
        {people.map((one) => (
          <option key={one.personId} value={one.personId}>
            {one.name}
          </option>
        ))}
        {!isKnown && <option value={shown ?? ''}>somebody else</option>}
      </select>
      <UndoneMark
        undone={undoneOf(systemId)}
        of={`the next test of ${systemName}`}
        onPutAway={() => putAway(systemId)}
      />
    </span>
  );
}
