import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { z } from 'zod';

/** Somebody whom the provider knows, by their subject. */
interface ProviderAccount {
  email?: string;
  name?: string;
  groups?: unknown;
}

/** A real OpenID provider on this machine, for one client. Its sign-in page takes any password. */
export interface OpenIdProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly accounts: Map<string, ProviderAccount>;
  /** Changes the ID token of the next answers; null: none is changed. */
  change: ((token: IdToken) => string) | null;
  /** Whether it answers at all. */
  isAway: boolean;
  /** Signs a subject in on its pages, as a browser would that was sent to `address`; answers where the browser goes then. */
  visit(address: string, subject: string): Promise<URL>;
  close(): Promise<void>;
}

/** An ID token as the provider made it, and its keys. */
export interface IdToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly key: KeyObject;
}

/** A token signed with a key, by RS256. */
export function signedToken({ header, claims, key }: IdToken): string {
  const said = `${encoded(header)}.${encoded(claims)}`;
  return `${said}.${sign('sha256', Buffer.from(said), key).toString('base64url')}`;
}

export function encoded(part: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

const SCOPES = 'openid email profile groups';

/** `callbackUrl`: the one address that it sends browsers back to. */
export async function openOpenIdProvider(callbackUrl: string): Promise<OpenIdProvider> {
  const server = http.createServer((request, response) => {
    if (provider.isAway) request.socket.destroy();
    else oidc.callback()(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has such an address.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider: OpenIdProvider = {
    issuer,
    clientId: 'holdfast',
    clientSecret: 'a-secret-that-only-the-two-know',
    accounts: new Map(),
    change: null,
    isAway: false,
    visit,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const oidc = new Provider(issuer, {
    clients: [
      {
        client_id: provider.clientId,
        client_secret: provider.clientSecret,
        redirect_uris: [callbackUrl],
      },
    ],
    jwks: { keys: [{ ...key.export({ format: 'jwk' }), kid: 'of-the-test', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['of-the-test'] },
    claims: { openid: ['sub'], email: ['email'], profile: ['name'], groups: ['groups'] },
    pkce: { required: () => true },
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    // Nobody is asked what the client may know.
    loadExistingGrant: async ({ oidc: { client, session, provider: of } }) => {
      const grant = new of.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(SCOPES);
      await grant.save();
      return grant;
    },
    findAccount: (_: unknown, subject: string) => {
      const account = provider.accounts.get(subject);
      return account && { accountId: subject, claims: () => ({ ...account, sub: subject }) };
    },
  });
  oidc.use(async (context, next) => {
    await next();
    const said = z.looseObject({ id_token: z.string() }).safeParse(context.body);
    if (context.path !== '/token' || !said.success || !provider.change) return;
    const [header = '', claims = ''] = said.data.id_token.split('.');
    context.body = {
      ...said.data,
      id_token: provider.change({ header: decoded(header), claims: decoded(claims), key }),
    };
  });
  return provider;
}

function decoded(part: string): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
}

async function visit(address: string, subject: string): Promise<URL> {
  const { origin } = new URL(address);
  const cookies = new Map<string, string>();
  let url = new URL(address);
  let form: URLSearchParams | null = null;
  for (let steps = 0; steps < 10; steps++) {
    const response: Response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(form && { method: 'POST', body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const page = await response.text();
    if (location === null) {
      const action = /action="([^"]+)"/.exec(page)?.[1];
      if (!action) throw new Error(`the provider's page has no form: ${response.status} ${page}`);
      url = new URL(action, url);
      form = new URLSearchParams({ prompt: 'login', login: subject, password: 'any' });
    } else {
      url = new URL(location, url);
      form = null;
      if (url.origin !== origin) return url;
    }
  }
  throw new Error('the provider sends the browser round in circles');
}
