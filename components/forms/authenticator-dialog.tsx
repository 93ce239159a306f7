'use client';

import { Smartphone } from 'lucide-react';
import { Button } from '../ui/button';
import { AccountDialog } from './account-dialog';
import { AuthenticatorKey } from './authenticator-key';
import { FormField } from './form-field';

interface Props {
  totpSecret: string;
  totpUri: string;
  /** Nothing is set up yet. */
  isFirst: boolean;
}

/** Sets up an authenticator app for oneself, in place of the one there is. */
export function AuthenticatorDialog({ totpSecret, totpUri, isFirst }: Props) {
  const title = isFirst ? 'Set up an authenticator' : 'Replace the authenticator';
  return (
    <AccountDialog
      title={title}
      description={
        isFirst
          ? 'Sign-in asks for its code from then on. Your other sessions end.'
          : 'The codes of the old one stop working. Your other sessions end.'
      }
      trigger={
        <Button>
          <Smartphone size={14} aria-hidden="true" /> {title}
        </Button>
      }
      address="/api/v1/account/authenticator"
      done="The new authenticator works; your other sessions have ended."
      submit={title}
    >
      {(errors) => (
        <>
          <FormField
            label="Current password"
            name="currentPassword"
            type="password"
            autoComplete="current-password"
            required
            error={errors['currentPassword']}
          />
          <input type="hidden" name="totpSecret" value={totpSecret} />
          <AuthenticatorKey secret={totpSecret} uri={totpUri} />
          <FormField
            label="One-time code"
            help="The six digits that your app now shows for this key."
            name="totpCode"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            error={errors['totpCode'] ?? errors['totpSecret']}
          />
        </>
      )}
    </AccountDialog>
  );
}
