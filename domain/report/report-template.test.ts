import { expect, test } from 'vitest';
import { HOSTILE_TEXTS } from '@/test/hostile-texts';
import {
  FOREWORD_MAX,
  leftOutSections,
  paragraphsOf,
  periodInWords,
  REPORT_SECTIONS,
  reportChoices,
  STANDARD_CHOICES,
} from './report-template';

const messagesOf = (changed: object): string[] => {
  const parsed = reportChoices.safeParse({ ...STANDARD_CHOICES, ...changed });
  return parsed.success ? [] : parsed.error.issues.map(({ message }) => message);
};
const without = (id: string) => STANDARD_CHOICES.sections.filter((one) => one !== id);

test.each(REPORT_SECTIONS.filter(({ isRequired }) => isRequired))(
  '$name tells bad news or the limits of the evidence: it cannot be left out, and the refusal says why',
  ({ id, name, why }) => {
    expect(messagesOf({ sections: without(id) })).toEqual([`“${name}” cannot be left out: ${why}.`]);
    expect(why).not.toBe('');
  },
);

test.each(REPORT_SECTIONS.filter(({ isRequired }) => !isRequired))('$name can be left out', ({ id }) => {
  expect(messagesOf({ sections: without(id) })).toEqual([]);
  expect(leftOutSections({ sections: without(id) })).toEqual([id]);
});

test('sections stand in any order, each once, and none that is not ours', () => {
  expect(messagesOf({ sections: STANDARD_CHOICES.sections.toReversed() })).toEqual([]);
  expect(messagesOf({ sections: [...STANDARD_CHOICES.sections, 'tests'] })).toEqual([
    'Name each section once.',
  ]);
  expect(messagesOf({ sections: [...STANDARD_CHOICES.sections, '#eval("1")'] })).toHaveLength(1);
});

test('a foreword has a length, paragraphs and no control but line ends', () => {
  expect(messagesOf({ foreword: 'x'.repeat(FOREWORD_MAX) })).toEqual([]);
  expect(messagesOf({ foreword: 'x'.repeat(FOREWORD_MAX + 1) })).toEqual(['Use at most 1,500 characters.']);
  expect(messagesOf({ foreword: Array(8).fill('x').join('\n\n') })).toEqual([]);
  expect(messagesOf({ foreword: Array(9).fill('x').join('\n\n') })).toEqual(['Use at most 8 paragraphs.']);
  for (const bad of ['\u0000', '\u202e', '\u200b', '\ud800', '\u0007'])
    expect(messagesOf({ foreword: `Dear ${bad} all` })).toEqual(['Leave out control characters.']);
  expect(reportChoices.parse({ ...STANDARD_CHOICES, foreword: '\r\nOne\r\n\r\nTwo\n' }).foreword).toBe(
    'One\n\nTwo',
  );
});

test.each(HOSTILE_TEXTS)('$what is refused, or is a paragraph as it stands', ({ text }) => {
  const parsed = reportChoices.safeParse({ ...STANDARD_CHOICES, foreword: text });
  const outcome = parsed.success
    ? paragraphsOf(parsed.data.foreword).join(' ')
    : parsed.error.issues.map(({ message }) => message).join(' ');
  expect([text.replaceAll(/\s+/g, ' ').trim(), 'Leave out control characters.']).toContain(outcome);
});

test('a period is told by its month or by its days', () => {
  expect(periodInWords('2026-02', 'month')).toBe('February 2026');
  expect(periodInWords('2026-02', 'days')).toBe('1 February 2026 to 28 February 2026');
});
