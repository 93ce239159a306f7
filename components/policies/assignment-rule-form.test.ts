import { expect, test } from 'vitest';
import { missingIn, ruleTermsIn } from './assignment-rule-form';

function form(fields: Readonly<Record<string, string | readonly string[]>>): FormData {
  const made = new FormData();
  for (const [name, values] of Object.entries(fields))
    for (const value of [values].flat()) made.append(name, value);
  return made;
}

test('an empty dialog asks nothing and gives nothing, which is said', () => {
  const terms = ruleTermsIn(form({ name: ' ', hostPatterns: '', osPatterns: ' ', clients: 'all', tags: '' }));
  expect(terms).toEqual({
    name: '',
    conditions: {
      hostPatterns: null,
      osPatterns: null,
      clientIds: null,
      siteIds: null,
      tools: null,
      holds: null,
    },
    tags: [],
    policyId: null,
  });
  expect(missingIn(terms)).toContain('what it gives');
});

test('patterns and tags are words, each once; what an agent runs on has blanks', () => {
  const { conditions, tags } = ruleTermsIn(
    form({
      hostPatterns: 'sql-*, *-db sql-*',
      osPatterns: 'Windows Server*, Ubuntu 24*',
      tags: 'db; gold db',
    }),
  );
  expect(conditions.hostPatterns).toEqual(['sql-*', '*-db']);
  expect(conditions.osPatterns).toEqual(['Windows Server*', 'Ubuntu 24*']);
  expect(tags).toEqual(['db', 'gold']);
});

test('lists count only where some are to be chosen, and one has to be', () => {
  const some = ruleTermsIn(
    form({ clients: 'some', client: ['a', 'b'], tools: 'all', tool: 'restic', tags: 'x' }),
  );
  expect(some.conditions).toMatchObject({ clientIds: ['a', 'b'], tools: null });
  expect(missingIn(some)).toBeNull();
  expect(missingIn(ruleTermsIn(form({ clients: 'some', tags: 'x' })))).toBe('Choose a client, or any.');
  expect(missingIn(ruleTermsIn(form({ holds: 'some', tags: 'x' })))).toBe(
    'Choose what it holds, or anything.',
  );
});
