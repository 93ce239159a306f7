'use client';

import { fieldText } from '../forms/declaration-form';
import { SendDialog } from '../forms/send-dialog';
import { TextAreaField } from '../forms/text-area-field';

interface Props {
  grantId: string;
  thread: {
    readonly clientId: string;
    readonly itemKind: string;
    readonly itemKey: string;
    readonly itemName: string;
  };
}

/** Answers an auditor. */
export function AnswerDialog({ grantId, thread: { clientId, itemKind, itemKey, itemName } }: Props) {
  return (
    <SendDialog
      title={`Answer about ${itemName}`}
      description="The auditor sees it with your name. It stays, and is logged."
      label="Answer"
      longLabel={`Answer about ${itemName}`}
      submit="Send the answer"
      method="POST"
      address={`/api/v1/evidence-grants/${grantId}/answers`}
      bodyOf={(form) => ({ clientId, itemKind, itemKey, text: fieldText(form, 'text') })}
      done="The answer is with the auditor."
      renderFields={(errors) => (
        <TextAreaField label="Answer" name="text" required maxLength={4000} error={errors['text']} />
      )}
    />
  );
}
