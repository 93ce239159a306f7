import { AuthenticatorDialog } from '@/components/forms/authenticator-dialog';
import { PasswordDialog } from '@/components/forms/password-dialog';
import { RecoveryCodesDialog } from '@/components/forms/recovery-codes-dialog';
import { SendButton } from '@/components/forms/send-button';
import { SessionTable } from '@/components/people/session-table';
import { Section } from '@/components/ui/section';
import type { Role } from '@/domain/access/permissions';
import type { CurrentSession } from '@/server/auth/current-session';
import { newTotpSecret, totpUri } from '@/server/auth/totp';
import { findMsp } from '@/server/data/clients';
import { countRecoveryCodes } from '@/server/data/identity-account';
import { listSessions } from '@/server/data/identity-sessions';
import { webDatabase } from '@/server/data/web-database';
import { requestTime } from '../request-time';

/** One's own sign-in, the same for whoever signs in: password, codes, and where one is signed in. The page around it has authorised. */
export async function AccountContent({ session }: { session: CurrentSession }) {
  const { scope, name, email, role, aal, sessionId } = session;
  const now = requestTime().getTime();
  const msp = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  const sessions = await listSessions(webDatabase(), sessionId);
  const codesLeft = await countRecoveryCodes(webDatabase(), sessionId);
  const totpSecret = newTotpSecret();
  return (
    <>
      <h1>Your account</h1>
      <p className="text-13 text-ink-2 mt-1 [overflow-wrap:anywhere]">
        {name}, {email}, {ROLE_TEXT[role]} {msp.name}
      </p>
      <Section id="sign-in" title="Sign-in">
        <p className="text-13 text-ink-2 mb-3 max-w-[70ch]">
          {aal === 2
            ? 'You sign in with your password and a code of your authenticator app.'
            : 'You sign in with your password alone. Set up an authenticator app: who gets hold of the password then still lacks the code.'}
        </p>
        <div className="flex flex-wrap gap-1.5">
          <PasswordDialog />
          <AuthenticatorDialog
            totpSecret={totpSecret}
            totpUri={totpUri(totpSecret, email)}
            isFirst={aal === 1}
          />
        </div>
      </Section>
      {aal === 2 && (
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
    </>
  );
}

const ROLE_TEXT: Readonly<Record<Role, string>> = {
  owner: 'owner of',
  admin: 'admin of',
  technician: 'technician of',
  'read-only': 'read-only at',
  leader: 'leader of a company looked after by',
  auditor: 'auditor by a grant of',
};
