'use client';

import { useState } from 'react';
import { SelectField } from './select-field';

export interface ClientChoice {
  readonly clientId: string;
  readonly name: string;
}

interface Props {
  initialRole: string;
  clientIds: '*' | readonly string[];
  roles: readonly string[];
  limitableRoles: readonly string[];
  /** Of them, those that never see every client. */
  limitedRoles: readonly string[];
  clients: readonly ClientChoice[];
  errors: Readonly<Record<string, string>>;
}

/** Role, and for roles that can be limited: all clients or some. */
export function AccessFields({
  initialRole,
  clientIds,
  roles,
  limitableRoles,
  limitedRoles,
  clients,
  errors,
}: Props) {
  const [chosen, setChosen] = useState(initialRole);
  const [sees, setSees] = useState(clientIds === '*' ? 'all' : 'some');
  const isLimited = limitedRoles.includes(chosen);
  return (
    <>
      <SelectField
        label="Role"
        name="role"
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
        error={errors['role']}
      >
        {roles.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </SelectField>
      {isLimited && <input type="hidden" name="sees" value="some" />}
      {limitableRoles.includes(chosen) && !isLimited && (
        <SelectField
          label="Sees"
          name="sees"
          value={sees}
          onChange={(event) => setSees(event.target.value)}
          error={errors['clientIds']}
        >
          <option value="all">every client</option>
          <option value="some">some clients only</option>
        </SelectField>
      )}
      {limitableRoles.includes(chosen) && (isLimited || sees === 'some') && (
        <ClientBoxes
          clients={clients}
          clientIds={clientIds}
          error={isLimited ? errors['clientIds'] : undefined}
        />
      )}
    </>
  );
}

function ClientBoxes({
  clients,
  clientIds,
  error,
}: Pick<Props, 'clients' | 'clientIds'> & { error: string | undefined }) {
  return (
    <fieldset className="border-line rounded-md border px-3 pt-1 pb-2">
      <legend className="px-1 text-sm font-medium">Clients</legend>
      {error && <p className="text-bad text-13">{error}</p>}
      <div className="max-h-56 overflow-y-auto">
        {clients.map(({ clientId, name }) => (
          <label key={clientId} className="text-13 flex min-h-7 items-center gap-2">
            <input
              type="checkbox"
              aria-label={name}
              name="clientId"
              value={clientId}
              defaultChecked={clientIds !== '*' && clientIds.includes(clientId)}
              className="accent-accent size-4"
            />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** What {@link AccessFields} say, as the routes take it. */
export function accessIn(form: FormData): { role: unknown; clientIds: '*' | unknown[] } {
  return { role: form.get('role'), clientIds: form.get('sees') === 'some' ? form.getAll('clientId') : '*' };
}
