import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRule, ruleDefinition } from './compile-rule';
import { plainValue, pointerTo, valueAt } from '../text/json-pointer';
import { endingsOf, isChoosy, type JsonRule, type RuleDefinition, type TextRule } from './message-rule';
import { patternProblem } from './pattern';
import type { RuleReading } from './reading';
import { SEARCHED_CHARACTERS_MAX } from './read-text-by';

const NO_CAPTURES = {
  job: null,
  host: null,
  started: null,
  ended: null,
  duration: null,
  bytes: null,
  reason: null,
};
const words = (find: string, place: 'subject' | 'text' | 'anywhere' = 'anywhere') =>
  ({ in: place, by: 'words', find }) as const;
const pattern = (find: string) => ({ in: 'text', by: 'pattern', find }) as const;

function textRule(parts: Partial<TextRule> = {}): TextRule {
  return {
    kind: 'text',
    from: null,
    holds: [],
    failed: [words('failed')],
    warning: [words('with warnings')],
    success: [words('successful')],
    captures: NO_CAPTURES,
    timeZone: null,
    ...parts,
  };
}

function jsonRule(parts: Partial<JsonRule> = {}): JsonRule {
  return {
    kind: 'json',
    holds: [{ pointer: '/tool', equals: 'dumper' }],
    outcomes: [
      { pointer: '/status', value: 'ok', means: 'success' },
      { pointer: '/status', value: 'degraded', means: 'warning' },
      { pointer: '/status', value: 'error', means: 'failed' },
    ],
    captures: NO_CAPTURES,
    timeZone: null,
    ...parts,
  };
}

const read = (rule: TextRule, body: string, subject = 'Backup', from: string | null = null): RuleReading => {
  const compiled = compileRule(ruleDefinition.parse(rule));
  if (compiled.kind !== 'text') throw new Error('a text rule was made');
  return compiled.read({ from, subject, body });
};
const readJson = (rule: JsonRule, json: unknown): RuleReading => {
  const compiled = compileRule(ruleDefinition.parse(rule));
  if (compiled.kind !== 'json') throw new Error('a JSON rule was made');
  return compiled.read(json);
};
const statusOf = (reading: RuleReading) => (reading.holds ? reading.status : 'not held');

describe('how a text says that a run ended', () => {
  test.each([
    ['The backup was successful.', 'success'],
    ['SUCCESSFUL', 'success'],
    ['successful, with   warnings', 'warning'],
    ['successful with\nwarnings', 'warning'],
    ['one successful, one FAILED', 'failed'],
    ['failed, with warnings, successful', 'failed'],
    ['The backup was unsuccessful.', null],
    ['successfully', null],
    ['all good', null],
    ['', null],
  ])('%j: %s', (body, status) => {
    expect(statusOf(read(textRule(), body))).toBe(status);
  });

  test('only where the sign is looked for', () => {
    const rule = textRule({ success: [words('OK', 'subject')] });
    expect(statusOf(read(rule, 'OK', 'Backup'))).toBe(null);
    expect(statusOf(read(rule, 'x', 'Backup OK'))).toBe('success');
  });

  test('by patterns, whose ^ and $ are those of a line', () => {
    const rule = textRule({
      success: [pattern(String.raw`^errors:\s*0$`)],
      failed: [pattern(String.raw`^errors:\s*[1-9]`)],
    });
    expect(statusOf(read(rule, 'done\nErrors: 0\nbye'))).toBe('success');
    expect(statusOf(read(rule, 'done\nErrors: 10\nbye'))).toBe('failed');
    expect(statusOf(read(rule, 'done\nlast errors: 0 of 5'))).toBe(null);
  });

  test('never by what was not looked at: of a text that is too long only a failure counts', () => {
    const long = `successful ${'x'.repeat(SEARCHED_CHARACTERS_MAX)}`;
    const reading = read(textRule(), long);
    expect(reading).toMatchObject({ holds: true, status: null, because: { kind: 'too-long' } });
    expect(statusOf(read(textRule(), `failed ${long}`))).toBe('failed');
    expect(statusOf(read(textRule(), long.slice(0, SEARCHED_CHARACTERS_MAX)))).toBe('success');
  });

  test('a rule without a sign of failure says nothing of one', () => {
    const rule = textRule({ failed: [], warning: [] });
    expect(endingsOf(rule)).toEqual(['success']);
    expect(statusOf(read(rule, 'failed'))).toBe(null);
  });
});

