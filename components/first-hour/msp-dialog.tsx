'use client';

import { FormField } from '../forms/form-field';
import { SelectField } from '../forms/select-field';
import { SendDialog } from '../forms/send-dialog';

interface Props {
  name: string;
  timeZone: string;
  timeZones: readonly string[];
}

/** Gives the MSP another name and time zone. */
export function MspDialog({ name, timeZone, timeZones }: Props) {
  return (
    <SendDialog
      title="Name and time zone"
      description="How your people, clients and auditors see you. Each client keeps its own zone."
      label="Change"
      longLabel="Change name and time zone"
      submit="Save"
      method="PUT"
      address="/api/v1/msp"
      bodyOf={(form) => Object.fromEntries(form)}
      done="Saved."
      renderFields={(wrong) => (
        <>
          <FormField
            label="Your company"
            name="name"
            defaultValue={name}
            autoComplete="organization"
            required
            maxLength={200}
            error={wrong['name']}
          />
          <SelectField
            label="Time zone"
            help="Of what concerns no single client: the log, digests, and new clients to begin with."
            name="timeZone"
            defaultValue={timeZone}
            error={wrong['timeZone']}
          >
            {timeZones.map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </SelectField>
        </>
      )}
    />
  );
}
