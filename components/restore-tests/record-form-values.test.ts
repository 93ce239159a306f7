import { expect, test } from 'vitest';
import type { RecordCheck } from '@/domain/restore-test/record';
import { checkValues, correctedChecks } from './record-form-values';

const BEFORE: RecordCheck[] = [
  { criterion: 'Tables come back', isMet: true, seen: '12 of\n12 tables ' },
  { criterion: 'Rows are as many', isMet: null, seen: null },
];

/** What a form sends that shows the criteria: fields of one line drop line breaks. */
function formOf(checks: readonly RecordCheck[], changed: Record<string, string> = {}): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...checkValues(checks), ...changed }))
    form.set(name, value.replaceAll('\n', ''));
  return form;
}

test('criteria that nobody touched stay as they are', () => {
  expect(correctedChecks(formOf(BEFORE), 2, BEFORE)).toBeNull();
  expect(correctedChecks(formOf(BEFORE), 3, BEFORE)).toBeNull();
  expect(correctedChecks(new FormData(), 1, [])).toBeNull();
});

test('what is changed is said anew, and the rest of it stays to the letter', () => {
  const changed = { 'check.1.isMet': 'no', 'check.1.seen': '40 of 41' };
  expect(correctedChecks(formOf(BEFORE, changed), 2, BEFORE)).toEqual([
    BEFORE[0],
    { criterion: 'Rows are as many', isMet: false, seen: '40 of 41' },
  ]);
});

test('a criterion is added, and one whose texts were removed is taken away', () => {
  const added = { 'check.2.criterion': 'It starts', 'check.2.isMet': 'yes', 'check.2.seen': 'in 4 s' };
  expect(correctedChecks(formOf(BEFORE, added), 3, BEFORE)).toEqual([
    ...BEFORE,
    { criterion: 'It starts', isMet: true, seen: 'in 4 s' },
  ]);
  const removed = { 'check.0.criterion': '', 'check.0.seen': '' };
  expect(correctedChecks(formOf(BEFORE, removed), 2, BEFORE)).toEqual([BEFORE[1]]);
});