describe('which texts a rule holds for', () => {
  test.each([
    ['weigh@acme.example', 'weigh@acme.example', true],
    ['weigh@acme.example', 'WEIGH@Acme.example', true],
    ['acme.example', 'weigh@acme.example', true],
    ['acme.example', 'weigh@sub.acme.example', false],
    ['acme.example', 'weigh@notacme.example', false],
    ['weigh@acme.example', 'x-weigh@acme.example', false],
    ['acme.example', 'acme.example@evil.example', false],
    ['acme.example', null, false],
  ])('from %s: a mail from %s: %s', (from, sender, holds) => {
    expect(read(textRule({ from }), 'successful', 'Backup', sender).holds).toBe(holds);
  });

  test('those in which all its words and patterns stand', () => {
    const rule = textRule({ holds: [words('nightly', 'subject'), pattern(String.raw`job \d+`)] });
    expect(read(rule, 'job 5 successful', 'Nightly run').holds).toBe(true);
    expect(read(rule, 'job five successful', 'Nightly run')).toEqual({
      holds: false,
      because: { kind: 'not-there', find: String.raw`job \d+` },
    });
    expect(read(rule, 'job 5 successful', 'Daily run').holds).toBe(false);
  });
});

const taken = (captures: Partial<TextRule['captures']>, body: string) => {
  const reading = read(
    textRule({ captures: { ...NO_CAPTURES, ...captures } }),
    `successful\n${body}`,
    'S: 1',
  );
  return reading.holds && reading.status !== null ? reading.captured : null;
};

const after = (find: string) => ({ in: 'text', by: 'after', find }) as const;

describe('what is taken out of a text', () => {
  test('the rest of a line after words, or a cell of a table', () => {
    expect(taken({ job: after('Job name') }, 'The job name:  Nightly dump \nx')).toEqual({
      job: 'Nightly dump',
    });
    expect(taken({ job: after('Job') }, 'Job\tNightly\tStatus\tOK')).toEqual({ job: 'Nightly' });
    expect(taken({ job: after('Job') }, 'Jobs: 3\nJob = x')).toEqual({ job: 'x' });
    expect(taken({ job: after('Job:') }, 'Job:\nJob: second')).toEqual({ job: 'second' });
    expect(taken({ job: after('Job') }, 'nothing')).toEqual({});
  });

  test('the first group of a pattern, or all of it', () => {
    expect(taken({ host: pattern(String.raw`on (\S+)$`) }, 'ran on srv-1\nran on srv-2')).toEqual({
      host: 'srv-1',
    });
    expect(taken({ host: pattern(String.raw`srv-\d`) }, 'ran on srv-1')).toEqual({ host: 'srv-1' });
    expect(taken({ host: pattern('(x)?srv') }, 'srv')).toEqual({});
  });
});

const of = (status: unknown) => ({ tool: 'dumper', status });

describe('how a JSON says that a run ended', () => {
  test.each([
    [of('ok'), 'success'],
    [of(' ok '), 'success'],
    [of('degraded'), 'warning'],
    [of('error'), 'failed'],
    [of('OK'), null],
    [of('okay'), null],
    [of(null), null],
    [of({ ok: true }), null],
    [{ tool: 'dumper' }, null],
    [{ tool: 'other', status: 'ok' }, 'not held'],
    [{ status: 'ok' }, 'not held'],
    ['ok', 'not held'],
    [null, 'not held'],
  ])('%j: %s', (json, status) => {
    expect(statusOf(readJson(jsonRule(), json))).toBe(status);
  });

  test('success only where every field that says so does: an unknown value of one is none', () => {
    const rule = jsonRule({
      outcomes: [
        { pointer: '/status', value: 'ok', means: 'success' },
        { pointer: '/errors', value: '0', means: 'success' },
        { pointer: '/aborted', value: 'true', means: 'failed' },
        { pointer: '/aborted', value: 'false', means: 'success' },
      ],
    });
    const whole = { tool: 'dumper', status: 'ok', errors: 0, aborted: false };
    expect(statusOf(readJson(rule, whole))).toBe('success');
    expect(readJson(rule, { ...whole, errors: 3 })).toMatchObject({
      status: null,
      because: { kind: 'unnamed-value', pointer: '/errors', value: '3' },
    });
    const { errors: _errors, ...without } = whole;
    expect(readJson(rule, without)).toMatchObject({ because: { kind: 'no-field', pointer: '/errors' } });
    expect(statusOf(readJson(rule, { ...whole, errors: 3, aborted: true }))).toBe('failed');
  });

  test('with what it takes out by pointers', () => {
    const rule = jsonRule({
      captures: { ...NO_CAPTURES, job: '/job/na~1me', bytes: '/sizes/1', host: '/none' },
    });
    const reading = readJson(rule, { ...of('ok'), job: { 'na/me': 'dump' }, sizes: [1, 22] });
    expect(reading).toMatchObject({ captured: { job: 'dump', bytes: '22' } });
  });
});

describe('a pointer', () => {
  test('names own fields only', () => {
    expect(valueAt({ a: 1 }, '/constructor')).toBeUndefined();
    expect(valueAt({ a: 1 }, '/__proto__/x')).toBeUndefined();
    expect(valueAt([1, 2], '/length')).toBeUndefined();
    expect(valueAt([1, 2], '/01')).toBeUndefined();
    expect(valueAt('text', '/0')).toBeUndefined();
    expect(plainValue([])).toBeNull();
  });

  test('leads back to what it was made for', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (json) => {
        for (const [name, value] of Object.entries(json))
          expect(valueAt(json, pointerTo('', name))).toBe(value);
      }),
    );
  });
});

