'use client';

import type { ApiScope } from '@/domain/access/api-scopes';
import type { ClientChoice } from '../forms/access-fields';
import { Boxes } from '../forms/choice-boxes';
import { KeyFields, keyIn } from '../forms/key-fields';
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
      bodyOf={(form) => ({ ...keyIn(form), scopes: form.getAll('scope') })}
      renderFields={(errors) => (
        <KeyFields
          errors={errors}
          clients={clients}
          clientsLabel="Sees"
          all="every client that you see"
          expiresOn={expiresOn}
        >
          <div>
            <Boxes
              legend="What it may do"
              name="scope"
              choices={scopes.map(({ scope, words }) => ({ value: scope, label: words }))}
              chosen={['read']}
            />
            {errors['scopes'] && <p className="text-bad text-13">{errors['scopes']}</p>}
          </div>
        </KeyFields>
      )}
    />
  );
}
