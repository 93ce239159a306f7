'use client';

import type { ApiScope } from '@/domain/access/api-scopes';
import { endOfDay } from '../evidence/end-of-day';
import type { ClientChoice } from '../forms/access-fields';
import { AllOrSome, Boxes } from '../forms/choice-boxes';
import { fieldText } from '../forms/declaration-form';
import { FormField } from '../forms/form-field';
import { NewKeyDialog } from '../forms/new-key-dialog';

interface Props {
  /** Those that the person's role allows. */
  scopes: readonly { readonly scope: ApiScope; readonly words: string }[];
  clients: readonly ClientChoice[];
  /** Suggested last day, YYYY-MM-DD. */
  expiresOn: string;
}

/** Makes a key by which a program acts as oneself, and shows it once. */
export function PersonalKeyDialog({ scopes, clients, expiresOn }: Props) {
  return (
    <NewKeyDialog
      description="A program acts by it as you: within what you tick here, and never beyond what you may do yourself. The audit log names the key."
      address="/api/v1/personal-keys"
      bodyOf={(form) => ({
        name: fieldText(form, 'name'),
        scopes: form.getAll('scope'),
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
          <div>
            <Boxes
              legend="What it may do"
              name="scope"
              choices={scopes.map(({ scope, words }) => ({ value: scope, label: words }))}
              chosen={['read']}
            />
            {errors['scopes'] && <p className="text-bad text-13">{errors['scopes']}</p>}
          </div>
          <AllOrSome
            label="Sees"
            name="sees"
            all="every client that you see"
            some="some clients only"
            isSome={false}
          >
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
