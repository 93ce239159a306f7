import { createHash, createHmac, randomBytes } from 'node:crypto';
import * as oidc from 'openid-client';
import { z } from 'zod';
import { normaliseEmail } from '@/domain/access/email-address';
import { groupsOf, type SignOnRefusal } from '@/domain/access/sign-on';
import { ForbiddenAddress, requestSafely } from '../notify/post-safely';

/** A provider as it is asked: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636, RFC 9700). */
export interface SignOnProvider {
  /** As `normaliseIssuer` writes it. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** With blanks between them. */
  readonly scopes: string;
  readonly groupsClaim: string;
  /** Where the provider sends the browser back to. */
  readonly callbackUrl: string;
}

/** How it may be reached: whether this machine is an address like any other (`HOLDFAST_NOTIFY_LOOPBACK`). */
export interface SignOnReach {
  readonly allowsLoopback: boolean;
}

/** Whom a provider vouches for. */
export interface Vouched {
  /** Never given to somebody else by the same issuer (Core 1.0, 2). */
  readonly subject: string;
  /** null: it told none that is one. Where to reach the person, never who they are. */
  readonly email: string | null;
  readonly name: string | null;
  readonly groups: readonly string[];
}

/** A provider's answer did not let anybody in; `cause` says why, for the log. */
export class SignOnFailure extends Error {
  override readonly name = 'SignOnFailure';
  readonly refusal: SignOnRefusal;

  constructor(refusal: SignOnRefusal, cause: unknown) {
    super(refusal, { cause });
    this.refusal = refusal;
  }
}

const TIMEOUT_SECONDS = 10;
/** Clocks of two machines are never the same. */
const CLOCK_TOLERANCE_SECONDS = 30;

/** One form for each issuer; null: it is no address that one can have. What people copy out of a browser is understood. */
export function normaliseIssuer(typed: string): string | null {
  const address = typed.trim().replace(/\/?\.well-known\/openid-configuration$/, '');
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return isPlain && ['https:', 'http:'].includes(url.protocol) ? url.href : null;
}

/** What only the browser has that is sent to a provider; all that it must bring back is made from it. */
export function newBrowserSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** By which a browser's attempt is found. */
export function attemptHash(browserSecret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(browserSecret).digest());
}

function madeFrom(browserSecret: string, what: 'state' | 'nonce' | 'verifier'): string {
  return createHmac('sha256', browserSecret).update(what).digest('base64url');
}

/**
 * Where to send the browser.
 * @throws SignOnFailure
 */
