'use client';

import type { ClientChoice } from '../forms/access-fields';
import { KeyFields, keyIn } from '../forms/key-fields';
import { NewKeyDialog } from '../forms/new-key-dialog';

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
      bodyOf={keyIn}
      renderFields={(errors) => (
        <KeyFields
          errors={errors}
          clients={clients}
          clientsLabel="Reads"
          all="every client"
          expiresOn={expiresOn}
        />
      )}
    />
  );
}
