'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { claimedPolicies, type RuleClaim } from '@/domain/policy/assignment-rules';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { PreviewPanel } from './preview-panel';
import { usePreview } from './use-preview';

interface Props {
  conflictId: string;
  systemId: string;
  systemName: string;
  claims: readonly RuleClaim[];
}

/** What stands for none of the policies: nothing has this id. */
const NONE = 'none';

/** Says what holds where rules contradict each other, after a preview; it is remembered, and can be undone. */
export function DecideConflictDialog({ conflictId, systemId, systemName, claims }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const address = `/api/v1/assignment-conflicts/${conflictId}/decision`;
  const isPreviewed = isOpen && chosen !== null && chosen !== NONE;
  const preview = usePreview(
    isPreviewed
      ? JSON.stringify({ policyId: chosen, overrides: null, assign: { level: 'system', systemId } })
      : null,
  );

  async function undo() {
    const sent = await sendJson('DELETE', address);
    if (!sent.isOk) notify({ text: sent.refusal.sentence });
    router.refresh();
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const sent = await sendJson('PUT', address, { policyId: chosen === NONE ? null : chosen });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: `Decided for ${systemName}.`, undo: () => void undo() });
    router.refresh();
  }

  return (
    <FormDialog
      title={`What holds for ${systemName}?`}
      description="Its rules name different policies, so nothing was changed. What you say is remembered: these rules do not ask again."
      trigger={
        <Button className="h-7 px-2" aria-label={`Decide what holds for ${systemName}`}>
          Decide
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setChosen(null);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <fieldset className="text-13 flex min-w-0 flex-col gap-1">
          <legend className="sr-only">Policy</legend>
          {claimedPolicies(claims).map(({ policyId, policyName }) => (
            <Choice
              key={policyId}
              value={policyId}
              label={policyName}
              help={`as ${namesOf(claims, policyId)} says`}
              isChosen={chosen === policyId}
              onChoose={setChosen}
            />
          ))}
          <Choice
            value={NONE}
            label="None of them"
            help="what it has or inherits goes on to hold"
            isChosen={chosen === NONE}
            onChoose={setChosen}
          />
        </fieldset>
        {isPreviewed && <PreviewPanel preview={preview} fleetCount={1} />}
        <div className="flex justify-end">
          <SubmitButton
            isBusy={isBusy}
            isDisabled={chosen === null || (isPreviewed && preview.state !== 'ready')}
          >
            Decide
          </SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}

function namesOf(claims: readonly RuleClaim[], policyId: string): string {
  return claims
    .filter((claim) => claim.policyId === policyId)
    .map(({ ruleName }) => `‘${ruleName}’`)
    .join(', ');
}

function Choice({
  value,
  label,
  help,
  isChosen,
  onChoose,
}: {
  value: string;
  label: string;
  help: string;
  isChosen: boolean;
  onChoose: (value: string) => void;
}) {
  return (
    <label className="flex min-h-8 items-center gap-2 [overflow-wrap:anywhere]">
      <input
        type="radio"
        aria-label={`${label}, ${help}`}
        name="policyId"
        value={value}
        checked={isChosen}
        onChange={() => onChoose(value)}
        className="accent-accent size-4 flex-none"
      />
      <span>
        {label} <span className="text-ink-3">{help}</span>
      </span>
    </label>
  );
}
