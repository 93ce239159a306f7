'use client';

import { useState } from 'react';
import { PASSWORD_LENGTH_MIN } from '@/domain/access/password-length';
import { Button } from '../ui/button';
import { FormField } from './form-field';

interface Props {
  label: string;
  name: string;
  error?: string | undefined;
}

/** A field for a new password: what is typed or pasted can be shown, so that it need not be typed twice. */
export function NewPasswordField({ label, name, error }: Props) {
  const [isShown, setIsShown] = useState(false);
  return (
    <div className="relative">
      <FormField
        label={label}
        help={`At least ${PASSWORD_LENGTH_MIN} characters. A few words are better than signs.`}
        name={name}
        type={isShown ? 'text' : 'password'}
        autoComplete="new-password"
        spellCheck={false}
        minLength={PASSWORD_LENGTH_MIN}
        required
        error={error}
      />
      <Button
        kind="quiet"
        aria-pressed={isShown}
        onClick={() => setIsShown(!isShown)}
        className="absolute top-0 right-0 h-6 px-1.5"
      >
        {isShown ? 'Hide' : 'Show'} <span className="sr-only">{label.toLowerCase()}</span>
      </Button>
    </div>
  );
}
