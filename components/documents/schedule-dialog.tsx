'use client';

import { FormField } from '../forms/form-field';
import { SelectField } from '../forms/select-field';
import { SendDialog } from '../forms/send-dialog';
import { DeliveryTerms, RecipientsField } from './delivery-fields';
import { deliveryIn } from './delivery-form';

interface Props {
  clients: readonly { readonly clientId: string; readonly name: string }[];
}

/** Has the report of a client's month sent each month. */
export function ScheduleDialog({ clients }: Props) {
  return (
    <SendDialog<{ scheduleId: string }>
      title="Send a report each month"
      description="The executive report of the month before, at seven in the morning of the client’s own time, once it is made. Each gets a link that ends by itself."
      label="Add a schedule"
      submit="Add it"
      method="POST"
      address="/api/v1/report-schedules"
      bodyOf={(form) => ({
        ...deliveryIn(form),
        clientId: form.get('clientId'),
        dayOfMonth: Number(form.get('dayOfMonth')),
      })}
      done="The report will be sent each month."
      renderFields={(errors) => (
        <>
          <SelectField label="Client" name="clientId" error={errors['clientId']}>
            {clients.map(({ clientId, name }) => (
              <option key={clientId} value={clientId}>
                {name}
              </option>
            ))}
          </SelectField>
          <RecipientsField errors={errors} />
          <FormField
            label="Day of the month"
            name="dayOfMonth"
            type="number"
            min={1}
            max={28}
            defaultValue={3}
            required
            error={errors['dayOfMonth']}
          />
          <DeliveryTerms errors={errors} noteHelp="Stands in each mail as you write it. May be empty." />
        </>
      )}
    />
  );
}
