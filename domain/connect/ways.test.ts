import { describe, expect, it } from 'vitest';
import { isOwnRefusal, TRIED_WAYS, triedPath } from './ways';

describe('an answer to who asks for nobody’s address', () => {
  it.each([
    ['ping', 404, 'not found', true],
    ['ping', 404, '<html>404 Not Found</html>', false],
    ['ping', 200, 'OK', false],
    ['webhook', 404, '{"detail":"Nobody has this address."}', true],
    ['webhook', 404, 'not found', false],
    ['mail', 404, '{"detail":"Nobody has this address."}', true],
    ['mail', 502, 'Bad gateway', false],
    ['agent', 401, '{"code":"signature-invalid"}', true],
    ['agent', 401, 'Authorization required', false],
    ['agent', 429, 'Too many requests, says a proxy', true],
  ] as const)('of %s with %i "%s" is ours: %s', (way, status, text, isOurs) => {
    expect(isOwnRefusal(way, status, text)).toBe(isOurs);
  });

  it('is asked of a path of its own for each way', () => {
    expect(new Set(TRIED_WAYS.map(triedPath)).size).toBe(TRIED_WAYS.length);
  });
});
