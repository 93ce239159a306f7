import { expect, test } from 'vitest';
import { POLICY_FIELDS } from '@/domain/policy/policy-overrides';
import { DEFAULT_POLICY, RULE_321, RULE_32110 } from '@/domain/protection/policy';
import { FIELDS_SHOWN, ruleText, valueText } from './policy-fields';

test('the editor shows every field of a policy once', () => {
  expect(FIELDS_SHOWN.map((one) => one.field).toSorted()).toEqual([...POLICY_FIELDS].toSorted());
});

test('every preset can be said, and chosen where it is a choice', () => {
  for (const { field } of FIELDS_SHOWN) {
    expect(valueText(field, DEFAULT_POLICY[field])).not.toMatch(/^["{[]|^(?:true|false|null)$/);
  }
  const notOffered = FIELDS_SHOWN.filter(
    ({ field, control }) =>
      control.kind === 'choice' &&
      !control.choices.some((one) => one.value === JSON.stringify(DEFAULT_POLICY[field])),
  );
  expect(notOffered).toEqual([]);
});

test('values are said in the words of the field', () => {
  expect(valueText('rpoSeconds', 93_600)).toBe('26 h');
  expect(valueText('offsiteRpoSeconds', null)).toBe('as on site');
  expect(valueText('offsiteDistanceKmMin', 100)).toBe('100 km');
  expect(valueText('acceptsClaims', true)).toBe('accepted');
  expect(valueText('retention', null)).toBe('nothing promised');
  const kept = { last: null, hourly: null, daily: 7, weekly: 4, monthly: 12, yearly: null };
  expect(valueText('retention', { ...kept, ageDaysMin: 1, ageDaysMax: 730 })).toBe(
    '7 daily, 4 weekly, 12 monthly, at least 1 day, at most 730 days',
  );
  expect(ruleText(RULE_32110)).toBe('3-2-1-1-0');
  expect(ruleText({ ...RULE_321, copies: 5, errors: 0 })).toBe('5 copies, 2 media, 1 offsite, no errors');
});

test('a contract is said with where it stands', () => {
  expect(valueText('contractTerms', null)).toBe('no contract entered');
  const terms = {
    source: 'Contract 2026-17',
    clause: '§ 4.2',
    validFrom: null,
    validUntil: '2026-12-31',
    rpoSeconds: 4 * 3600,
    rtoSeconds: null,
    retentionDays: 90,
    evidenceYears: 8,
  };
  expect(valueText('contractTerms', terms)).toBe(
    'Contract 2026-17 (§ 4.2): RPO 4 h, kept for 90 days, evidence for 8 years, until 2026-12-31',
  );
});

test('frameworks are said by name', () => {
  expect(valueText('frameworks', [])).toBe('none chosen');
  expect(valueText('frameworks', ['HIPAA', 'SOX'])).toBe('HIPAA, SOX');
});

test('schedules and maintenance are said in words', () => {
  expect(valueText('schedule', { kind: 'cron', expression: '0 21 * * 1-5' })).toBe('weekdays 21:00');
  expect(valueText('schedule', null)).toBe('none');
  expect(
    valueText('maintenanceWindows', [
      { kind: 'weekly', name: 'Patching', weekday: 0, time: '02:00', durationMinutes: 240 },
    ]),
  ).toBe('Patching');
});
