import { describe, expect, test } from 'vitest';
import {
  emptyRule,
  leftOutText,
  missingIn,
  type Pointed,
  problemAt,
  withMeaning,
  writtenRule,
} from './message-rule-form';
import { factText, unreadText } from './message-rule-words';

const BODY = 'All copied.\nJob: ledger\n';
const words = (find: string): Pointed => {
  const start = BODY.indexOf(find);
  return { kind: 'text', selected: { in: 'text', text: BODY, start, end: start + find.length } };
};
const field = (pointer: string, value: string): Pointed => ({ kind: 'json', pointer, value });
const sign = (find: string) => ({ in: 'text', by: 'words', find }) as const;

describe('pointing at words', () => {
  test('makes a sign of them, once', () => {
    const rule = withMeaning(emptyRule('text', 'a@b.example'), words('All copied'), 'success');
    expect(rule).toMatchObject({ from: 'a@b.example', success: [sign('All copied')], failed: [] });
    expect(withMeaning(rule, words('All copied'), 'success')).toEqual(rule);
  });

  test('or says how a fact is found beside them', () => {
    expect(withMeaning(emptyRule('text', null), words('ledger'), 'job')).toMatchObject({
      captures: { job: { in: 'text', by: 'after', find: 'Job' }, host: null },
    });
  });
});

describe('pointing at a field', () => {
  test('says what its value means, or that it must be there', () => {
    const outcome = withMeaning(emptyRule('json', null), field('/state', 'ok'), 'warning');
    expect(withMeaning(outcome, field('/state', 'ok'), 'success')).toMatchObject({
      outcomes: [{ pointer: '/state', value: 'ok', means: 'success' }],
    });
    const held = withMeaning(emptyRule('json', null), field('/tool', 'x'), 'holds');
    expect(held).toMatchObject({ holds: [{ pointer: '/tool', equals: null }] });
    expect(withMeaning(held, field('/tool', 'x'), 'equals')).toMatchObject({
      holds: [{ pointer: '/tool', equals: 'x' }],
    });
    expect(withMeaning(held, field('/job', 'x'), 'job')).toMatchObject({ captures: { job: '/job' } });
  });

  test('says nothing of a text', () => {
    const rule = emptyRule('text', null);
    expect(withMeaning(rule, field('/state', 'ok'), 'success')).toBe(rule);
  });
});

describe('a rule that is being written', () => {
  const begun = {
    ...emptyRule('text', null),
    kind: 'text' as const,
    from: '',
    holds: [],
    failed: [sign(''), sign('broke'), sign('(')],
    warning: [],
    success: [],
    captures: {
      ...emptyRule('text', null).captures,
      job: { in: 'text' as const, by: 'after' as const, find: ' ' },
    },
  } as ReturnType<typeof emptyRule>;

  test('is sent without what is still empty', () => {
    expect(writtenRule(begun)).toMatchObject({
      from: null,
      failed: [sign('broke'), sign('(')],
      captures: { job: null },
    });
  });

  test('shows what was refused at the row that it was of', () => {
    const problems = { 'definition.failed.1.find': 'A bracket ( is not closed.' };
    expect(problemAt(problems, begun, 'failed', 2)).toBe('A bracket ( is not closed.');
    expect(problemAt(problems, begun, 'failed', 1)).toBeUndefined();
    expect(problemAt(problems, begun, 'success', 1)).toBeUndefined();
  });

  test('says what is missing, and what leaving an ending out means', () => {
    expect(missingIn(emptyRule('json', null))).toMatch(/^Say first/);
    expect(missingIn(begun)).toBeNull();
    expect(leftOutText(begun)).toMatch(/no sign of a success/);
    const kind = withMeaning(emptyRule('text', null), words('All copied'), 'success');
    expect(leftOutText(kind)).toMatch(/no sign of a failure/);
    expect(leftOutText(withMeaning(kind, words('Job'), 'failed'))).toBeNull();
    expect(leftOutText(emptyRule('text', null))).toBeNull();
  });
});

describe('what a rule takes out, in words', () => {
  test('is a time with its zone, an amount, or why it is none', () => {
    const at = { at: '2026-03-12T03:05:00', isLocal: true };
    expect(factText({ name: 'ended', said: 'x', value: at }, 'Europe/Berlin')).toBe(
      '2026-03-12 03:05:00, in the client’s zone (Europe/Berlin)',
    );
    expect(factText({ name: 'bytes', said: '2 KB', value: 2048 }, 'UTC')).toBe('2.0 KiB');
    expect(factText({ name: 'duration', said: 'x', value: null }, 'UTC')).toBeNull();
    expect(unreadText({ name: 'started', said: 'soon', value: null })).toBe(
      '“soon” cannot be read as a time for sure: it is left out',
    );
  });
});
