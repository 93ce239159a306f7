import { v7 } from 'uuid';
import type { z } from 'zod';
import { may, type Permission } from '@/domain/access/permissions';
import { config } from '../config';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { LivePersonalKey } from '../data/personal-keys';
import type { TenantScope } from '../tenancy/tenant-scope';
import { requireApiKey } from './api-key';
import { type CurrentSession, currentSession, openedSession } from './current-session';
import { answerMarked, readMark, type Mark } from './marked-request';
import { checkOrigin } from './origin';
import { checkIfMatch, withETag } from './entity-tag';
import { type ActingByKey, personalKeyIn, rateHeaders, requirePersonalKey } from './personal-key';
import { problemResponse } from './problem-response';
import { readJson } from './request-body';

/** What a route handler is given, parsed. `body` is undefined when the route declares none. */
export interface PublicCall<Params, Body> {
  readonly request: Request;
  readonly params: Params;
  readonly body: Body;
  readonly requestId: string;
}

export interface SignedInCall<Params, Body> extends PublicCall<Params, Body> {
  readonly session: CurrentSession;
  readonly scope: TenantScope;
  /** By which a program acts as the person; null: the person asks. */
  readonly key: LivePersonalKey | null;
}

interface RouteShape<Params, Body> {
  /** Segments of the path. What does not parse is answered as 'not found', like an id that does not exist. */
  readonly params?: z.ZodType<Params>;
  /** A JSON body; strict, so that unknown fields are refused. */
  readonly body?: z.ZodType<Body>;
  /** Preset 64 KiB. */
  readonly bodyBytesMax?: number;
  /** Asked before anything is looked at: while false, the route is 'not found', whatever was sent. */
  readonly exists?: () => Promise<boolean>;
}

const BODY_BYTES_MAX = 65_536;

type NextHandler = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>;

/** A route of people, which programs may call with a personal key, too. */
export interface PeoplesRoute<Params, Body> extends RouteShape<Params, Body> {
  readonly permission: Permission | 'signed-in';
  /** Also for a session that owes something yet (`LiveSession.owes`): for what gives it. */
  readonly mayOwe?: true;
  /** Also for any personal key, whatever its scopes; the permission is `signed-in` then. */
  readonly forAnyKey?: true;
  /** Of the public API: what the query may say and what a success answers; for the reference, and for tests that hold it to them. */
  readonly query?: z.ZodObject;
  readonly answer?: z.ZodType;
  /** What the GET of the same path answers: `If-Match` is compared with it. */
  readonly current?: (call: SignedInCall<Params, Body>) => Promise<unknown>;
}

/** What a handler of `withRoute` carries of its declaration: for the reference. */
export interface DescribedHandler extends NextHandler {
  readonly route: PeoplesRoute<never, never>;
}

/**
 * Wraps a route handler for signed-in people: origin check on state changes, session and permission (`signed-in`: any
 * role), parsed path and body, problem+json for every refusal, `no-store`, a request id. A program with a personal key is answered the
 * same way, as the key's person within its scopes, with what `docs/api.md` promises beside: rates, entity tags, marked requests.
 */
export function withRoute<Params = unknown, Body = undefined>(
  route: PeoplesRoute<Params, Body>,
  handle: (call: SignedInCall<Params, Body>) => Promise<Response>,
): NextHandler {
  const forPeople = answering(
    route,
    async (call) => {
      const session = await requireSignedIn(route.permission, route.mayOwe ? openedSession : currentSession);
      return { ...call, session, scope: session.scope, key: null };
    },
    handle,
  );
  const forKeys = answering(
    { ...route, isOfPrograms: true },
    (call) => admitKey(route, call),
    async (call) => {
      const act = async () => {
        await checkIfMatch(call.request, route.current && (() => route.current?.(call)));
        return handle(call);
      };
      return call.mark
        ? answerMarked(call.key.personalKeyId, call.mark, call.requestId, act)
        : withETag(call.request, await act());
    },
    ({ key }) => rateHeaders(key.personalKeyId, Date.now()),
  );
  const handler: NextHandler = (request, context) =>
    (personalKeyIn(request.headers) === null ? forPeople : forKeys)(request, context);
  return Object.assign(handler, { route });
}

