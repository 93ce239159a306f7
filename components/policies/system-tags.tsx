'use client';

import { type FormEvent, useState } from 'react';
import { tagsIn, tagsProblem } from '@/domain/policy/tag-name';
import { fieldText } from '../forms/declaration-form';
import { FormField } from '../forms/form-field';
import { sendAct } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { UndoneMark } from '../forms/undone-mark';
import { useForeseen } from '../forms/use-foreseen';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';

interface Props {
  systemId: string;
  systemName: string;
  tags: readonly string[];
  mayChange: boolean;
}

/**
 * The tags of a system, and a form for them; policies that are assigned to a tag hold for it then. New ones stand there at once; what they
 * make of the policy, only the server says. Where they are refused the former ones stand there again, and the form keeps what was typed.
 */
export function SystemTags({ systemId, systemName, tags, mayChange }: Props) {
  const notify = useNotify();
  const { foreseenOf, undoneOf, putAway, act } = useForeseen<readonly string[]>();
  const [isOpen, setIsOpen] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const shown = foreseenOf(systemId).at(-1) ?? tags;

  async function save(wanted: readonly string[], before: readonly string[], isUndo: boolean) {
    const sent = await act({
      keys: [systemId],
      outcome: wanted,
      of: `Tags of ${systemName}`,
      undone: 'Tags not changed',
      tryAgain: () => void save(wanted, before, isUndo),
      send: () => sendAct('PUT', `/api/v1/systems/${systemId}/tags`, { tags: wanted }),
    });
    if (!sent.isOk) return;
    setTyped(null);
    notify(
      isUndo ? { text: 'Undone.' } : { text: 'Tags changed.', undo: () => void save(before, wanted, true) },
    );
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const said = fieldText(new FormData(event.currentTarget), 'tags');
    const wanted = tagsIn(said);
    setTyped(said);
    setProblem(tagsProblem(wanted));
    if (tagsProblem(wanted) !== null) return;
    setIsOpen(false);
    void save(wanted, shown, false);
  }

  return (
    <>
      {shown.length > 0 && <span className="[overflow-wrap:anywhere]">tags: {shown.join(', ')}</span>}
      {mayChange && (
        <FormDialog
          title={`Tags of ${systemName}`}
          description="A policy that is assigned to a tag holds for every system that has it."
          trigger={<Button>Tags</Button>}
          isOpen={isOpen}
          onOpenChange={(open) => {
            setIsOpen(open);
            setProblem(null);
            setTyped(null);
          }}
        >
          <form method="post" onSubmit={submit} className="flex flex-col gap-4">
            <FormField
              label="Tags"
              help="Separated by spaces, such as: card-data ledger"
              name="tags"
              defaultValue={typed ?? shown.join(' ')}
              maxLength={1000}
              autoComplete="off"
              error={problem ?? undefined}
            />
            <div className="flex justify-end">
              <SubmitButton isBusy={false}>Save</SubmitButton>
            </div>
          </form>
        </FormDialog>
      )}
      <UndoneMark
        undone={undoneOf(systemId)}
        of={`tags of ${systemName}`}
        onPutAway={() => putAway(systemId)}
      />
    </>
  );
}