const problems = (rule: RuleDefinition) =>
  ruleDefinition.safeParse(rule).error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('a rule is refused', () => {
  test('that never tells how a run ended', () => {
    expect(problems(textRule({ failed: [], warning: [], success: [] }))).toEqual(['endings']);
    expect(problems(jsonRule({ outcomes: [] }))).toEqual(['endings']);
  });

  test('with a pattern that is none, at its field', () => {
    expect(problems(textRule({ success: [words('('), pattern('(')] }))).toEqual(['success.1.find']);
    const captures = { ...NO_CAPTURES, host: pattern('[z-a]') };
    expect(problems(textRule({ captures }))).toEqual(['captures.host.find']);
  });

  test.each([
    '(',
    ')',
    '[a',
    '*a',
    'a\\',
    '(?=a)',
    '(?<!a)b',
    '\\1',
    '(.{1,900}x){3}',
    'a{2000}',
    '[z-a]',
    '.{1,500}z',
  ])('with the pattern %s, in words', (source) => {
    expect(patternProblem(source)).toMatch(/^[A-Z].*\.$/);
  });

  test('with bounds passed', () => {
    expect(problems(textRule({ success: [words('x'.repeat(201))] }))).toEqual(['success.0.find']);
    expect(problems(textRule({ success: Array.from({ length: 11 }, () => words('x')) }))).toEqual([
      'success',
    ]);
    expect(problems(textRule({ from: 'two words' }))).toEqual(['from']);
    expect(problems(textRule({ timeZone: 'Mars/Base' }))).toEqual(['timeZone']);
    expect(problems(jsonRule({ holds: [{ pointer: 'status', equals: null }] }))).toEqual(['holds.0.pointer']);
  });

  test('unless it says which messages it holds for, of one channel only', () => {
    expect(isChoosy(textRule())).toBe(false);
    expect(isChoosy(textRule({ from: 'acme.example' }))).toBe(true);
    expect(isChoosy(jsonRule({ holds: [] }))).toBe(false);
    expect(isChoosy(jsonRule())).toBe(true);
  });
});

describe('whatever comes', () => {
  const anyFind = fc.string({ minLength: 1, maxLength: 20 });
  const anySign = fc.record({
    in: fc.constantFrom('subject', 'text', 'anywhere'),
    by: fc.constantFrom('words', 'pattern'),
    find: anyFind,
  });
  const anyText = fc.record({
    from: fc.option(fc.string(), { nil: null }),
    subject: fc.string(),
    body: fc.string({ unit: 'binary', maxLength: 300 }),
  });

  test('no rule for texts throws, and none without a sign of success says success', () => {
    fc.assert(
      fc.property(
        fc.array(anySign, { maxLength: 3 }),
        fc.array(anySign, { minLength: 1, maxLength: 3 }),
        anyText,
        (holds, failed, text) => {
          const capture = { ...failed[0], by: 'after' };
          const captures = { ...NO_CAPTURES, job: capture };
          const parsed = ruleDefinition.safeParse({
            ...textRule(),
            holds,
            failed,
            warning: failed,
            success: [],
            captures,
          });
          if (!parsed.success) return;
          const compiled = compileRule(parsed.data);
          if (compiled.kind !== 'text') throw new Error('a text rule was made');
          const reading = compiled.read(text);
          expect(reading.holds && reading.status === 'success').toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('no rule for JSON throws, and success is said of named values only', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (json, value) => {
        const given = { tool: 'dumper', status: value, more: json };
        const reading = readJson(jsonRule(), given);
        expect(reading.holds && reading.status === 'success').toBe(value.trim() === 'ok');
        expect(() =>
          readJson(jsonRule({ captures: { ...NO_CAPTURES, job: '/more/0' } }), json),
        ).not.toThrow();
      }),
    );
  });
});

describe('a terrible pattern', () => {
  test.each(['(a+)+$', '(x+x+)+y', '(.*a){20}x', '.{1,100}z', '([ab]*a[ab]{60})c', String.raw`(\w+\s?)*:$`])(
    '%s costs bounded time on a text of megabytes',
    (source) => {
      const sign = { in: 'anywhere', by: 'pattern', find: source } as const;
      const rule = textRule({ holds: [], failed: [sign], captures: { ...NO_CAPTURES, reason: sign } });
      const compiled = compileRule(ruleDefinition.parse(rule));
      if (compiled.kind !== 'text') throw new Error('a text rule was made');
      const body = 'ab'.repeat(2_000_000);
      const began = performance.now();
      compiled.read({ from: null, subject: '', body });
      expect(performance.now() - began).toBeLessThan(5000);
    },
  );
});
