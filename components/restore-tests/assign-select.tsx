'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { sendJson } from '../forms/send-json';
import { useIsReady } from '../forms/submit-button';
import { useNotify } from '../ui/toaster';

interface Props {
  systemId: string;
  systemName: string;
  personId: string | null;
  /** Who can be asked. */
  people: readonly { readonly personId: string; readonly name: string }[];
}

/** Who makes the next test of a system; each change is kept at once, and told with a way back. */
export function AssignSelect({ systemId, systemName, personId, people }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const isReady = useIsReady();
  const [isBusy, setIsBusy] = useState(false);

  async function assign(to: string | null, before: string | null, canUndo: boolean) {
    setIsBusy(true);
    const sent = await sendJson('PUT', `/api/v1/systems/${systemId}/test-assignment`, { personId: to });
    setIsBusy(false);
    const name = people.find((one) => one.personId === to)?.name ?? 'Nobody';
    if (!sent.isOk) notify({ text: sent.refusal.sentence });
    else
      notify({
        text: `${name} makes the next test of ${systemName}.`,
        ...(canUndo && { undo: () => void assign(before, to, false) }),
      });
    router.refresh();
  }

  const isKnown = personId === null || people.some((one) => one.personId === personId);
  return (
    <select
      aria-label={`Who makes the next test of ${systemName}`}
      className="border-line-2 bg-bg text-ink text-13 h-7 max-w-[150px] rounded-md border px-1.5"
      disabled={!isReady || isBusy}
      value={personId ?? ''}
      onChange={(event) => void assign(event.currentTarget.value || null, personId, true)}
    >
      <option value="">nobody yet</option>
      {people.map((one) => (
        <option key={one.personId} value={one.personId}>
          {one.name}
        </option>
      ))}
      {!isKnown && <option value={personId ?? ''}>somebody else</option>}
    </select>
  );
}
