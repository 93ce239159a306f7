import type { Metadata } from 'next';
import { connection } from 'next/server';
import { newTotpSecret, totpUri } from '@/server/auth/totp';
import { InvitationForm } from './invitation-form';

export const metadata: Metadata = { title: 'Invitation' };

/** Where the link of an invitation leads. Its token stands behind the `#`, which browsers send to nobody. */
export default async function InvitationPage() {
  await connection();
  const totpSecret = newTotpSecret();
  return (
    <>
      <h1 className="text-xl font-semibold">Your invitation</h1>
      <InvitationForm totpSecret={totpSecret} totpUri={totpUri(totpSecret, 'account')} />
    </>
  );
}
