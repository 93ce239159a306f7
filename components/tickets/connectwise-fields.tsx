import type { ConnectWiseSettings } from '@/domain/tickets/ticket-settings';
import { FormField } from '../forms/form-field';

interface Props {
  settings: ConnectWiseSettings;
  isNew: boolean;
  errors: Readonly<Record<string, string>>;
}

/** What ConnectWise Manage is known for here: nobody has tried it. */
export const UNTRIED_TEXT = 'From its public documentation, never tried against the real service.';

const FIELDS = [
  { name: 'siteUrl', label: 'Address of the API', help: 'Such as https://api-na.myconnectwise.net' },
  { name: 'company', label: 'Company', help: 'The one that you sign in with.' },
  { name: 'publicKey', label: 'Public key', help: 'Of an API member: My Account, API Keys.' },
  { name: 'privateKey', label: 'Private key', help: 'Encrypted, and never shown again.' },
  { name: 'clientId', label: 'Client ID', help: 'Of your integration, from developer.connectwise.com.' },
  { name: 'board', label: 'Service board', help: 'Its name, as it stands there.' },
  {
    name: 'closedStatus',
    label: 'Status when closed',
    help: 'A status of that board that counts as closed.',
  },
  { name: 'openStatus', label: 'Status when it comes back', help: 'One that counts as open.' },
] as const;

export function ConnectWiseFields({ settings, isNew, errors }: Props) {
  return (
    <>
      <p className="bg-risk-bg text-risk rounded-md px-3 py-2 text-sm">{UNTRIED_TEXT}</p>
      {FIELDS.map(({ name, label, help }) => {
        const isSecret = name === 'privateKey';
        return (
          <FormField
            key={name}
            label={label}
            name={name}
            help={isSecret && !isNew ? 'Empty: the one that is kept.' : help}
            type={isSecret ? 'password' : 'text'}
            defaultValue={settings[name]}
            maxLength={200}
            autoComplete={isSecret ? 'new-password' : 'off'}
            error={errors[`settings.${name}`]}
          />
        );
      })}
    </>
  );
}
