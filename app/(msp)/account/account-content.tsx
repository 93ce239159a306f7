import { AuthenticatorDialog } from '@/components/forms/authenticator-dialog';
import { PasswordDialog } from '@/components/forms/password-dialog';
import { RecoveryCodesDialog } from '@/components/forms/recovery-codes-dialog';
import { SendButton } from '@/components/forms/send-button';
import { AddPasskeyDialog } from '@/components/passkeys/add-passkey-dialog';
import { PasskeyTable } from '@/components/passkeys/passkey-table';
import { LinkDialog } from '@/components/sign-on/link-dialog';
import { SessionTable } from '@/components/people/session-table';
import { SignInTable } from '@/components/people/sign-in-table';
import { CsvLink } from '@/components/ui/csv-link';
import { Empty } from '@/components/ui/empty';
import { TextLink } from '@/components/ui/text-link';
import { Section } from '@/components/ui/section';
import { may, type Role } from '@/domain/access/permissions';
import type { CurrentSession } from '@/server/auth/current-session';
import { passkeySite } from '@/server/auth/passkey-site';
import { ownAccountScope } from '@/server/auth/system-scope';
import { newTotpSecret, totpUri } from '@/server/auth/totp';
import { config } from '@/server/config';
import { findMsp } from '@/server/data/clients';
import { countRecoveryCodes } from '@/server/data/identity-account';
import { listPasskeys, type Passkey } from '@/server/data/identity-passkeys';
import { listSessions } from '@/server/data/identity-sessions';
import { type OwnSignOn, ownSignOn } from '@/server/data/identity-sign-on';
import { readSignIns } from '@/server/data/sign-ins';
import { webDatabase } from '@/server/data/web-database';
import { requestTime } from '../request-time';

