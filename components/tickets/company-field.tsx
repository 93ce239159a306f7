'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { fieldText } from '../forms/declaration-form';
import { sendJson } from '../forms/send-json';
import { Button } from '../ui/button';
import { useNotify } from '../ui/toaster';

interface Props {
  channelId: string;
  clientId: string;
  clientName: string;
  companyId: string | null;
}

/**
 * Which company of a ticket system a client is; saved with Enter, which goes on to the next client, so that many are entered in one go. The
 * notice can undo it.
 */
export function CompanyField({ channelId, clientId, clientName, companyId }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);
  const [typed, setTyped] = useState(companyId ?? '');
  const [known, setKnown] = useState(companyId);
  const [problem, setProblem] = useState<string | null>(null);
  // The page was made anew with another one.
  if (companyId !== known) {
    setKnown(companyId);
    setTyped(companyId ?? '');
  }
  const isChanged = typed.trim() !== (companyId ?? '');

  async function save(wanted: string | null, isUndo: boolean): Promise<boolean> {
    setIsBusy(true);
    const address = `/api/v1/ticket-systems/${channelId}/companies`;
    const sent = await sendJson<{ former: string | null }>('PUT', address, { clientId, companyId: wanted });
    setIsBusy(false);
    if (!sent.isOk) {
      setProblem(sent.refusal.fields['companyId'] ?? sent.refusal.sentence);
      return false;
    }
    setProblem(null);
    if (isUndo) setTyped(wanted ?? '');
    const text = wanted === null ? `${clientName}: no company.` : `${clientName} is ${wanted}.`;
    notify(isUndo ? { text } : { text, undo: () => void save(sent.answer.former, true) });
    router.refresh();
    return true;
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const wanted = fieldText(new FormData(event.currentTarget), 'companyId');
    const next = nextField(event.currentTarget);
    void save(wanted === '' ? null : wanted, false).then((isSaved) => isSaved && next?.focus());
  }

  return (
    <form method="post" onSubmit={submit} className="flex flex-wrap items-center gap-2">
      <input
        name="companyId"
        data-company=""
        aria-label={`Company of ${clientName}`}
        aria-invalid={problem === null ? undefined : true}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maxLength={100}
        autoComplete="off"
        spellCheck={false}
        className="border-edge bg-bg text-ink aria-invalid:border-bad text-13 h-8 w-[160px] rounded-md border px-2 font-mono max-md:h-10"
      />
      {isChanged && (
        <Button
          type="submit"
          disabled={isBusy}
          aria-label={`Save the company of ${clientName}`}
          className="max-md:h-10"
        >
          Save
        </Button>
      )}
      {problem !== null && (
        <span role="alert" className="text-bad text-xs">
          {problem}
        </span>
      )}
    </form>
  );
}

function nextField(form: HTMLFormElement): HTMLElement | null {
  const fields = [...document.querySelectorAll<HTMLElement>('[data-company]')];
  return fields[fields.findIndex((field) => form.contains(field)) + 1] ?? null;
}
