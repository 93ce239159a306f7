import { describe, expect, test } from 'vitest';
import { headersIn, needsCompany, ticketSettings, withKeptSecrets, withoutSecrets } from './ticket-settings';

const change = {
  method: 'POST',
  url: 'https://desk.example/tickets/{{ticketId}}/notes',
  headers: '',
  body: '{"text": "{{note}}"}',
};
const REST = {
  kind: 'rest-tickets',
  secretHeaders: 'Authorization: Bearer abc',
  open: {
    method: 'POST',
    url: 'https://desk.example/tickets',
    headers: 'X-Key: {{key}}',
    body: '{"title": "{{summary}}", "company": "{{companyId:number}}"}',
    idPath: 'id',
    linkAt: 'https://desk.example/t/{{ticketId}}',
  },
  update: change,
  close: change,
  reopen: change,
  find: null,
  test: { method: 'GET', url: 'https://desk.example/me', headers: '', body: '' },
} as const;
const open = (changed: object) => ({ ...REST, open: { ...REST.open, ...changed } });
const said = (settings: unknown) => {
  const parsed = ticketSettings.safeParse(settings);
  return parsed.success
    ? 'fine'
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
};

describe('what is typed of a ticket system', () => {
  test('is taken when it is whole', () => {
    expect(said(REST)).toBe('fine');
  });
  test.each<[object, string]>([
    [
      open({ url: 'https://desk.example/{{nothing}}' }),
      'open.url: There is no placeholder {{nothing}} here. There are: summary',
    ],
    [open({ body: '{"a": "{{ticketId}}"}' }), 'open.body: There is no placeholder {{ticketId}}'],
    [open({ body: '{"a": "{{summary}"}' }), 'open.body: A placeholder is left half open'],
    [open({ body: '{"a": {{companyId}}}' }), 'open.body: This is not JSON'],
    [open({ url: 'https://{{companyId}}.desk.example/' }), 'server’s name'],
    [open({ url: '{{url}}' }), 'server’s name'],
    [open({ idPath: '' }), 'open.idPath: Enter where it stands'],
    [open({ linkAt: 'http://desk.example/{{ticketId}}' }), 'open.linkAt: Enter where it stands'],
    [open({ linkAt: 'https://desk.example/{{key}}' }), 'open.linkAt: There is no placeholder {{key}}'],
    [open({ headers: 'no header' }), 'open.headers: Write each header'],
    [open({ headers: 'X-A: b\u0000' }), 'open.headers: Write each header'],
    [
      { ...REST, secretHeaders: 'Authorization: {{companyId}}' },
      'secretHeaders: There is no placeholder {{companyId}} here. There are none',
    ],
    [{ ...REST, secretHeaders: 'Host: other.example' }, 'secretHeaders: Leave out Host'],
    [{ ...REST, test: { ...REST.test, method: 'TRACE' } }, 'test.method'],
    [{ ...REST, more: 1 }, 'more'],
  ])('%# is refused in words', (settings, words) => {
    expect(said(settings)).toContain(words);
  });
});

test('a secret is never shown, and stays where nothing new is typed', () => {
  const settings = ticketSettings.parse(REST);
  const shown = withoutSecrets(settings);
  expect(JSON.stringify(shown)).not.toContain('abc');
  expect(withKeptSecrets(shown, settings)).toEqual(settings);
  expect(withKeptSecrets({ ...shown, secretHeaders: 'X-New: 1' }, settings)).toMatchObject({
    secretHeaders: 'X-New: 1',
  });
});

test('whether a company is needed is told by the opening request', () => {
  expect(needsCompany(ticketSettings.parse(REST))).toBe(true);
  expect(needsCompany(ticketSettings.parse(open({ body: '{}' })))).toBe(false);
});

test('headers are read line by line', () => {
  expect(headersIn(' A: b:c \n\nX-Y:z')).toEqual([
    { name: 'A', value: 'b:c' },
    { name: 'X-Y', value: 'z' },
  ]);
});