/** One's own sign-in, the same for whoever signs in: password, codes, and where one is signed in. The page around it has authorised. */
export async function AccountContent({
  session,
  path,
  before,
  complaint = null,
}: {
  session: CurrentSession;
  /** Of the page around it. */
  path: '/account' | '/portal/account' | '/evidence/account';
  /** Behind which of the sign-ins the shown ones begin; null: at the newest. */
  before: string | null;
  /** Why something that was begun here came to nothing elsewhere; null: nothing did. */
  complaint?: string | null;
}) {
  const { scope, name, email, role, sessionId } = session;
  const now = requestTime().getTime();
  const msp = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  const sessions = await listSessions(webDatabase(), sessionId);
  const codesLeft = await countRecoveryCodes(webDatabase(), sessionId);
  const { signIns, next } = await readSignIns(
    webDatabase(),
    ownAccountScope(session.mspId, session.personId),
    session.personId,
    before,
  );
  const signOn = await ownSignOn(webDatabase(), sessionId);
  const hasPassword = signOn?.hasPassword ?? true;
  const hasTotp = signOn?.hasTotp ?? false;
  const passkeys = await listPasskeys(webDatabase(), sessionId);
  const totpSecret = newTotpSecret();
  return (
    <>
      <h1>Your account</h1>
      <p className="text-13 text-ink-2 mt-1 [overflow-wrap:anywhere]">
        {name}, {email}, {ROLE_TEXT[role]} {msp.name}
      </p>
      {complaint !== null && (
        <p role="alert" className="bg-bad-bg text-bad mt-4 max-w-[80ch] rounded-md px-3 py-2 text-sm">
          {complaint}
        </p>
      )}
      <Section id="sign-in" title="Sign-in">
        <p className="text-13 text-ink-2 mb-3 max-w-[70ch]">
          {signInText(signOn, passkeys.length > 0, msp.name)}
        </p>
        {hasPassword && (
          <div className="flex flex-wrap gap-1.5">
            <PasswordDialog />
            <AuthenticatorDialog
              totpSecret={totpSecret}
              totpUri={totpUri(totpSecret, email)}
              isFirst={!hasTotp}
            />
          </div>
        )}
      </Section>
      {hasPassword && (
        <Section
          id="passkeys"
          title="Passkeys"
          aside={passkeys.length > 0 ? `${passkeys.length} of 20` : 'none'}
        >
          <p className="text-13 text-ink-2 mb-3 max-w-[70ch]">
            A passkey signs you in with the fingerprint, face or PIN of your phone, computer or security key,
            without password and code. It works at this address only, so no false page can ask for it.
          </p>
          {passkeys.length > 0 && (
            <div className="mb-3">
              <PasskeyTable passkeys={passkeys.map(shownPasskey)} timeZone={msp.timeZone} now={now} />
            </div>
          )}
          <AddPasskeyDialog origin={passkeySite(config().appOrigin)?.origin ?? null} />
        </Section>
      )}
      {signOn?.isOn && hasPassword && may(role, 'view-fleet') && (
        <Section id="single-sign-on" title="Single sign-on" aside={signOn.linkedAt ? 'linked' : 'not linked'}>
          <p className="text-13 text-ink-2 mb-3 max-w-[70ch]">
            {signOn.linkedAt
              ? `Your account of ${msp.name}’s sign-in provider signs you in here, too.`
              : `Link your account of ${msp.name}’s sign-in provider to sign in with it. Your password keeps working.`}
          </p>
          {signOn.linkedAt ? (
            <SendButton
              method="DELETE"
              kind="plain"
              className="px-3"
              address="/api/v1/account/single-sign-on"
              label="Unlink single sign-on"
              done="It is unlinked. You sign in with your password."
            >
              Unlink
            </SendButton>
          ) : (
            <LinkDialog />
          )}
        </Section>
      )}
      {hasTotp && (
        <Section
          id="recovery-codes"
          title="Recovery codes"
          aside={codesLeft === 0 ? 'none left' : `${codesLeft} left`}
        >
          <p className="text-13 text-ink-2 mb-3 max-w-[70ch]">
            Each stands in once for a code of your authenticator, for when the phone is lost. Keep them where
            the phone is not. When one is used, you are told by mail.
          </p>
          <RecoveryCodesDialog hasSome={codesLeft > 0} />
        </Section>
      )}
      <Section
        id="sessions"
        title="Where you are signed in"
        aside={
          sessions.length > 1 && (
            <SendButton
              method="DELETE"
              address="/api/v1/account/sessions"
              label="End all other sessions"
              done="Every other session has ended."
            >
              End all others
            </SendButton>
          )
        }
      >
        <SessionTable sessions={sessions} ownId={sessionId} timeZone={msp.timeZone} now={now} />
      </Section>
      <Section
        id="sign-ins"
        title="Sign-in history"
        aside={<CsvLink href="/api/v1/account/sign-ins/csv" what="your sign-ins" />}
      >
        {signIns.length > 0 ? (
          <SignInTable
            signIns={signIns}
            timeZone={msp.timeZone}
            now={now}
            olderHref={next === null ? null : `${path}?before=${next}#sign-ins`}
            newestHref={before === null ? null : `${path}#sign-ins`}
          />
        ) : (
          <Empty title="No older sign-ins.">
            <TextLink href={`${path}#sign-ins`}>Back to the newest</TextLink>
          </Empty>
        )}
      </Section>
    </>
  );
}

/** Without what authenticators are told of it. */
function shownPasskey({ passkeyId, name, isSyncable, isSynced, addedAt, lastUsedAt, stoppedAt }: Passkey) {
  return { passkeyId, name, isSyncable, isSynced, addedAt, lastUsedAt, stoppedAt };
}

function signInText(signOn: OwnSignOn | null, hasPasskey: boolean, mspName: string): string {
  if (signOn && !signOn.hasPassword)
    return `You sign in with your account of ${mspName}’s sign-in provider. Your name, e-mail and role come from there at each sign-in; what guards it is set up there.`;
  if (signOn?.openedBy === 'single-sign-on')
    return `You are signed in through ${mspName}’s sign-in provider. Your password works as well.`;
  if (signOn?.hasTotp)
    return hasPasskey
      ? 'You sign in with a passkey, or with your password and a code of your authenticator app.'
      : 'You sign in with your password and a code of your authenticator app.';
  return `You sign in with ${hasPasskey ? 'a passkey, or with your password alone' : 'your password alone'}. Set up an authenticator app: who gets hold of the password then still lacks the code.`;
}

const ROLE_TEXT: Readonly<Record<Role, string>> = {
  owner: 'owner of',
  admin: 'admin of',
  technician: 'technician of',
  'read-only': 'read-only at',
  leader: 'leader of a company looked after by',
  auditor: 'auditor by a grant of',
};
