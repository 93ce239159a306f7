'use client';

import type { ClientChoice } from '../forms/access-fields';
import { fieldText } from '../forms/declaration-form';
import { FormField } from '../forms/form-field';
import { NewKeyDialog } from '../forms/new-key-dialog';
import { SelectField } from '../forms/select-field';

/** Makes a key by which a program manages a client's ping checks, and shows it once. */
export function ManagementKeyDialog({ clients }: { clients: readonly ClientChoice[] }) {
  return (
    <NewKeyDialog
      description="It manages the ping checks of one client, and sees nothing else."
      address="/api/v1/management-keys"
      bodyOf={(form) => ({
        name: fieldText(form, 'name'),
        clientId: fieldText(form, 'clientId'),
        isReadOnly: fieldText(form, 'may') === 'read',
      })}
      renderFields={(errors) => (
        <>
          <FormField
            label="What it is for"
            name="name"
            required
            maxLength={200}
            autoComplete="off"
            error={errors['name']}
          />
          <SelectField label="Client" name="clientId" required defaultValue="" error={errors['clientId']}>
            <option value="" disabled>
              Choose one
            </option>
            {clients.map(({ clientId, name }) => (
              <option key={clientId} value={clientId}>
                {name}
              </option>
            ))}
          </SelectField>
          <SelectField
            label="It may"
            help="A key for reading only is shown no addresses: with those anybody could ping."
            name="may"
            defaultValue="change"
          >
            <option value="change">read, make, change and close checks</option>
            <option value="read">read checks</option>
          </SelectField>
        </>
      )}
    />
  );
}
