/** A time that people snooze until, in the time zone of whoever looks. */
export interface SnoozeChoice {
  readonly name: string;
  readonly at: Date;
}

const MORNING_HOUR = 8;
const MONDAY = 1;

/** In four hours, tomorrow morning, the next Monday's, in a week; each time once, in the browser's zone. */
export function snoozeChoices(now: Date): readonly SnoozeChoice[] {
  const later = new Date(now);
  later.setHours(now.getHours() + 4);
  const choices = [
    { name: 'In 4 hours', at: later },
    { name: `Tomorrow 0${MORNING_HOUR}:00`, at: morningIn(now, 1) },
    { name: `Monday 0${MORNING_HOUR}:00`, at: morningIn(now, (MONDAY - now.getDay() + 7) % 7 || 7) },
    { name: 'In a week', at: morningIn(now, 7) },
  ];
  return choices.filter(
    ({ at }, index) => choices.findIndex((other) => other.at.getTime() === at.getTime()) === index,
  );
}

function morningIn(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING_HOUR);
}

/** As a field for date and time has it: `2026-11-28T08:00`, in the browser's zone. */
export function instantFieldText(at: Date): string {
  return `${dayFieldText(at)}T${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
}

/** As a field for a day has it: `2026-11-28`, in the browser's zone. */
export function dayFieldText(at: Date): string {
  return `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
