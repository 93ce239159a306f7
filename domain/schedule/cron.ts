/** A cron expression of five fields, read. Each set says whether a value is in it. */
export interface Cron {
  /** 0–59 and 0–23, ascending. */
  minutes: readonly number[];
  hours: readonly number[];
  /** 1–31, 1–12, 0–6 (0 is Sunday). */
  days: ReadonlySet<number>;
  months: ReadonlySet<number>;
  weekdays: ReadonlySet<number>;
  /** Both day fields are restricted, so a day that is in either is due (Vixie cron's rule); else it must be in both. */
  isEitherDay: boolean;
  /** Minute or hour begins with `*`: the job follows elapsed time through a change of clocks (Debian cron's rule). */
  isElapsed: boolean;
}

/** `problem` is a sentence for whoever wrote the expression: what is wrong and what to write. */
export type CronReading = { isValid: true; cron: Cron } | { isValid: false; problem: string };

interface Field {
  name: string;
  min: number;
  max: number;
  /** Names of the values from `min` on. */
  names: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE: Field = { name: 'minute', min: 0, max: 59, names: [] };
const HOUR: Field = { name: 'hour', min: 0, max: 23, names: [] };
const DAY: Field = { name: 'day of the month', min: 1, max: 31, names: [] };
const MONTH: Field = { name: 'month', min: 1, max: 12, names: MONTHS };
const WEEKDAY: Field = { name: 'day of the week', min: 0, max: 7, names: WEEKDAYS };

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

class CronProblem extends Error {}

/**
 * Reads what Vixie cron's table takes (crontab(5)): five fields of lists, ranges, steps and names, case ignored, Sunday 0 or 7.
 * What cron daemons take in silence but do not do (a step on a single number, a range that runs backwards) is refused, and
 * so is a date that never comes.
 */
export function readCron(expression: string): CronReading {
  try {
    return { isValid: true, cron: cronOf(expression.trim().toLowerCase()) };
  } catch (error) {
    if (error instanceof CronProblem) return { isValid: false, problem: error.message };
    throw error;
  }
}

function cronOf(expression: string): Cron {
  const [minute, hour, day, month, weekday] = fieldsOf(expression);
  const days = valuesOf(day, DAY);
  const months = valuesOf(month, MONTH);
  const isEitherDay = !day.startsWith('*') && !weekday.startsWith('*');
  if (!isEitherDay) requireADate(days, months);
  return {
    minutes: sorted(valuesOf(minute, MINUTE)),
    hours: sorted(valuesOf(hour, HOUR)),
    days,
    months,
    weekdays: new Set([...valuesOf(weekday, WEEKDAY)].map((value) => value % 7)),
    isEitherDay,
    isElapsed: minute.startsWith('*') || hour.startsWith('*'),
  };
}

function fieldsOf(expression: string): [string, string, string, string, string] {
  if (expression.startsWith('@')) {
    const meant = NICKNAMES[expression];
    throw new CronProblem(
      meant === undefined
        ? `There is no time in '${shown(expression)}'.`
        : `Write it as five fields: ${meant}.`,
    );
  }
  const fields = expression.split(/\s+/).filter((field) => field !== '');
  const [minute, hour, day, month, weekday] = fields;
  if (minute && hour && day && month && weekday && fields.length === 5)
    return [minute, hour, day, month, weekday];
  const seconds = fields.length > 5 ? ' Seconds, years and commands are not part of it.' : '';
  throw new CronProblem(
    `A cron expression has five fields (minute, hour, day of the month, month, day of the week); this has ${fields.length}.${seconds}`,
  );
}

function valuesOf(text: string, field: Field): Set<number> {
  const values = new Set<number>();
  for (const term of text.split(',')) for (const value of termValues(term, field)) values.add(value);
  return values;
}

function termValues(term: string, field: Field): number[] {
  if (term === '') throw new CronProblem(`An entry of the list in the field ${field.name} is empty.`);
  const [base = '', stepText, ...tooMany] = term.split('/');
  if (tooMany.length > 0) throw new CronProblem(`'${shown(term)}' in the field ${field.name} has two steps.`);
  const [from, to] = boundsOf(base, field);
  if (stepText === undefined) return range(from, to, 1);
  if (base !== '*' && !base.includes('-'))
    throw new CronProblem(
      `A step needs a range: write '${base}-${lastOf(field)}/${shown(stepText)}' in the field ${field.name}.`,
    );
  return range(from, to, stepOf(stepText, field));
}

function boundsOf(base: string, field: Field): [number, number] {
  if (base === '*') return [field.min, lastOf(field)];
  const [first = '', last, ...tooMany] = base.split('-');
  if (tooMany.length > 0) throw new CronProblem(`'${shown(base)}' in the field ${field.name} is no range.`);
  const from = valueOf(first, field);
  const to = last === undefined ? from : valueOf(last, field);
  if (from <= to) return [from, to];
  // fri-sun is what people mean by 5-7
  if (field === WEEKDAY && to === 0)
    throw new CronProblem(`The range '${shown(base)}' runs backwards: write Sunday as 7, as in '${from}-7'.`);
  throw new CronProblem(
    `The range '${shown(base)}' in the field ${field.name} runs backwards: write '${from}-${lastOf(field)},${field.min}-${to}'.`,
  );
}

function valueOf(text: string, field: Field): number {
  const named = field.names.indexOf(text);
  if (named !== -1) return named + field.min;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= field.min && value <= field.max) return value;
  const names = field.names.length > 0 ? ` or ${field.names[0]}–${field.names.at(-1)}` : '';
  throw new CronProblem(
    `'${shown(text)}' is no ${field.name}: it takes ${field.min}–${field.max}${names}, ranges (a-b), steps (*/n) and lists (a,b).`,
  );
}

function stepOf(text: string, field: Field): number {
  const step = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (step >= 1 && step <= field.max) return step;
  throw new CronProblem(
    `The step '${shown(text)}' in the field ${field.name} is not a number from 1 to ${field.max}.`,
  );
}

/** Saturday ends the week of `*`: 7 would be Sunday once more. */
function lastOf(field: Field): number {
  return field === WEEKDAY ? 6 : field.max;
}

function range(from: number, to: number, step: number): number[] {
  const values = [];
  for (let value = from; value <= to; value += step) values.push(value);
  return values;
}

function requireADate(days: ReadonlySet<number>, months: ReadonlySet<number>): void {
  const first = Math.min(...days);
  if ([...months].some((month) => first <= (LONGEST_MONTHS[month - 1] ?? 0))) return;
  throw new CronProblem(`None of the months has a day ${first}, so it would never run.`);
}

function sorted(values: ReadonlySet<number>): number[] {
  return [...values].toSorted((a, b) => a - b);
}

/** What somebody wrote, short enough for a sentence. */
function shown(text: string): string {
  return text.length > 20 ? `${text.slice(0, 20)}…` : text;
}
