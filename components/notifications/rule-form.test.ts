import { expect, test } from 'vitest';
import { ruleTerms } from '@/domain/notify/notification-rule';
import { quietShown, ruleIn } from './rule-form';

function form(fields: readonly (readonly [string, string])[]): FormData {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
}

test('a short form is a rule of everything at once', () => {
  const rule = ruleIn(
    form([
      ['name', 'On call'],
      ['channelId', 'c'],
      ['severity', 'critical'],
      ['tells', 'opened'],
      ['tells', 'resolved'],
      ['when', 'now'],
      ['quiet', 'no'],
      ['escalates', 'no'],
      ['escalateAfterMinutes', '30'],
    ]),
  );
  expect(rule).toEqual({
    name: 'On call',
    channelId: 'c',
    escalationChannelId: null,
    terms: {
      severities: ['critical'],
      findingRules: null,
      clientIds: null,
      tells: ['opened', 'resolved'],
      digestHour: null,
      quiet: null,
      escalateAfterMinutes: null,
    },
  });
});

test('quiet hours read back as they were chosen', () => {
  const rule = ruleIn(
    form([
      ['severity', 'note'],
      ['tells', 'worse'],
      ['when', '7'],
      ['quiet', 'yes'],
      ['quietFrom', '20:30'],
      ['quietTo', '06:00'],
      ['day', '1'],
      ['day', '2'],
      ['weekend', 'on'],
    ]),
  ) as { terms: unknown };
  const { quiet, digestHour } = ruleTerms.parse(rule.terms);
  expect(digestHour).toBe(7);
  expect(quietShown(quiet)).toEqual({
    days: [1, 2],
    fromMinute: 1230,
    toMinute: 360,
    hasWeekend: true,
    criticalPasses: false,
  });
});