/** Whoever comes with a personal key; a session that comes beside it is nothing. */
async function admitKey<Params, Body>(
  { permission, forAnyKey, bodyBytesMax }: PeoplesRoute<Params, Body>,
  call: BareCall,
): Promise<BareCall & ActingByKey & { scope: TenantScope; mark: Mark | null }> {
  const given = personalKeyIn(call.request.headers) ?? '';
  if (permission === 'signed-in' && !forAnyKey)
    throw new AppError('forbidden', 'No key is good for this: do it in the browser, signed in.');
  const asked = permission === 'signed-in' ? 'any-key' : permission;
  const isChange = !['GET', 'HEAD'].includes(call.request.method);
  const acting = await requirePersonalKey(given, { permission: asked, isChange }, Date.now());
  const { request, mark } = await readMark(call.request, bodyBytesMax ?? BODY_BYTES_MAX);
  return { ...call, ...acting, scope: acting.session.scope, request, mark };
}

/** The same for routes of programs, which come with an API key and only read; sessions are nothing there. */
export function withApiKey<Params = unknown>(
  route: RouteShape<Params, undefined>,
  handle: (call: PublicCall<Params, undefined> & { readonly scope: TenantScope }) => Promise<Response>,
): NextHandler {
  return answering(
    route,
    async (call) => ({ ...call, scope: await requireApiKey(call.request, Date.now()) }),
    handle,
  );
}

/** The same for routes that ask for no session; they decide by themselves who may call. */
export function withPublicRoute<Params = unknown, Body = undefined>(
  route: RouteShape<Params, Body>,
  handle: (call: PublicCall<Params, Body>) => Promise<Response>,
): NextHandler {
  return answering(route, (call) => Promise.resolve(call), handle);
}

async function requireSignedIn(
  permission: Permission | 'signed-in',
  read: typeof currentSession,
): Promise<CurrentSession> {
  const session = await read();
  if (!session) throw new AppError('not-signed-in', 'Sign in first.');
  if (permission !== 'signed-in' && !may(session.role, permission, session.scope.clientIds))
    throw new AppError('forbidden', 'Your role does not allow this. Ask an owner or admin of your MSP.');
  return session;
}

interface BareCall {
  readonly request: Request;
  readonly requestId: string;
}

function answering<Params, Body, Admitted extends BareCall>(
  // What no browser sends by itself needs no look at where it came from.
  route: RouteShape<Params, Body> & { readonly isOfPrograms?: true },
  admit: (call: BareCall) => Promise<Admitted>,
  handle: (call: Admitted & PublicCall<Params, Body>) => Promise<Response>,
  headersFor: (admitted: Admitted) => Record<string, string> = () => ({}),
): NextHandler {
  return async (request, context) => {
    const requestId = v7();
    let admitted: Admitted | undefined;
    const answered = async () => {
      if (route.exists && !(await route.exists())) throw nothingHere();
      if (!route.isOfPrograms && !['GET', 'HEAD'].includes(request.method))
        checkOrigin(request.headers, config().appOrigin);
      admitted = await admit({ request, requestId });
      const params = parseParams(route, await context.params);
      const body = await parseBody(route, admitted.request);
      return handle({ ...admitted, params, body });
    };
    const response = await answered().catch((error: unknown) => problemResponse(error, requestId));
    return withHeaders(response, requestId, admitted ? headersFor(admitted) : {});
  };
}

function parseParams<Params, Body>(route: RouteShape<Params, Body>, given: unknown): Params {
  // Without a schema Params is `unknown`: nothing is promised about them.
  if (!route.params) return given as Params;
  const parsed = route.params.safeParse(given);
  if (!parsed.success) throw nothingHere();
  return parsed.data;
}

function parseBody<Params, Body>(route: RouteShape<Params, Body>, request: Request): Promise<Body> {
  // Without a schema Body is `undefined`.
  if (!route.body) return Promise.resolve(undefined as Body);
  return readJson(request, route.body, route.bodyBytesMax ?? BODY_BYTES_MAX);
}

function withHeaders(response: Response, requestId: string, more: Record<string, string>): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  headers.set('x-request-id', requestId);
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  return new Response(response.body, { status: response.status, headers });
}
