import type { Metadata } from 'next';
import { Mark } from '@/components/backup/status-mark';
import { ConfirmDialog } from '@/components/forms/confirm-dialog';
import { SendButton } from '@/components/forms/send-button';
import { CopyLine } from '@/components/sign-on/copy-line';
import { EnforceForm } from '@/components/sign-on/enforce-form';
import { SignOnForm } from '@/components/sign-on/sign-on-form';
import { TestButton } from '@/components/sign-on/test-button';
import { Moment } from '@/components/ui/moment';
import { Section } from '@/components/ui/section';
import { isOfMsp, isOwner, may } from '@/domain/access/permissions';
import { requireSession } from '@/server/auth/require-scope';
import { config } from '@/server/config';
import { findMsp } from '@/server/data/clients';
import { listMembers, type Member } from '@/server/data/identity-members';
import { ownDomains, readBreakGlass, readSignOn, type SignOn } from '@/server/data/identity-sign-on';
import { webDatabase } from '@/server/data/web-database';
import { callbackUrl, signInKeyOf } from '@/server/services/set-up-sign-on';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

export const metadata: Metadata = { title: 'Single sign-on' };

/** How the MSP's people sign in through its own provider. */
export default async function SingleSignOnPage() {
  const session = await requireSession('manage-sign-on');
  const { scope, role } = session;
  const now = requestTime().getTime();
  const { msp, signOn, domains, breakGlassId, members } = await webDatabase().inScope(scope, async (tx) => ({
    msp: await findMsp(tx, scope.mspId),
    signOn: await readSignOn(tx),
    domains: await ownDomains(tx),
    breakGlassId: await readBreakGlass(tx),
    members: (await listMembers(tx)).filter(({ revokedAt }) => revokedAt === null),
  }));
  const { appOrigin } = config();
  const key = signOn?.signInKey ?? signInKeyOf(scope.mspId);
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Single sign-on' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-center gap-x-3">
          <h1>Single sign-on</h1>
          <State signOn={signOn} />
        </div>
        <p className="text-13 text-ink-2 mt-1 max-w-[80ch]">
          Your people sign in with the accounts of your own provider (OpenID Connect: Microsoft Entra ID,
          Google, Okta, Keycloak and others). Who somebody is goes by the provider’s lasting ID of them, never
          by an e-mail.
        </p>
        <Section id="provider" title="1. Tell the provider">
          <div className="flex max-w-xl flex-col gap-3">
            <CopyLine
              label="Redirect address"
              help="Register Holdfast there as a web application with exactly this address."
              text={callbackUrl(appOrigin, key)}
            />
            <CopyLine
              label="Sign-in address of your MSP"
              help="For your people’s bookmarks, and for the provider’s list of applications. It works once it is switched on."
              text={`${appOrigin}/sign-in/at/${key}`}
            />
          </div>
        </Section>
        <Section id="settings" title="2. Say what it gave you">
          <SignOnForm
            key={signOn?.version ?? 0}
            settings={
              signOn && {
                issuer: signOn.issuer,
                clientId: signOn.clientId,
                scopes: signOn.scopes,
                groupsClaim: signOn.groupsClaim,
                domains: signOn.domains,
                roleByGroup: signOn.roleByGroup,
              }
            }
            ownDomains={domains}
          />
        </Section>
        <Section id="connection" title="3. Test and switch on">
          <Connection signOn={signOn} timeZone={msp.timeZone} now={now} />
        </Section>
        {signOn?.onSince && (
          <Section
            id="enforcement"
            title="4. Enforce it"
            aside={breakGlassId === null ? 'not enforced' : 'enforced'}
          >
            <Enforcement
              members={members}
              breakGlassId={breakGlassId}
              mayEnforce={may(role, 'enforce-sign-in')}
            />
          </Section>
        )}
      </main>
    </>
  );
}

function State({ signOn }: { signOn: SignOn | null }) {
  if (signOn === null) return <Mark tone="off">Not set up</Mark>;
  return signOn.onSince ? <Mark tone="ok">On</Mark> : <Mark tone="off">Off</Mark>;
}

function Connection({ signOn, timeZone, now }: { signOn: SignOn | null; timeZone: string; now: number }) {
  if (signOn === null)
    return (
      <p className="text-13 text-ink-2">Save the settings first; then the connection can be tested here.</p>
    );
  const { testedAt, testProblem, onSince } = signOn;
  return (
    <>
      <p className="text-13 text-ink-2 mb-3 max-w-[80ch]">
        {onSince && (
          <>
            On since <Moment at={onSince.getTime()} timeZone={timeZone} now={now} />.{' '}
          </>
        )}
        {testedAt ? (
          <>
            Last tested <Moment at={testedAt.getTime()} timeZone={timeZone} now={now} />:{' '}
            {testProblem ?? 'all went well.'}
          </>
        ) : (
          'Not tested yet. It can be switched on once a test went well.'
        )}
      </p>
      <div className="flex flex-wrap items-center gap-1.5">
        <TestButton />
        {onSince ? (
          <ConfirmDialog
            title="Switch single sign-on off?"
            description="Who signed in through it is signed out, and who has no password cannot sign in until it is on again."
            label="Switch off"
            confirm="Switch off"
            method="DELETE"
            address="/api/v1/single-sign-on/activation"
            done="Single sign-on is off."
          />
        ) : (
          testedAt &&
          testProblem === null && (
            <SendButton
              method="PUT"
              kind="plain"
              className="px-3"
              address="/api/v1/single-sign-on/activation"
              label="Switch single sign-on on"
              done="Single sign-on is on. Your people can use the sign-in address now."
            >
              Switch on
            </SendButton>
          )
        )}
      </div>
    </>
  );
}

/** Who gets in by single sign-on only, and who does not. */
function Enforcement({
  members,
  breakGlassId,
  mayEnforce,
}: {
  members: readonly Member[];
  breakGlassId: string | null;
  mayEnforce: boolean;
}) {
  const others = members.filter(
    ({ role, personId, signsOn }) => isOfMsp(role) && personId !== breakGlassId && !signsOn,
  );
  const breakGlass = members.find(({ personId }) => personId === breakGlassId);
  return (
    <>
      <p className="text-13 text-ink-2 mb-3 max-w-[80ch]">
        {breakGlass
          ? `Your people get in through single sign-on only. The one exception is ${breakGlass.name}, whose password works on for emergencies; all owners are told whenever it is used.`
          : 'Passwords of your people then open nothing but the way to link their account. Leaders and auditors are your clients’ and keep theirs.'}{' '}
        {others.length > 0 &&
          `Not linked yet: ${others.map(({ name }) => name).join(', ')}. They ${breakGlass ? 'are' : 'will be'} asked to at their next step.`}
      </p>
      {!mayEnforce && <p className="text-13 text-ink-3">Only an owner can change this.</p>}
      {mayEnforce && breakGlass && (
        <SendButton
          method="DELETE"
          kind="plain"
          className="px-3"
          address="/api/v1/single-sign-on/enforcement"
          label="End enforcement of single sign-on"
          done="Passwords work again."
        >
          End enforcement
        </SendButton>
      )}
      {mayEnforce && !breakGlass && (
        <EnforceForm
          owners={members
            .filter(({ role, hasTotp }) => isOwner(role) && hasTotp)
            .map(({ personId, name }) => ({ personId, name }))}
        />
      )}
    </>
  );
}
