import { z } from 'zod';

/** One line of text that a person types. `name` completes 'Enter …'. */
export const textLine = (name: string, charactersMax = 200) =>
  z
    .string()
    .trim()
    .min(1, `Enter ${name}.`)
    .max(charactersMax, `Use at most ${charactersMax} characters.`)
    .regex(/^\P{C}*$/u, 'Leave out control characters.');

/** An IANA time zone that this machine knows. */
export const timeZone = z.string().max(100).refine(isTimeZone, 'This time zone is not known.');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
