import type { SignInWay } from '@/domain/access/sign-in-way';

/** How somebody signed in, or why they were refused, in words. */
export function signInText(how: SignInWay | null, reason: string | null): string {
  switch (how) {
    case 'password':
      return 'Password';
    case 'code':
      return 'Password and code';
    case 'passkey':
      return 'Passkey';
    case 'password-and-passkey':
      return 'Password and passkey';
    case 'single-sign-on':
      return 'Single sign-on';
    case null:
      return REASONS[reason ?? ''] ?? 'Refused';
  }
}

const REASONS: Readonly<Record<string, string>> = {
  password: 'Wrong password',
  code: 'Wrong or used code',
  membership: 'Deactivated',
  passkey: 'Passkey: wrong answer',
  'passkey-unverified': 'Passkey: without PIN or fingerprint',
  'passkey-stopped': 'Passkey: stopped, as it may be a copy',
  demo: 'Demo account on another machine',
  'sign-on-no-role': 'Single sign-on: in no group that is named',
  'sign-on-deactivated': 'Single sign-on: deactivated',
  'sign-on-changed': 'Single sign-on: settings had changed',
};
