import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DescribedHandler } from '@/server/auth/with-route';
import { type ApiRoute, buildOpenApi } from './build-openapi';

const API = path.resolve(import.meta.dirname, '../../app/api/v1');

interface Operation {
  readonly 'x-scope'?: string;
  readonly summary: string;
  readonly responses: Record<
    string,
    { content?: { 'application/json': { schema: { properties: object } } } }
  >;
}

let document: Record<string, unknown>;
let operations: [string, Operation][];

/** Every handler of the API that is declared by `withRoute`, with the comment above it. */
async function routesInSource(): Promise<ApiRoute[]> {
  const files = readdirSync(API, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('route.ts'),
  );
  const routes = [];
  for (const file of files) {
    const source = readFileSync(path.join(API, file), 'utf8');
    const exported = (await import(path.join(API, file))) as Record<string, Partial<DescribedHandler>>;
    for (const [method, handler] of Object.entries(exported)) {
      if (!handler.route) continue;
      const { permission, forAnyKey = false, params, query, body, answer, current } = handler.route;
      const folder = path.posix.join('/api/v1', path.posix.dirname(file));
      routes.push({
        method,
        path: folder,
        comment: commentAbove(source, method),
        permission,
        forAnyKey,
        isGuarded: current !== undefined,
        ...(params && { params }),
        ...(query && { query }),
        ...(body && { body }),
        ...(answer && { answer }),
      });
    }
  }
  return routes;
}

function commentAbove(source: string, method: string): string {
  const [before = ''] = source.split(`export const ${method} =`);
  const comment = /\/\*\*((?:(?!\/\*\*)[^])*?)\*\/\s*$/.exec(before)?.[1] ?? '';
  return comment.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim();
}

beforeAll(async () => {
  document = buildOpenApi(await routesInSource());
  operations = Object.entries(document['paths'] as Record<string, Record<string, Operation>>).flatMap(
    ([address, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [
        `${method.toUpperCase()} ${address}`,
        operation,
      ]),
  );
});

describe('the description of the public API', () => {
  it('is the one that is published: after a change, run this test with -u', async () => {
    const text = `${JSON.stringify(document, null, 1)}\n`;
    await expect(text).toMatchFileSnapshot('../../contract/schema/openapi-v1.json');
  });

  it('says of each operation what it does and which scope it needs', () => {
    expect(operations.length).toBeGreaterThan(60);
    for (const [name, { summary }] of operations) {
      expect(summary, name).not.toBe('');
    }
    const ofAnyKey = operations.filter(([, operation]) => operation['x-scope'] === undefined);
    expect(ofAnyKey.map(([name]) => name)).toEqual(['GET /api/v1/me']);
  });

  it('has nothing that gives access to people or keys', () => {
    const closed =
      /\/(people|personal-keys|api-keys|account|single-sign-on|sign-in|invitations|evidence-grants|portal)/;
    expect(operations.map(([name]) => name).filter((name) => closed.test(name))).toEqual([]);
  });
});
