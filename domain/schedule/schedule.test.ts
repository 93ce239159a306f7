import { describe, expect, test } from 'vitest';
import { readCron } from './cron';
import { schedule } from './schedule';

const problemOf = (expression: string) => {
  const reading = readCron(expression);
  return reading.isValid ? null : reading.problem;
};

describe('a cron expression', () => {
  test('takes lists, ranges, steps and names, whatever their case, and Sunday as 0 or 7', () => {
    const reading = readCron('0-10/5,30 21 1,15 JAN-mar,dec 7,Mon');
    expect(reading).toEqual({
      isValid: true,
      cron: {
        minutes: [0, 5, 10, 30],
        hours: [21],
        days: new Set([1, 15]),
        months: new Set([1, 2, 3, 12]),
        weekdays: new Set([0, 1]),
        isEitherDay: true,
        isElapsed: false,
      },
    });
  });

  test.each([
    ['* 2 * * *', true],
    ['*/15 2 * * *', true],
    ['0 * * * *', true],
    ['0 */6 * * *', true],
    ['0 0-23 * * *', false],
    ['0,30 2 * * *', false],
  ])('%s: on elapsed time is %s', (expression, isElapsed) => {
    const reading = readCron(expression);
    expect(reading.isValid && reading.cron.isElapsed).toBe(isElapsed);
  });

  test.each([
    ['0 0 1 * 1', true],
    ['0 0 */2 * 1', false],
    ['0 0 1 * *', false],
    ['0 0 1 * */2', false],
  ])('%s: either day will do is %s', (expression, isEitherDay) => {
    const reading = readCron(expression);
    expect(reading.isValid && reading.cron.isEitherDay).toBe(isEitherDay);
  });

  test.each([
    ['', 'has five fields'],
    ['0 21 * *', 'this has 4'],
    ['0 0 21 * * *', 'Seconds, years and commands are not part'],
    ['60 21 * * *', "'60' is no minute: it takes 0–59"],
    ['0 24 * * *', "'24' is no hour"],
    ['0 0 0 * *', "'0' is no day of the month"],
    ['0 0 * 13 *', 'or jan–dec'],
    ['0 0 * * 8', "'8' is no day of the week"],
    ['0 0 * * mun', "'mun' is no day of the week: it takes 0–7 or sun–sat"],
    ['0 0 L * *', "'l' is no day of the month"],
    ['0 0 ? * 1', "'?' is no day of the month"],
    ['0 0 * * 5#2', "'5#2' is no day of the week"],
    ['5/15 * * * *', "write '5-59/15'"],
    ['0 0 * * 1/2', "write '1-6/2'"],
    ['*/0 * * * *', "The step '0'"],
    ['*/x * * * *', "The step 'x'"],
    ['*/2/3 * * * *', 'two steps'],
    ['1,,2 * * * *', 'is empty'],
    ['1-2-3 * * * *', 'is no range'],
    ['-5 * * * *', "'' is no minute"],
    ['1.5 * * * *', "'1.5' is no minute"],
    ['0 22-3 * * *', "write '22-23,0-3'"],
    ['0 0 * * fri-sun', "write Sunday as 7, as in '5-7'"],
    ['0 0 30 2 *', 'has a day 30, so it would never run'],
    ['0 0 31 4,6 *', 'has a day 31'],
    ['@daily', 'five fields: 0 0 * * *'],
    ['@reboot', "no time in '@reboot'"],
  ])('%s is refused, and the reason says what to write', (expression, reason) => {
    expect(problemOf(expression)).toContain(reason);
  });

  test('of a day that never comes is taken where a weekday will do as well', () => {
    expect(problemOf('0 0 30 2 1')).toBe(null);
  });

  test('that is hostile is quoted short', () => {
    expect(problemOf(`${'9'.repeat(500)} * * * *`)?.length).toBeLessThan(150);
  });
});

describe('a schedule', () => {
  test('keeps its expression with single blanks', () => {
    const given = { kind: 'cron', expression: '  0\t21  * * 1-5 ' };
    expect(schedule.parse(given)).toEqual({ kind: 'cron', expression: '0 21 * * 1-5' });
  });

  test('says of a bad expression what is wrong with it', () => {
    const result = schedule.safeParse({ kind: 'cron', expression: '0 25 * * *' });
    expect(result.error?.issues[0]?.message).toContain("'25' is no hour");
    expect(result.error?.issues[0]?.path).toEqual(['expression']);
  });

  test.each([
    [{ seconds: 59 }, 'at least a minute'],
    [{ seconds: 90 }, 'whole minutes'],
    [{ seconds: 401 * 86_400 }, 'at most 400 days'],
    [{ anchor: '2026-02-30T00:00' }, 'no such day'],
    [{ anchor: '2026-02-03T24:00' }, 'no such day'],
    [{ anchor: '2026-02-03' }, 'Write it as YYYY-MM-DDTHH:mm'],
  ])('refuses an interval of %o', (given, reason) => {
    const good = { kind: 'interval', seconds: 14_400, anchor: '2026-02-03T00:30' };
    expect(schedule.safeParse(good).success).toBe(true);
    expect(schedule.safeParse({ ...good, ...given }).error?.issues[0]?.message).toContain(reason);
  });
});
