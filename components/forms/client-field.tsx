import type { ComponentProps } from 'react';
import { SelectField } from './select-field';

type Props = Omit<ComponentProps<typeof SelectField>, 'label' | 'name' | 'children'> & {
  clients: readonly { readonly clientId: string; readonly name: string }[];
  label?: string;
  name?: string;
  /** What stands first, for choosing no client; without it one is always chosen. */
  none?: string;
};

/** A choice of one client by its name. */
export function ClientField({ clients, label = 'Client', name = 'clientId', none, ...select }: Props) {
  return (
    <SelectField {...select} label={label} name={name}>
      {none !== undefined && <option value="">{none}</option>}
      {clients.map((client) => (
        <option key={client.clientId} value={client.clientId}>
          {client.name}
        </option>
      ))}
    </SelectField>
  );
}
