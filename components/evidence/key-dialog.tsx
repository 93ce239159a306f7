'use client';

import type { ClientChoice } from '../forms/access-fields';
import { AllOrSome, Boxes } from '../forms/choice-boxes';
import { fieldText } from '../forms/declaration-form';
import { FormField } from '../forms/form-field';
import { NewKeyDialog } from '../forms/new-key-dialog';
import { endOfDay } from './end-of-day';

interface Props {
  clients: readonly ClientChoice[];
  /** Suggested last day, YYYY-MM-DD. */
  expiresOn: string;
}

/** Makes a key that reads evidence, and shows it once. */
export function KeyDialog({ clients, expiresOn }: Props) {
  return (
    <NewKeyDialog
      description="It reads evidence and changes nothing."
      address="/api/v1/api-keys"
      bodyOf={(form) => ({
        name: fieldText(form, 'name'),
        clientIds: form.get('sees') === 'some' ? form.getAll('clientId') : '*',
        expiresAt: endOfDay(fieldText(form, 'expiresOn')),
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
          <AllOrSome label="Reads" name="sees" all="every client" some="some clients only" isSome={false}>
            <Boxes
              legend="Clients"
              name="clientId"
              choices={clients.map(({ clientId, name }) => ({ value: clientId, label: name }))}
              chosen={[]}
            />
            {errors['clientIds'] && <p className="text-bad text-13">{errors['clientIds']}</p>}
          </AllOrSome>
          <FormField
            label="Ends after"
            name="expiresOn"
            type="date"
            defaultValue={expiresOn}
            required
            error={errors['expiresAt']}
          />
        </>
      )}
    />
  );
}
