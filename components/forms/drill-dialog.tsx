'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { FormProblem } from './form-problem';
import { SelectField } from './select-field';
import { type Refusal, sendJson } from './send-json';
import { SubmitButton } from './submit-button';

interface Props {
  dataSetName: string;
  /** Those of files, read by an agent that asks for requests. */
  copies: readonly {
    readonly dataSetId: string;
    readonly repositoryId: string;
    readonly repositoryName: string;
    readonly hostname: string;
  }[];
}

/** Asks an agent for a drill: damage that is made on purpose, has to be noticed, and has to reach people. */
export function DrillDialog({ dataSetName, copies }: Props) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const chosen = new FormData(event.currentTarget).get('copy');
    const copy = copies.find((one) => one.repositoryId === chosen);
    if (!copy) return;
    setIsBusy(true);
    const sent = await sendJson('POST', `/api/v1/data-sets/${copy.dataSetId}/restore-drills`, {
      repositoryId: copy.repositoryId,
    });
    setIsBusy(false);
    if (!sent.isOk) {
      setRefusal(sent.refusal);
      return;
    }
    setIsOpen(false);
    router.refresh();
  }

  return (
    <FormDialog
      title="Start a drill"
      description={`The machine restores a sample of ${dataSetName} into a folder of its own, damages one of the restored files on purpose, and has to notice it. Then a real alarm that says DRILL goes to whoever hears of restore tests that failed. The repository and the source are not touched, and nothing of it counts as a restore test.`}
      trigger={
        <Button kind="quiet" className="h-7 px-2">
          Start a drill
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      {copies.length === 0 ? (
        <p className="text-13 text-ink-2">
          No agent that reads a copy made by restic or borg has asked for requests in the last two days.
          Update the agent and let its timer run <code>holdfast-agent report</code>; then ask here again.
        </p>
      ) : (
        <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
          <FormProblem refusal={refusal} />
          <SelectField
            label="Which copy"
            help="People who hear of critical findings of this client will get a message. Tell them beforehand, or do not: both prove something."
            name="copy"
            error={refusal?.fields['repositoryId']}
          >
            {copies.map((one) => (
              <option key={one.repositoryId} value={one.repositoryId}>
                {one.repositoryName}, by the agent on {one.hostname}
              </option>
            ))}
          </SelectField>
          <div className="flex justify-end">
            <SubmitButton isBusy={isBusy}>Start the drill</SubmitButton>
          </div>
        </form>
      )}
    </FormDialog>
  );
}
