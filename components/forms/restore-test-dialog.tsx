'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { FormField } from './form-field';
import { FormProblem } from './form-problem';
import { SelectField } from './select-field';
import { type Refusal, sendJson } from './send-json';
import { SubmitButton } from './submit-button';

/** A copy that can be tested, or the reason why not. */
interface TestableCopy {
  dataSetId: string;
  repositoryId: string;
  repositoryName: string;
  /** What made the copy: of pgBackRest a whole database is restored. */
  tool: string;
  hostname: string;
  /** Its agent asks for requests. */
  takesRequests: boolean;
}

interface Props {
  dataSetName: string;
  copies: readonly TestableCopy[];
}

const FILES = 20;

/** Asks an agent to restore files of a copy elsewhere and compare them. */
export function RestoreTestDialog({ dataSetName, copies }: Props) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [isSample, setIsSample] = useState(true);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const able = copies.filter((one) => one.takesRequests);
  const [chosenKey, setChosenKey] = useState<string | null>(null);
  const chosen = able.find((one) => keyOf(one) === chosenKey) ?? able[0];
  const isDatabase = chosen?.tool === 'pgbackrest';

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const copy = able.find((one) => keyOf(one) === form.get('copy'));
    if (!copy) return;
    setIsBusy(true);
    const seed = numberOf(form.get('seed'));
    const sent = await sendJson('POST', `/api/v1/data-sets/${copy.dataSetId}/restore-requests`, {
      repositoryId: copy.repositoryId,
      pointId: null,
      rule: form.get('rule') ?? 'full',
      files: numberOf(form.get('files')) ?? FILES,
      seed,
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
      title="Test a restore now"
      description={`The machine restores the newest point of ${dataSetName} into a folder of its own, compares it, and removes it. It begins with its next report, usually within the hour. Nothing is restored over anything.`}
      trigger={
        <Button kind="quiet" className="h-7 px-2">
          Test a restore now
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      {able.length === 0 ? (
        <p className="text-13 text-ink-2">
          No agent that reads a copy has asked for requests in the last two days. Update the agent on{' '}
          {[...new Set(copies.map((one) => one.hostname))].join(', ')} and let its timer run{' '}
          <code>holdfast-agent report</code>; then ask here again.
        </p>
      ) : (
        <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
          <FormProblem refusal={refusal} />
          <SelectField
            label="Which copy"
            name="copy"
            defaultValue={able[0] && keyOf(able[0])}
            onChange={(event) => setChosenKey(event.currentTarget.value)}
            error={refusal?.fields['repositoryId']}
          >
            {copies.map((one) => (
              <option key={keyOf(one)} value={keyOf(one)} disabled={!one.takesRequests}>
                {one.repositoryName}, by the agent on {one.hostname}
                {one.takesRequests ? '' : ' (takes no requests)'}
              </option>
            ))}
          </SelectField>
          {isDatabase && (
            <p className="text-13 text-ink-2">
              The newest backup of the database is restored whole, started with a socket only, asked what the
              configuration of the machine says, stopped and removed.
            </p>
          )}
          {!isDatabase && (
            <SelectField
              label="What is restored"
              help="All files prove most and measure how long a restore takes; they need as much room on the machine."
              name="rule"
              defaultValue="sample"
              onChange={(event) => setIsSample(event.currentTarget.value === 'sample')}
              error={refusal?.fields['rule']}
            >
              <option value="sample">A sample: the 2 largest, the newest, and others by chance</option>
              <option value="full">All files</option>
            </SelectField>
          )}
          {isSample && !isDatabase && (
            <div className="grid gap-4 sm:grid-cols-2">
              <FormField
                label="Files of the sample"
                name="files"
                type="number"
                inputMode="numeric"
                min={1}
                max={1000}
                required
                defaultValue={FILES}
                error={refusal?.fields['files']}
              />
              <FormField
                label="Seed (empty: a new one)"
                name="seed"
                type="number"
                inputMode="numeric"
                min={0}
                max={2 ** 32 - 1}
                error={refusal?.fields['seed']}
              />
            </div>
          )}
          <div className="flex justify-end">
            <SubmitButton isBusy={isBusy}>Ask for the test</SubmitButton>
          </div>
        </form>
      )}
    </FormDialog>
  );
}

const keyOf = (copy: TestableCopy): string => `${copy.dataSetId} ${copy.repositoryId}`;

/** null: nothing was entered. */
function numberOf(value: FormDataEntryValue | null): number | null {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : null;
}
