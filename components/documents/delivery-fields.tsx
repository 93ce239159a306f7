import type { ComponentProps } from 'react';
import { SelectField } from '../forms/select-field';
import { TextAreaField } from '../forms/text-area-field';

interface Props {
  errors: Readonly<Record<string, string>>;
  /** Of the note. */
  noteHelp: string;
}

type RecipientsProps = Pick<Props, 'errors'> &
  Pick<ComponentProps<'textarea'>, 'defaultValue' | 'value' | 'onChange'>;

/** To whom a document goes; `deliveryIn` reads it with what `DeliveryTerms` asks. */
export function RecipientsField({ errors, ...area }: RecipientsProps) {
  return (
    <TextAreaField
      {...area}
      label="To"
      name="recipients"
      help="Addresses, one a line or with commas between them."
      required
      error={errors['recipients']}
    />
  );
}

/** What its mail says, and how long its links are good. */
export function DeliveryTerms({ errors, noteHelp }: Props) {
  return (
    <>
      <TextAreaField label="Note" name="note" help={noteHelp} maxLength={2000} error={errors['note']} />
      <SelectField label="Link good for" name="days" defaultValue="30">
        <option value="7">7 days</option>
        <option value="30">30 days</option>
        <option value="90">90 days</option>
      </SelectField>
    </>
  );
}
