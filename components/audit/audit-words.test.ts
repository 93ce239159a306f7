import { expect, test } from 'vitest';
import { actionText, detailText, programText } from './audit-words';

test('an action that has no words of its own is read out', () => {
  expect(actionText('declaration.made')).toBe('Declared');
  expect(actionText('site.created')).toBe('Site created');
  expect(actionText('person.recovery-codes-made')).toBe('Person recovery codes made');
});

test('details stand in one line, without ids and what is empty', () => {
  const details = {
    attribute: 'media',
    value: { class: 'nas', siteId: '0198c4f2-0000-7000-8000-00000000dead' },
    validUntil: null,
    note: '',
  };
  expect(detailText(details, String)).toBe('attribute: media · value: class nas');
});

test('instants are told as the screen tells them', () => {
  expect(detailText({ at: '2026-11-28T20:07:45.014Z' }, (at) => `at ${at}`)).toBe('at: at 1795896465014');
});

test('long lists are counted and long texts cut', () => {
  expect(detailText({ reasons: ['a', 'b', 'c', 'd', 'e'] }, String)).toBe('reasons: a, b, c and 2 more');
  expect(detailText({ note: 'x'.repeat(500) }, String).length).toBeLessThanOrEqual(162);
});

test('what a rule did is told as its own; else the program is named', () => {
  const actor = { role: 'worker' };
  expect(programText({ actor, details: { rule: 'Databases', added: ['db'] } })).toBe('rule ‘Databases’');
  expect(programText({ actor, details: {} })).toBe('Holdfast');
});
