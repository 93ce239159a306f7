import { z } from 'zod';
import { API_SCOPE_WORDS, API_SCOPES, scopeFor } from '@/domain/access/api-scopes';
import type { Permission } from '@/domain/access/permissions';

/** A route of the public API: what its handler declares, and what its source says of it. */
export interface ApiRoute {
  readonly method: string;
  /** As in `app/`: `/api/v1/systems/[systemId]`. */
  readonly path: string;
  /** The comment above the handler. */
  readonly comment: string;
  readonly permission: Permission | 'signed-in';
  readonly forAnyKey: boolean;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer?: z.ZodType;
  /** Whether `If-Match` is compared with what a GET of the path answers. */
  readonly isGuarded: boolean;
}

type Json = Record<string, unknown>;

/**
 * The OpenAPI 3.1 description of what a personal key is good for, from the schemas that the handlers parse with. Routes that no key is
 * good for are left out.
 */
export function buildOpenApi(routes: readonly ApiRoute[]): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes.filter(isOfKeys).toSorted(byPath)) {
    const path = route.path.replaceAll(/\[(\w+)\]/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holdfast API',
      version: '1',
      description:
        'What the screens of Holdfast show and do, for programs. A personal key acts as the person who made it, within its scopes; docs/api.md says how.',
    },
    security: [{ personalKey: [] }],
    tags: [...new Set(Object.keys(paths).map(tagOf))].toSorted().map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        personalKey: {
          type: 'http',
          scheme: 'bearer',
          description: `A personal key, made under “API keys”. Scopes: ${API_SCOPES.map((scope) => `\`${scope}\` (${API_SCOPE_WORDS[scope]})`).join('; ')}.`,
        },
      },
      schemas: { Problem: PROBLEM },
      responses: {
        Refusal: {
          description:
            'Refused (RFC 9457). 400: `fields` says what is wrong. 401: the key is no good. 403: it lacks the scope, or its person the permission. 404: not there, or another MSP’s. 409: it stands otherwise. 412: changed since it was read. 422: the Idempotency-Key stood on another request. 429: too many, see Retry-After.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
}

const PROBLEM: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'request_id'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; branch on this.' },
    detail: { type: 'string', description: 'What to do, for people.' },
    request_id: { type: 'string' },
    fields: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

/** Whether some key is good for a route: reading scopes let nobody change anything. */
function isOfKeys({ permission, forAnyKey, method }: ApiRoute): boolean {
  if (forAnyKey) return true;
  const scope = scopeFor(permission);
  return scope !== null && (method === 'GET' || (scope !== 'read' && scope !== 'audit'));
}

function byPath(a: ApiRoute, b: ApiRoute): number {
  return a.path.localeCompare(b.path) || METHODS.indexOf(a.method) - METHODS.indexOf(b.method);
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

function operationOf(route: ApiRoute): Json {
  const { method, path, comment, body } = route;
  const scope = route.forAnyKey ? null : scopeFor(route.permission);
  const [summary = '', ...more] = comment.split(/(?<=\.) /);
  return {
    operationId: operationId(method, path),
    tags: [tagOf(path)],
    summary: summary.replace(/\.$/, ''),
    ...(more.length > 0 && { description: more.join(' ') }),
    ...(scope !== null && { 'x-scope': scope }),
    parameters: parametersOf(route),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: { [statusOf(comment)]: successOf(route), default: { $ref: '#/components/responses/Refusal' } },
  };
}

function successOf({ answer, comment }: ApiRoute): Json {
  const description = 'Done.';
  if (answer) return { description, content: { 'application/json': { schema: schemaOf(answer, 'output') } } };
  if (statusOf(comment) === '204') return { description };
  return { description: /with `\{([^`]*)\}`/.exec(comment)?.[0] ?? 'See the description.' };
}

/** The status that the comment names; 200 if it names none. */
function statusOf(comment: string): string {
  return /\b(20[1246])\b/.exec(comment)?.[1] ?? '200';
}

function parametersOf({ method, path, query, params, isGuarded }: ApiRoute): Json[] {
  const inPath = [...path.matchAll(/\[(\w+)\]/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: propertyOf(params, name) ?? { type: 'string' },
  }));
  const asked = query ? schemaOf(query, 'input') : {};
  const required = (asked['required'] ?? []) as string[];
  const inQuery = Object.entries((asked['properties'] ?? {}) as Record<string, Json>).map(
    ([name, { description, ...schema }]) => ({
      name,
      in: 'query',
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema,
    }),
  );
  return [
    ...inPath,
    ...inQuery,
    ...(method === 'GET'
      ? [header('If-None-Match', 'The ETag that one has: 304 where it is still so.')]
      : []),
    ...(method === 'POST'
      ? [header('Idempotency-Key', 'One’s own mark: sent again within a day, it does nothing twice.')]
      : []),
    ...(isGuarded ? [header('If-Match', 'The ETag that one read: refused where it was changed since.')] : []),
  ];
}

function header(name: string, description: string): Json {
  return { name, in: 'header', required: false, description, schema: { type: 'string' } };
}

function propertyOf(params: z.ZodType | undefined, name: string): Json | undefined {
  if (!params) return undefined;
  return ((schemaOf(params, 'input')['properties'] ?? {}) as Record<string, Json>)[name];
}

/** JSON Schema of draft 2020-12, which OpenAPI 3.1 takes as it is. What a schema checks beyond it is left to the server. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _schema, ...made } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return made;
}

function tagOf(path: string): string {
  return path.split('/')[3] ?? '';
}

function operationId(method: string, path: string): string {
  const words = path
    .replace('/api/v1/', '')
    .split('/')
    .map((part) => part.replaceAll(/[[\]]/g, ''))
    .flatMap((part) => part.split('-'))
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1));
  return method.toLowerCase() + words.join('');
}
