import { expect, test } from 'vitest';
import { fillJson, fillText, placeholdersIn } from './template';

test.each([
  ['/tickets/{{ticketId}}?c={{ companyId:number }}', ['ticketId', 'companyId']],
  ['none', []],
  ['{{}}', ['']],
  ['{{ticketId}', ['{{']],
  ['ticketId}}', ['{{']],
])('placeholders in %s', (text, names) => {
  expect(placeholdersIn(text)).toEqual(names);
});

test('a value in an address is encoded, and cannot leave its place', () => {
  expect(fillText('/t/{{ticketId}}/x', { ticketId: '../1?a=b' }, encodeURIComponent)).toBe(
    '/t/..%2F1%3Fa%3Db/x',
  );
});

test('a value in JSON stays within its text, whatever it holds', () => {
  const filled = fillJson(
    {
      title: 'Backup: {{summary}}',
      list: ['{{note}}', 1, null, true],
      company: { id: '{{companyId:number}}' },
    },
    { summary: '", "admin": true, "x": "{{companyId}}', companyId: '42' },
  );
  expect(filled).toEqual({
    title: 'Backup: ", "admin": true, "x": "{{companyId}}',
    list: ['', 1, null, true],
    company: { id: 42 },
  });
});

test('what is to be a number and is none stays a text', () => {
  expect(fillJson('{{companyId:number}}', { companyId: 'acme' })).toBe('acme');
  expect(fillJson('{{companyId:number}}', { companyId: '12345678901234567890' })).toBe(
    '12345678901234567890',
  );
});
