'use client';

import { fieldText } from '../forms/declaration-form';
import { SendDialog } from '../forms/send-dialog';
import { TextAreaField } from '../forms/text-area-field';

interface Props {
  clientId: string;
  itemKind: string;
  itemKey: string;
  /** Of what is asked about, for readers. */
  name: string;
}

/** Asks the MSP about a clause or a record. */
export function AskDialog({ clientId, itemKind, itemKey, name }: Props) {
  return (
    <SendDialog
      title={`Ask about ${name}`}
      description="The question and its answer stay, with names and times, and are logged."
      label="Ask"
      longLabel={`Ask about ${name}`}
      kind="quiet"
      className="h-7 px-2"
      submit="Send"
      method="POST"
      address={`/api/v1/evidence-room/${clientId}/questions`}
      bodyOf={(form) => ({ itemKind, itemKey, text: fieldText(form, 'text') })}
      done="Your question is asked. The answer comes here."
      renderFields={(errors) => (
        <TextAreaField label="Question" name="text" required maxLength={4000} error={errors['text']} />
      )}
    />
  );
}
