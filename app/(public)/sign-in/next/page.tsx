import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { AuthenticatorDialog } from '@/components/forms/authenticator-dialog';
import { AddPasskeyDialog } from '@/components/passkeys/add-passkey-dialog';
import { PasskeyStep } from '@/components/passkeys/passkey-step';
import { ContinueButton } from '@/components/sign-on/continue-button';
import { LinkDialog } from '@/components/sign-on/link-dialog';
import { Button } from '@/components/ui/button';
import { Toaster } from '@/components/ui/toaster';
import { type CurrentSession, openedSession } from '@/server/auth/current-session';
import { passkeySite } from '@/server/auth/passkey-site';
import { safePath } from '@/server/auth/safe-path';
import { newTotpSecret, totpUri } from '@/server/auth/totp';
import { config } from '@/server/config';
import { listPasskeys } from '@/server/data/identity-passkeys';
import { ownSignOn } from '@/server/data/identity-sign-on';
import { webDatabase } from '@/server/data/web-database';
import { offeredSignOn } from '@/server/services/sign-on';
import { signInKeyOf } from '@/server/services/set-up-sign-on';

export const metadata: Metadata = { title: 'One step more' };

interface Props {
  searchParams: Promise<{ callbackUrl?: string | string[] }>;
}

/** What somebody's MSP demands of their sign-in before anything else. */
export default async function NextStepPage({ searchParams }: Props) {
  const { callbackUrl } = await searchParams;
  const goTo = safePath(typeof callbackUrl === 'string' ? callbackUrl : null);
  const session = await openedSession();
  if (!session) redirect('/sign-in');
  if (session.owes === null) redirect(goTo);
  return (
    <Toaster>
      <h1 className="text-xl font-semibold">One step more</h1>
      {session.owes === 'authenticator' ? (
        <AuthenticatorStep session={session} goTo={goTo} />
      ) : (
        <SignOnStep session={session} goTo={goTo} />
      )}
      <form method="post" action="/api/v1/sign-out">
        <Button type="submit" kind="quiet" className="-ml-3">
          Sign out
        </Button>
      </form>
    </Toaster>
  );
}

async function AuthenticatorStep({
  session: { email, sessionId },
  goTo,
}: {
  session: CurrentSession;
  goTo: string;
}) {
  const totpSecret = newTotpSecret();
  const origin = passkeySite(config().appOrigin)?.origin ?? null;
  const hasPasskey = (await listPasskeys(webDatabase(), sessionId)).some(({ stoppedAt }) => !stoppedAt);
  return (
    <>
      <p className="text-ink-2 text-sm">
        {hasPasskey
          ? 'Your MSP asks everybody of your role for more than a password. Use your passkey, or set up an authenticator app; then you go on where you wanted to.'
          : 'Your MSP asks everybody of your role for a passkey, or a code of an authenticator app, at sign-in. Set one up now; then you go on where you wanted to.'}
      </p>
      {hasPasskey && <PasskeyStep origin={origin} goTo={goTo} />}
      <div className="flex flex-wrap gap-1.5">
        {!hasPasskey && <AddPasskeyDialog origin={origin} />}
        <AuthenticatorDialog totpSecret={totpSecret} totpUri={totpUri(totpSecret, email)} isFirst />
      </div>
    </>
  );
}

async function SignOnStep({ session, goTo }: { session: CurrentSession; goTo: string }) {
  const [own, offered] = await Promise.all([
    ownSignOn(webDatabase(), session.sessionId),
    offeredSignOn(webDatabase(), signInKeyOf(session.mspId)),
  ]);
  if (!offered) return null;
  const { mspName } = offered;
  return own?.linkedAt ? (
    <>
      <p className="text-ink-2 text-sm">{mspName} lets its people in through its single sign-on only.</p>
      <ContinueButton {...offered} goTo={goTo} />
    </>
  ) : (
    <>
      <p className="text-ink-2 text-sm">
        {mspName} lets its people in through its single sign-on only. Link your account with it, once: it
        takes your password here, and then your account there.
      </p>
      <LinkDialog />
    </>
  );
}
