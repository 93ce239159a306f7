import { DAY, HOUR, MINUTE, SECOND, type Instant } from '@/domain/time/instant';
import { lastDays } from '@/domain/time/zoned-day';
import { chanceOf } from './chance';
import { isDuring } from './events';
import type { DemoClient } from './story';

/** When the demo was installed, and how many days of its history lie before. */
export interface DemoTimes {
  readonly installedAt: Instant;
  readonly historyDays: number;
}

/** A night's backups of one client. */
export interface Night {
  /** 0: the first of the demo. */
  readonly index: number;
  /** When they start. */
  readonly at: Instant;
  readonly isSunday: boolean;
}

/** One report of a client's agent: after the night's backups, or a sign of life in between. */
export interface Slot {
  /** The report's number: slots are counted from the first one of the demo. */
  readonly sequence: number;
  readonly at: Instant;
  readonly night: Night;
  /** Tells of the night's backups; the others say only that agent and repositories are there. */
  readonly isNight: boolean;
}

/** A client's nights and slots from the beginning of the demo on. */
export interface Calendar extends DemoTimes {
  readonly client: DemoClient;
  readonly nights: readonly Night[];
  readonly slots: readonly Slot[];
}

/** What a night's backups need at most, beyond the minute at which the last of them starts. */
const BACKUP_MINUTES_MAX = 52;

/** The calendar of a client until `until` inclusive; a later `until` only adds to it. */
export function openCalendar(client: DemoClient, times: DemoTimes, until: Instant): Calendar {
  const nights = nightsOf(client, times.installedAt - times.historyDays * DAY, until);
  const isHeard = (at: Instant): boolean =>
    at <= until &&
    !client.events.some((event) => event.kind === 'silent' && isDuring(event, at, times.installedAt));
  const slots = nights
    .flatMap((night) => slotsOf(client, night))
    .filter((slot) => isHeard(slot.at) && (slot.isNight || slot.at >= times.installedAt - DAY))
    .map((slot, index) => ({ ...slot, sequence: index + 1 }));
  return { client, ...times, nights, slots };
}

function nightsOf(client: DemoClient, from: Instant, until: Instant): Night[] {
  const count = Math.max(1, Math.ceil((until - from) / DAY) + 2);
  return lastDays(count, client.timeZone, client.startHour, until)
    .filter((day) => day.startsAt >= from)
    .map(({ date, startsAt }, index) => ({
      index,
      at: startsAt,
      isSunday: new Date(date).getUTCDay() === 0,
    }));
}

/**
 * On the hour, so that what happens at once is looked at at once, and some seconds later, as agents do. Signs of life are
 * sent from the day before the installation on: the past is told by its nights.
 */
function slotsOf(client: DemoClient, night: Night): Omit<Slot, 'sequence'>[] {
  const lastMinutes = Math.max(0, ...client.repositories.map((repository) => repository.offsetMinutes));
  const doneAt = night.at + (lastMinutes + BACKUP_MINUTES_MAX) * MINUTE;
  const seconds = 5 + Math.floor(chanceOf(client.name) * 50);
  const at = Math.ceil(doneAt / HOUR) * HOUR + seconds * SECOND;
  return [0, 8, 16].map((hours) => ({ at: at + hours * HOUR, night, isNight: hours === 0 }));
}
