'use client';

import { type FormEvent, useState } from 'react';
import type { FieldChange, PolicyOverrides } from '@/domain/policy/policy-overrides';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { TextAreaField } from '../forms/text-area-field';
import { counted } from '../format/amounts';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';

interface Props {
  policyId: string;
  name: string;
  version: number;
  draft: PolicyOverrides;
  changes: readonly FieldChange[];
  /** Whether what the draft would change has been shown. */
  isReady: boolean;
  /** Clients at which systems would get worse. */
  worse: number;
  onPublished: () => void;
}

/** Publishes a draft as the next version, once its preview has been seen. */
export function PublishDialog({
  policyId,
  name,
  version,
  draft,
  changes,
  isReady,
  worse,
  onPublished,
}: Props) {
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const note = new FormData(event.currentTarget).get('note');
    const body = { overrides: draft, note, baseVersion: version };
    const sent = await sendJson<{ version: number }>('POST', `/api/v1/policies/${policyId}/versions`, body);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({
      text: `Version ${sent.answer.version} of ${name} is in force. Verdicts follow within seconds.`,
    });
    onPublished();
  }

  return (
    <FormDialog
      title={`Publish version ${version + 1}`}
      description={`${counted(changes.length, 'change')}; ${
        worse === 0 ? 'no system gets worse' : `systems of ${counted(worse, 'client')} get worse`
      }. Earlier versions stay as they are.`}
      trigger={
        <Button kind="primary" disabled={!isReady}>
          Review and save
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <TextAreaField
          label="Why"
          help="Stands beside your name in the history of the policy, and in the audit log."
          name="note"
          required
          maxLength={2000}
          error={refusal?.fields['note']}
        />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>{`Publish version ${version + 1}`}</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
