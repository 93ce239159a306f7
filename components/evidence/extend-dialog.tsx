'use client';

import { fieldText } from '../forms/declaration-form';
import { FormField } from '../forms/form-field';
import { SendDialog } from '../forms/send-dialog';
import { endOfDay } from './end-of-day';

/** Lets a grant end on another day. */
export function ExtendDialog({
  grantId,
  name,
  expiresOn,
}: {
  grantId: string;
  name: string;
  expiresOn: string;
}) {
  return (
    <SendDialog
      title={`How long ${name} may look`}
      description="Holds from their next click on. Clients and period stay as they are: for others, make a new grant."
      label="Extend"
      longLabel={`Extend the grant of ${name}`}
      kind="quiet"
      className="h-7 px-2"
      submit="Save"
      method="PUT"
      address={`/api/v1/evidence-grants/${grantId}`}
      bodyOf={(form) => ({ expiresAt: endOfDay(fieldText(form, 'expiresOn')) })}
      done="The new end holds."
      renderFields={(errors) => (
        <FormField
          label="Ends after"
          name="expiresOn"
          type="date"
          defaultValue={expiresOn}
          required
          error={errors['expiresAt']}
        />
      )}
    />
  );
}
