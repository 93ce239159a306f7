import { z } from 'zod';
import { lastDays, type ZonedDay } from '@/domain/time/zoned-day';

type Given = Readonly<Record<string, string | string[] | undefined>>;

const text = (given: Given, name: string): string | null => {
  const value = given[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
};

/** An id in the address; null: none, or not one. */
export function idIn(given: Given, name: string): string | null {
  return z.uuid().safeParse(text(given, name)).data ?? null;
}

/** Whether a part of the page is open. */
export function isOpenIn(given: Given, name: string): boolean {
  return text(given, name) === 'open';
}

/** A text in the address, at most 200 characters. */
export function textIn(given: Given, name: string): string {
  return (text(given, name) ?? '').trim().slice(0, 200);
}

/** Where a page of a list begins: after the entry of this instant and id. */
export function cursorIn(given: Given): { at: Date; id: string } | null {
  const [at, id] = (text(given, 'before') ?? '').split('~');
  const parsed = z.object({ at: z.iso.datetime(), id: z.uuid() }).safeParse({ at, id });
  return parsed.success ? { at: new Date(parsed.data.at), id: parsed.data.id } : null;
}

export function cursorText(at: number, id: string): string {
  return `${new Date(at).toISOString()}~${id}`;
}

/** A past instant that the address names; null: none, or one to come. */
export function pastInstantIn(given: Given, now: number): Date | null {
  const at = z.iso.datetime({ offset: true }).safeParse(text(given, 'at')).data;
  return at !== undefined && Date.parse(at) <= now ? new Date(at) : null;
}

const DAYS_BACK = 400;

/** The day of the client's zone that the address names; null: none, or none of the last 400. */
export function dayIn(
  given: Given,
  zone: { timeZone: string; dayStartHour: number },
  now: number,
): ZonedDay | null {
  const date = text(given, 'day');
  if (date === null || !z.iso.date().safeParse(date).success) return null;
  const back = Math.ceil((now - Date.parse(`${date}T00:00:00Z`)) / 86_400_000) + 2;
  if (back < 0 || back > DAYS_BACK) return null;
  return lastDays(back, zone.timeZone, zone.dayStartHour, now).find((day) => day.date === date) ?? null;
}
