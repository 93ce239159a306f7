import { expect, test } from 'vitest';
import { ticketSettings } from '@/domain/tickets/ticket-settings';
import { CONNECTWISE_EXAMPLE, REST_EXAMPLE, ticketSystemIn } from './system-form';

function formOf(settings: object, prefix = ''): [string, string][] {
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    if (typeof value === 'string') return [[`${prefix}${name}`, value]];
    return value === null ? [] : formOf(value as object, `${prefix}${name}.`);
  });
}

function dataOf(fields: readonly (readonly [string, string])[]): FormData {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
}

test('the example, with its addresses, is what the routes take', () => {
  const fields = formOf(REST_EXAMPLE).map(
    ([name, value]) => [name, name.endsWith('.url') ? 'https://desk.example/t' : value] as const,
  );
  const { name, settings } = ticketSystemIn(dataOf([['name', 'Desk'], ...fields]), 'rest-tickets');
  expect(name).toBe('Desk');
  expect(ticketSettings.parse(settings)).toMatchObject({ find: null, open: { idPath: 'id' } });
});

test('a look-up is taken only where it is chosen', () => {
  const fields = [
    ['canFind', 'yes'],
    ['find.method', 'GET'],
    ['find.url', 'https://desk.example/t?key={{key}}'],
    ['find.idPath', '[0].id'],
  ] as const;
  const { settings } = ticketSystemIn(dataOf(fields), 'rest-tickets');
  expect(settings).toMatchObject({ find: { method: 'GET', idPath: '[0].id', linkAt: '', body: '' } });
});

test('ConnectWise Manage', () => {
  const settings = { ...CONNECTWISE_EXAMPLE, siteUrl: 'https://api-na.example', board: 'Backups' };
  expect(ticketSystemIn(dataOf(formOf(settings)), 'connectwise').settings).toEqual(settings);
});
