import type { Metadata } from 'next';
import { connection } from 'next/server';
import { notFound } from 'next/navigation';
import { newTotpSecret, totpUri } from '@/server/auth/totp';
import { isSetUp } from '@/server/data/identity-set-up';
import { webDatabase } from '@/server/data/web-database';
import { SetUpForm } from './set-up-form';

export const metadata: Metadata = { title: 'Set up' };

export default async function SetUpPage() {
  await connection();
  if (await isSetUp(webDatabase())) notFound();
  const totpSecret = newTotpSecret();
  const timeZones = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
  return (
    <>
      <h1 className="text-xl font-semibold">Set up Holdfast</h1>
      <p className="text-ink-2 text-sm">
        You become the owner of a new, empty installation. This page exists until the first owner does.
      </p>
      <SetUpForm totpSecret={totpSecret} totpUri={totpUri(totpSecret, 'owner')} timeZones={timeZones} />
    </>
  );
}
