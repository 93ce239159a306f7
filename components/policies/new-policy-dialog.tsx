'use client';

import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Box } from '../forms/choice-boxes';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';

interface Props {
  /** Policies whose fields the new one may begin with. */
  templates: readonly { readonly key: string; readonly name: string; readonly overrides: object }[];
  /** By which the MSP works. */
  frameworks: readonly string[];
}

/** Makes a policy, empty or from a template; it holds for nothing until it is assigned. */
export function NewPolicyDialog({ frameworks, templates }: Props) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const form = new FormData(event.currentTarget);
    const template = templates.find(({ key }) => key === form.get('template'));
    const sent = await sendJson<{ policyId: string }>('POST', '/api/v1/policies', {
      name: form.get('name'),
      overrides: { ...template?.overrides, ...(form.get('frameworks') !== null && { frameworks }) },
    });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (sent.isOk) router.push(`/policies/${sent.answer.policyId}`);
  }

  return (
    <FormDialog
      title="New policy"
      description="It sets only what differs from your default, and holds for nothing until you assign it."
      trigger={
        <Button kind="primary">
          <Plus size={14} aria-hidden="true" /> New policy
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
        <FormField
          label="Name"
          help="What you call this promise, such as Regulated records."
          name="name"
          required
          maxLength={100}
          autoComplete="off"
          error={refusal?.fields['name']}
        />
        <SelectField label="Begin with" name="template" defaultValue="">
          <option value="">nothing: inherit every field</option>
          {templates.map(({ key, name }) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </SelectField>
        {frameworks.length > 0 && (
          <Box name="frameworks" label={`It is bound by ${frameworks.join(', ')}`} isChosen />
        )}
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Create</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
