import type { ReactNode } from 'react';
import { endOfDay } from '../evidence/end-of-day';
import type { ClientChoice } from './access-fields';
import { AllOrSome, Boxes } from './choice-boxes';
import { fieldText } from './declaration-form';
import { FormField } from './form-field';

interface Props {
  errors: Readonly<Record<string, string>>;
  clients: readonly ClientChoice[];
  /** Over which clients it is. */
  clientsLabel: string;
  /** What `all` of them is called. */
  all: string;
  /** Suggested last day, YYYY-MM-DD. */
  expiresOn: string;
  /** What else there is to say of it. */
  children?: ReactNode;
}

/** What every key of a program is asked for; `keyIn` reads it. */
export function KeyFields({ errors, clients, clientsLabel, all, expiresOn, children }: Props) {
  return (
    <>
      <FormField
        label="What it is for"
        name="name"
        required
        maxLength={200}
        autoComplete="off"
        error={errors['name']}
      />
      {children}
      <AllOrSome label={clientsLabel} name="sees" all={all} some="some clients only" isSome={false}>
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
  );
}

/** What a form says of a key, as the routes take it. */
export function keyIn(form: FormData) {
  return {
    name: fieldText(form, 'name'),
    clientIds: form.get('sees') === 'some' ? form.getAll('clientId') : '*',
    expiresAt: endOfDay(fieldText(form, 'expiresOn')),
  };
}