export async function authorizationUrl(
  provider: SignOnProvider,
  reach: SignOnReach,
  browserSecret: string,
): Promise<string> {
  const config = await discover(provider, reach).catch((error: unknown) => {
    throw failureOf(error);
  });
  const verifier = madeFrom(browserSecret, 'verifier');
  return oidc.buildAuthorizationUrl(config, {
    redirect_uri: provider.callbackUrl,
    scope: provider.scopes,
    state: madeFrom(browserSecret, 'state'),
    nonce: madeFrom(browserSecret, 'nonce'),
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).href;
}

/**
 * Whom the provider vouches for, after it sent the browser back with `query`. The library checks state, issuer, audience, nonce, times and
 * the signature of the ID token by the provider's published keys.
 * @throws SignOnFailure
 */
export async function readVouched(
  provider: SignOnProvider,
  reach: SignOnReach,
  browserSecret: string,
  query: string,
): Promise<Vouched> {
  try {
    const config = await discover(provider, reach);
    const tokens = await oidc.authorizationCodeGrant(config, new URL(`${provider.callbackUrl}${query}`), {
      expectedState: madeFrom(browserSecret, 'state'),
      expectedNonce: madeFrom(browserSecret, 'nonce'),
      pkceCodeVerifier: madeFrom(browserSecret, 'verifier'),
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new Error('there is no ID token');
    const isAllThere = claims['email'] !== undefined && claims[provider.groupsClaim] !== undefined;
    const asks = !isAllThere && config.serverMetadata().userinfo_endpoint !== undefined;
    const info = asks ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub) : {};
    return vouchedOf({ ...info, ...claims }, provider.groupsClaim);
  } catch (error) {
    throw failureOf(error);
  }
}

const text = z.string().trim().min(1).catch('');

function vouchedOf(claims: Readonly<Record<string, unknown>>, groupsClaim: string): Vouched {
  const name = text.parse(claims['name']).replaceAll(/\p{C}/gu, ' ').trim();
  return {
    subject: z.string().min(1).max(255).parse(claims['sub']),
    email: normaliseEmail(text.parse(claims['email'])),
    name: name === '' ? null : name.slice(0, 200),
    groups: groupsOf(claims[groupsClaim]),
  };
}

/**
 * Whether a provider could be signed in through: its configuration, its keys, and whether it knows the client and the secret, which it is
 * asked with a code that it never gave. null: it could; else a sentence of what stands in the way.
 */
export async function providerProblem(provider: SignOnProvider, reach: SignOnReach): Promise<string | null> {
  const { host } = new URL(provider.issuer);
  try {
    const config = await discover(provider, reach);
    const { jwks_uri, authorization_endpoint, token_endpoint, response_types_supported } =
      config.serverMetadata();
    if (!authorization_endpoint || !token_endpoint)
      return `${host} says nowhere that people can sign in there.`;
    if (response_types_supported && !response_types_supported.includes('code'))
      return `${host} does not know the authorization code flow.`;
    if (!jwks_uri || !(await hasSigningKey(jwks_uri, reach)))
      return `${host} publishes no key that its answers could be checked with.`;
    return await clientProblem(config, provider, host);
  } catch (error) {
    return problemText(error, host);
  }
}

const keySet = z.object({ keys: z.array(z.object({ kty: z.string(), use: z.string().optional() })) });

async function hasSigningKey(address: string, { allowsLoopback }: SignOnReach): Promise<boolean> {
  const request = { method: 'GET', headers: { accept: 'application/json' }, body: null };
  const { body } = await requestSafely(address, request, {
    allowsLoopback,
    timeoutMs: TIMEOUT_SECONDS * 1000,
  });
  const { keys } = keySet.parse(JSON.parse(body));
  return keys.some(({ kty, use }) => ['RSA', 'EC', 'OKP'].includes(kty) && use !== 'enc');
}

async function clientProblem(
  config: oidc.Configuration,
  { callbackUrl }: SignOnProvider,
  host: string,
): Promise<string | null> {
  const code = { code: 'holdfast-tests-the-connection', redirect_uri: callbackUrl };
  const refused = `${host} does not accept this client ID with this secret.`;
  try {
    await oidc.genericGrantRequest(config, 'authorization_code', {
      ...code,
      code_verifier: madeFrom(newBrowserSecret(), 'verifier'),
    });
    return null;
  } catch (error) {
    if (error instanceof oidc.WWWAuthenticateChallengeError) return refused;
    if (!(error instanceof oidc.ResponseBodyError)) throw error;
    // Whoever says that the code is wrong has believed the client.
    return ['invalid_client', 'unauthorized_client'].includes(error.error) ? refused : null;
  }
}

/** What a provider says of itself, asked for anew each time: nothing of it is believed for longer than it says so. */
function discover(provider: SignOnProvider, reach: SignOnReach): Promise<oidc.Configuration> {
  const { issuer, clientId, clientSecret } = provider;
  const [basic, post] = [oidc.ClientSecretBasic(clientSecret), oidc.ClientSecretPost(clientSecret)];
  return oidc.discovery(
    new URL(issuer),
    clientId,
    { [oidc.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
    (server, ...rest) =>
      (server.token_endpoint_auth_methods_supported?.includes('client_secret_basic') === false
        ? post
        : basic)(server, ...rest),
    {
      [oidc.customFetch]: safeFetch(reach),
      timeout: TIMEOUT_SECONDS,
      execute: [
        oidc.enableNonRepudiationChecks,
        ...(reach.allowsLoopback ? [oidc.allowInsecureRequests] : []),
      ],
    },
  );
}

/** The library's way out: to public addresses only, each looked up anew; it follows no redirects. */
function safeFetch({ allowsLoopback }: SignOnReach): oidc.CustomFetch {
  return async (address, { method, headers, body }) => {
    const sent = body === undefined || body === null ? null : z.coerce.string().parse(body);
    const answer = await requestSafely(
      address,
      { method, headers, body: sent },
      { allowsLoopback, timeoutMs: TIMEOUT_SECONDS * 1000 },
    );
    const hasBody = answer.status !== 204 && answer.status !== 304;
    return new Response(hasBody ? answer.body : null, {
      status: answer.status,
      headers: answer.contentType === null ? {} : { 'content-type': answer.contentType },
    });
  };
}

const UNAVAILABLE_CODES: readonly unknown[] = [
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
];

function failureOf(error: unknown): SignOnFailure {
  if (error instanceof oidc.AuthorizationResponseError) return new SignOnFailure('declined', error);
  // What the library has no code for came from the network.
  const isAway =
    error instanceof oidc.ClientError && (error.code === undefined || UNAVAILABLE_CODES.includes(error.code));
  return new SignOnFailure(isAway ? 'unavailable' : 'answer', error);
}

function problemText(error: unknown, host: string): string {
  const cause = error instanceof oidc.ClientError ? error.cause : error;
  if (cause instanceof ForbiddenAddress) return cause.message;
  const code = error instanceof oidc.ClientError ? error.code : undefined;
  if (code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED')
    return `${host} calls itself another issuer. Copy the issuer exactly as the provider shows it.`;
  if (code !== undefined && code !== 'OAUTH_TIMEOUT' && code !== 'OAUTH_ABORT')
    return `${host} answers, but not with an OpenID configuration. Check the issuer.`;
  return `Nothing answers at ${host}. Check the issuer, and whether the provider can be reached from the internet.`;
}
