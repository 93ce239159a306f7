import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLike } from './wildcard';

test.each([
  ['sql-01', 'sql-01', true],
  ['SQL-01', 'sql-*', true],
  ['sql-01', 'SQL-0*', true],
  ['sql-01', '*', true],
  ['', '*', true],
  ['', '', true],
  ['sql-01', '', false],
  ['sql-01', 'sql', false],
  ['mysql-01', 'sql-*', false],
  ['mysql-01', '*sql-*', true],
  ['erp-sql-01.corp.local', '*-sql-*.local', true],
  ['aab', '*ab', true],
  ['abab', '*ab', true],
  ['abac', '*ab', false],
  ['a.c', 'a.c', true],
  ['abc', 'a.c', false],
  ['a+b', 'a+b', true],
  ['Ubuntu 24.04 LTS', 'ubuntu*', true],
  ['Ubuntu 24.04 LTS', '*24.04*', true],
  ['[x]', '[x]', true],
  ['x', '[x]', false],
])('%j is like %j: %s', (text, pattern, is) => expect(isLike(text, pattern)).toBe(is));

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });

test('says what a regular expression says', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 10 }),
      letters,
      (text, pattern) => {
        const expression = pattern
          .split('*')
          .map((part) => part.replaceAll('.', String.raw`\.`))
          .join('.*');
        expect(isLike(text, pattern)).toBe(new RegExp(`^${expression}$`).test(text));
      },
    ),
  );
});

test('a pattern made to hold somebody up does not', () => {
  const startedAt = performance.now();
  expect(isLike('a'.repeat(255), `${'*a'.repeat(99)}*b`)).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(200);
});
