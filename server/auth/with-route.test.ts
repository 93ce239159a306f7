import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { config } from '../config';
import { nothingHere } from '../nothing-here';
import { withPublicRoute } from './with-route';

const body = z.strictObject({ name: z.string().min(1, 'Enter a name.') });
const params = z.object({ id: z.uuid() });
const echo = withPublicRoute({ body, bodyBytesMax: 100 }, ({ body: { name } }) =>
  Promise.resolve(Response.json({ name })),
);
const find = withPublicRoute({ params }, () => Promise.reject(nothingHere()));
const origin = config().appOrigin;

function post(content: string, headers: Record<string, string> = {}): Promise<Response> {
  const request = new Request(`${origin}/x`, {
    method: 'POST',
    body: content,
    headers: { origin, host: new URL(origin).host, 'content-type': 'application/json', ...headers },
  });
  return echo(request, { params: Promise.resolve({}) });
}

describe('a route', () => {
  test('answers with a request id and is not stored', async () => {
    const response = await post('{"name":"Ana"}');
    expect(await response.json()).toEqual({ name: 'Ana' });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    ['a wrong field, named', '{"name":""}', {}, 400, { fields: { name: 'Enter a name.' } }],
    ['a field nobody asked for', '{"name":"x","role":"owner"}', {}, 400, { code: 'invalid-request' }],
    ['no JSON', '{', {}, 400, { code: 'invalid-request' }],
    ['an array', '[]', {}, 400, { code: 'invalid-request' }],
    ['a form', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415, {}],
    ['too many bytes', `{"name":"${'x'.repeat(100)}"}`, {}, 413, { code: 'too-large' }],
    ['another site', '{"name":"x"}', { origin: 'https://evil.example' }, 403, { code: 'origin-refused' }],
    ['a sealed-off frame', '{"name":"x"}', { origin: 'null' }, 403, { code: 'origin-refused' }],
  ])('refuses %s as problem+json', async (_, content, headers, status, expected) => {
    const response = await post(content, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status, ...expected });
  });

  test('tells an id that cannot be apart from one that is missing by nothing but the request id', async () => {
    const answers = await Promise.all(
      ['0198c4f2-0000-7000-8000-000000000000', "' or 1=1", '../../etc'].map(async (id) => {
        const response = await find(new Request(`${origin}/x`), { params: Promise.resolve({ id }) });
        return [response.status, (await response.text()).replace(/"request_id":"[^"]+"/, '')];
      }),
    );
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(answers[0]?.[0]).toBe(404);
  });

  test('does not exist while it says so, whatever is sent', async () => {
    const closed = withPublicRoute({ exists: () => Promise.resolve(false), body }, () =>
      Promise.resolve(new Response()),
    );
    for (const headers of [{}, { origin: 'https://evil.example' }]) {
      const request = new Request(`${origin}/x`, { method: 'POST', body: '{', headers });
      expect((await closed(request, { params: Promise.resolve({}) })).status).toBe(404);
    }
  });

  test('gives nothing of our own errors away', async () => {
    const broken = withPublicRoute({}, () => Promise.reject(new Error('password is hunter2')));
    const response = await broken(new Request(`${origin}/x`), { params: Promise.resolve({}) });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('hunter2');
  });
});
