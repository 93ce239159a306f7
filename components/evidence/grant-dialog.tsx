'use client';

import type { ClientChoice } from '../forms/access-fields';
import { Boxes } from '../forms/choice-boxes';
import { fieldText } from '../forms/declaration-form';
import { FormField } from '../forms/form-field';
import { SendDialog } from '../forms/send-dialog';
import { endOfDay } from './end-of-day';

interface Props {
  clients: readonly ClientChoice[];
  /** Suggested days, YYYY-MM-DD. */
  preset: { readonly periodFrom: string; readonly periodTo: string; readonly expiresOn: string };
}

/** Lets a named person see the evidence of some clients and a period. */
export function GrantDialog({ clients, preset }: Props) {
  return (
    <SendDialog
      title="Let an auditor in"
      description="They get a link by mail and set up a password and an authenticator before anything is shown. What they open is logged."
      label="Let an auditor in"
      kind="primary"
      submit="Grant and invite"
      method="POST"
      address="/api/v1/evidence-grants"
      bodyOf={(form) => ({
        name: fieldText(form, 'name'),
        email: fieldText(form, 'email'),
        clientIds: form.getAll('clientId'),
        periodFrom: fieldText(form, 'periodFrom'),
        periodTo: fieldText(form, 'periodTo'),
        purpose: fieldText(form, 'purpose'),
        expiresAt: endOfDay(fieldText(form, 'expiresOn')),
      })}
      done="Granted. The mail is on its way."
      renderFields={(errors) => (
        <>
          <FormField
            label="Name"
            name="name"
            autoComplete="off"
            required
            maxLength={200}
            error={errors['name']}
          />
          <FormField
            label="Email"
            name="email"
            type="email"
            autoComplete="off"
            required
            error={errors['email']}
          />
          <FormField
            label="Purpose"
            help="Stands in the mail, in the room and in the log: 'HIPAA contingency plan review 2026'."
            name="purpose"
            required
            maxLength={500}
            error={errors['purpose']}
          />
          <div>
            <Boxes
              legend="Clients"
              name="clientId"
              choices={clients.map(({ clientId, name }) => ({ value: clientId, label: name }))}
              chosen={[]}
            />
            {errors['clientIds'] && <p className="text-bad text-13">{errors['clientIds']}</p>}
          </div>
          <div className="grid gap-3 sm:grid-cols-2">
            <FormField
              label="First day of the period"
              name="periodFrom"
              type="date"
              defaultValue={preset.periodFrom}
              required
              error={errors['periodFrom']}
            />
            <FormField
              label="Last day of the period"
              name="periodTo"
              type="date"
              defaultValue={preset.periodTo}
              required
              error={errors['periodTo']}
            />
          </div>
          <FormField
            label="Ends after"
            help="From the next day on nothing is shown. It can be extended, or revoked at once."
            name="expiresOn"
            type="date"
            defaultValue={preset.expiresOn}
            required
            error={errors['expiresAt']}
          />
        </>
      )}
    />
  );
}
