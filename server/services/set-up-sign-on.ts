import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { SIGN_ON_ROLES } from '@/domain/access/sign-on';
import { openSecret, sealSecret } from '../auth/secret-box';
import {
  normaliseIssuer,
  providerProblem,
  type SignOnProvider,
  type SignOnReach,
} from '../auth/sign-on-client';
import { type Config, setting } from '../config';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import {
  noteSignOnTest,
  readSignOn,
  type SignOn,
  storeSignOn,
  switchSignOn as storeSwitch,
} from '../data/identity-sign-on';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';

/** Where browsers come back to, and how providers may be reached. */
export type SignOnSettings = Pick<Config, 'appOrigin' | 'notifiesLoopback'>;

/** What the settings page sends. An empty secret stays as it is. */
export const signOnForm = z.strictObject({
  issuer: textLine('the issuer', 500),
  clientId: textLine('the client ID', 300),
  clientSecret: z.string().max(1000, 'Use at most 1000 characters.'),
  scopes: textLine('the scopes', 300).regex(
    /^[\x21-\x7e]+( [\x21-\x7e]+)*$/,
    'Put one blank between scopes.',
  ),
  groupsClaim: textLine('the claim', 100),
  domains: z.array(z.string().max(254)).max(100),
  roles: z
    .array(z.strictObject({ group: textLine('a group'), role: z.enum(SIGN_ON_ROLES, 'Choose a role.') }))
    .min(1, 'Name at least one group: nobody could sign in.')
    .max(100, 'Name at most 100 groups.'),
});
export type SignOnForm = z.infer<typeof signOnForm>;

/**
 * Keeps how the scope's MSP signs on; what another issuer, client or secret needs is a new test, so it is switched off then.
 * @returns whether it was switched off by that
 * @throws AppError `invalid-request` with the wrong fields
 */
export async function setUpSignOn(
  database: Database,
  scope: TenantScope,
  form: SignOnForm,
  { notifiesLoopback }: SignOnSettings,
): Promise<{ isSwitchedOff: boolean }> {
  const { clientId, clientSecret, scopes, groupsClaim } = form;
  const issuer = issuerOf(form.issuer, notifiesLoopback);
  if (!scopes.split(' ').includes('openid'))
    throw wrong('scopes', 'The scope “openid” has to be among them.');
  const roleByGroup = roleByGroupOf(form.roles);
  const domains = [...new Set(form.domains)];
  const isSecretNew = clientSecret !== '';
  const sealedSecret = isSecretNew ? sealSecret(clientSecret, scope.mspId, setting('secretKey')) : null;
  return database.inScope(scope, async (tx) => {
    const said = { issuer, clientId, scopes, groupsClaim, domains, roleByGroup };
    const outcome = await storeSignOn(tx, { ...said, sealedSecret, signInKey: signInKeyOf(scope.mspId) });
    if (outcome === 'no-secret') throw wrong('clientSecret', 'Enter the client secret.');
    if (outcome === 'domain') throw wrong('domains', 'Nobody of your MSP has an account in this domain.');
    const isSwitchedOff = outcome === 'switched-off';
    await appendAuditEvent(tx, {
      action: 'single-sign-on.changed',
      target: {},
      details: { ...said, isSecretNew, isSwitchedOff },
    });
    return { isSwitchedOff };
  });
}

/**
 * Asks the provider of the scope's MSP whether it could be signed in through, and keeps the answer.
 * @returns a sentence of what stands in the way; null: nothing
 * @throws AppError `not-found` before it is set up, `conflict` when somebody changed it meanwhile
 */
export async function testSignOn(
  database: Database,
  scope: TenantScope,
  settings: SignOnSettings,
): Promise<string | null> {
  const signOn = await database.inScope(scope, (tx) => readSignOn(tx));
  if (!signOn) throw nothingHere();
  const problem = await providerProblem(providerOf(scope.mspId, signOn, settings), reachOf(settings));
  await database.inScope(scope, async (tx) => {
    if (!(await noteSignOnTest(tx, signOn.version, problem)))
      throw new AppError('conflict', 'Somebody changed the settings meanwhile. Load the page again.');
    await appendAuditEvent(tx, {
      action: 'single-sign-on.tested',
      target: {},
      details: { issuer: signOn.issuer, problem },
    });
  });
  return problem;
}

/**
 * Switches single sign-on of the scope's MSP on, once a test went well, or off, which ends the sessions that it opened. Twice changes nothing.
 * @throws AppError `not-found` before it is set up, `conflict` before it was tested
 */
export async function switchSignOn(database: Database, scope: TenantScope, isOn: boolean): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const outcome = await storeSwitch(tx, isOn);
    if (outcome === 'none') throw nothingHere();
    if (outcome === 'untested')
      throw new AppError('conflict', 'Test the connection first: it can be switched on once that went well.');
    if (outcome === 'as-before') return;
    const action = isOn ? 'single-sign-on.switched-on' : 'single-sign-on.switched-off';
    await appendAuditEvent(tx, { action, target: {}, details: {} });
  });
}

/** A provider's settings as it is asked with them. */
export function providerOf(mspId: string, signOn: SignOn, { appOrigin }: SignOnSettings): SignOnProvider {
  const { issuer, clientId, scopes, groupsClaim, signInKey } = signOn;
  const clientSecret = openSecret(signOn.sealedSecret, mspId, setting('secretKey'));
  return {
    issuer,
    clientId,
    clientSecret,
    scopes,
    groupsClaim,
    callbackUrl: callbackUrl(appOrigin, signInKey),
  };
}

/** Where the provider sends browsers back to: an address for each MSP, so that no provider can answer in place of another. */
export function callbackUrl(appOrigin: string, signInKey: string): string {
  return `${appOrigin}/api/v1/sign-ons/${signInKey}`;
}

export function reachOf({ notifiesLoopback }: SignOnSettings): SignOnReach {
  return { allowsLoopback: notifiesLoopback };
}

/**
 * What the addresses of an MSP's sign-in hold: 100 bits, base32, which nobody can guess. Known before anything is kept, since a provider
 * wants to know the address before it gives a client ID.
 */
export function signInKeyOf(mspId: string): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567';
  const digest = createHmac('sha256', setting('secretKey')).update(`sign-in of ${mspId}`).digest();
  return [...digest.subarray(0, 20)].map((byte) => letters[byte % letters.length]).join('');
}

function issuerOf(typed: string, allowsHttp: boolean): string {
  const issuer = normaliseIssuer(typed);
  if (issuer !== null && (allowsHttp || issuer.startsWith('https:'))) return issuer;
  throw wrong('issuer', 'Enter the https address that the provider calls its issuer.');
}

function roleByGroupOf(roles: SignOnForm['roles']): SignOn['roleByGroup'] {
  const roleByGroup = new Map(roles.map(({ group, role }) => [group, role]));
  if (roleByGroup.size < roles.length) throw wrong('roles', 'Name each group once.');
  return Object.fromEntries(roleByGroup);
}

function wrong(field: string, sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { [field]: sentence } });
}
