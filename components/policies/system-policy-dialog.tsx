'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { PreviewPanel } from './preview-panel';
import { usePreview } from './use-preview';

interface Props {
  systemId: string;
  systemName: string;
  policies: readonly { readonly policyId: string; readonly name: string }[];
  /** What is assigned to the system itself now; null: nothing is. */
  assigned: { readonly assignmentId: string; readonly policyId: string } | null;
}

interface Assigned {
  readonly assignmentId: string;
  readonly formerPolicyId: string | null;
}

/** Has a policy hold for this one system, over everything wider, after a preview; or takes that away. */
export function SystemPolicyDialog({ systemId, systemName, policies, assigned }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [policyId, setPolicyId] = useState(assigned?.policyId ?? '');
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const target = { level: 'system', systemId };
  const isChanged = policyId !== (assigned?.policyId ?? '');
  const isPreviewed = isOpen && isChanged && policyId !== '';
  const preview = usePreview(
    isPreviewed ? JSON.stringify({ policyId, overrides: null, assign: target }) : null,
  );

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const sent =
      policyId === ''
        ? await sendJson('DELETE', `/api/v1/policy-assignments/${assigned?.assignmentId}`)
        : await sendJson<Assigned>('POST', `/api/v1/policies/${policyId}/assignments`, target);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({
      text: `Changed for ${systemName}.`,
      undo: () => void undo(sent.answer?.assignmentId ?? null),
    });
    router.refresh();
  }

  async function undo(assignmentId: string | null) {
    const sent =
      assigned === null
        ? await sendJson('DELETE', `/api/v1/policy-assignments/${assignmentId}`)
        : await sendJson('POST', `/api/v1/policies/${assigned.policyId}/assignments`, target);
    if (!sent.isOk) notify({ text: sent.refusal.sentence });
    router.refresh();
  }

  return (
    <FormDialog
      title={`A policy for ${systemName} alone`}
      description="Its fields decide over those of tags, site, client and your default."
      trigger={<Button>Policy of its own</Button>}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
        setPolicyId(assigned?.policyId ?? '');
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <SelectField
          label="Policy"
          name="policyId"
          value={policyId}
          onChange={(event) => setPolicyId(event.currentTarget.value)}
        >
          <option value="">none of its own</option>
          {policies.map((one) => (
            <option key={one.policyId} value={one.policyId}>
              {one.name}
            </option>
          ))}
        </SelectField>
        {isPreviewed && <PreviewPanel preview={preview} fleetCount={1} />}
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy} isDisabled={!isChanged || (isPreviewed && preview.state !== 'ready')}>
            Save
          </SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
