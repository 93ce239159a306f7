'use client';

import { KeyRound } from 'lucide-react';
import { Button } from '../ui/button';
import { AccountDialog } from './account-dialog';
import { FormField } from './form-field';
import { NewPasswordField } from './new-password-field';

/** Changes one's own password. */
export function PasswordDialog() {
  return (
    <AccountDialog
      title="Change your password"
      description="Your other sessions end."
      trigger={
        <Button>
          <KeyRound size={14} aria-hidden="true" /> Change password
        </Button>
      }
      address="/api/v1/account/password"
      done="Your password is changed; your other sessions have ended."
      submit="Change password"
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
          <NewPasswordField label="New password" name="newPassword" error={errors['newPassword']} />
        </>
      )}
    </AccountDialog>
  );
}
