import { v7 } from 'uuid';
import type { z } from 'zod';
import { may, type Permission } from '@/domain/access/permissions';
import { config } from '../config';
import { AppError } from '../errors';
import { toProblem } from '../http';
import { log } from '../log';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { requireApiKey } from './api-key';
import { type CurrentSession, currentSession, openedSession } from './current-session';
import { checkOrigin } from './origin';
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

type NextHandler = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>;

/**
 * Wraps a route handler for signed-in people: origin check on state changes, session and permission (`signed-in`: any
 * role), parsed path and body, problem+json for every refusal, `no-store`, a request id.
 */
export function withRoute<Params = unknown, Body = undefined>(
  route: RouteShape<Params, Body> & {
    readonly permission: Permission | 'signed-in';
    /** Also for a session that owes something yet (`LiveSession.owes`): for what gives it. */
    readonly mayOwe?: true;
  },
  handle: (call: SignedInCall<Params, Body>) => Promise<Response>,
): NextHandler {
  return answering(
    route,
    async (call) => {
      const session = await requireSignedIn(route.permission, route.mayOwe ? openedSession : currentSession);
      return { ...call, session, scope: session.scope };
    },
    handle,
  );
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
  route: RouteShape<Params, Body>,
  admit: (call: BareCall) => Promise<Admitted>,
  handle: (call: Admitted & PublicCall<Params, Body>) => Promise<Response>,
): NextHandler {
  return async (request, context) => {
    const requestId = v7();
    try {
      if (route.exists && !(await route.exists())) throw nothingHere();
      if (!['GET', 'HEAD'].includes(request.method)) checkOrigin(request.headers, config().appOrigin);
      const admitted = await admit({ request, requestId });
      const params = parseParams(route, await context.params);
      const body = await parseBody(route, request);
      return withHeaders(await handle({ ...admitted, params, body }), requestId);
    } catch (error) {
      return toResponse(error, requestId);
    }
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
  return readJson(request, route.body, route.bodyBytesMax ?? 65_536);
}

function withHeaders(response: Response, requestId: string): Response {
  const headers = new Headers(response.headers);
  headers.set('x-request-id', requestId);
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  return new Response(response.body, { status: response.status, headers });
}

/** Any error as problem+json; what is not the caller's mistake goes to the log. */
function toResponse(error: unknown, requestId: string): Response {
  if (!(error instanceof AppError)) log('web').error({ err: error, requestId }, 'a route handler failed');
  const problem = toProblem(error, requestId);
  return new Response(problem.body, {
    status: problem.status,
    headers: { ...problem.headers, 'x-request-id': requestId },
  });
}
