import { DAY } from '@/domain/time/instant';
import type { Calendar, Night, Slot } from './calendar';
import { eventsOf, failureAt, missingPathAt, type DemoJob, type Story } from './events';
import type { DemoRepository } from './story';
import {
  captureOf,
  iso,
  jobKey,
  pointKey,
  repositoryKey,
  sizeOf,
  timingOf,
  type ReportInput,
} from './simulate-runs';

type PointInput = NonNullable<ReportInput['recovery_points']>[number];

const KEEP_DAILY = 7;
const KEEP_WEEKLY = 4;

/** What `restic forget --keep-daily 7 --keep-weekly 4` has left of a job at a slot, newest first. */
export function keptNights(calendar: Calendar, job: DemoJob, slot: Slot): Night[] {
  const weeks = new Set<number>();
  const kept: Night[] = [];
  for (let index = slot.night.index; index >= 0; index--) {
    const night = calendar.nights[index];
    if (!night || !isThere(calendar, job, night, slot)) continue;
    const week = Math.floor((night.at / DAY + 3) / 7);
    const isNewestOfWeek = !weeks.has(week);
    if (kept.length < KEEP_DAILY || (isNewestOfWeek && weeks.size < KEEP_WEEKLY)) kept.push(night);
    weeks.add(week);
    if (kept.length >= KEEP_DAILY && weeks.size >= KEEP_WEEKLY) break;
  }
  return kept;
}

/** A point as `restic snapshots` shows it. */
export function pointOf(story: Story, job: DemoJob, night: Night): PointInput {
  const { startedAt, endedAt } = timingOf(job, night);
  const missing = missingPathAt(story, job.system, startedAt);
  const { bytes, files } = sizeOf(job.system, night);
  return {
    point_key: pointKey(story.client, job, night),
    repository_key: repositoryKey(story.client, job.repository),
    job_key: jobKey(job),
    source_host: job.system.host,
    source_paths: job.system.paths.filter((path) => path !== missing),
    taken_at: iso(startedAt),
    completed_at: iso(endedAt),
    state: 'complete',
    bytes: { logical: bytes },
    files,
    capture: captureOf(job.system),
    encrypted: true,
  };
}

function isThere(calendar: Calendar, job: DemoJob, night: Night, slot: Slot): boolean {
  if (failureAt(calendar, job, timingOf(job, night).startedAt) !== null) return false;
  return !isDeleted(calendar, job.repository, night, slot);
}

/** Whether somebody had deleted a night's points by hand when the agent looked. */
function isDeleted(calendar: Calendar, repository: DemoRepository, night: Night, slot: Slot): boolean {
  return eventsOf(calendar, 'points-deleted').some((event) => {
    const at = calendar.installedAt - event.at * DAY;
    const first = calendar.slots.find((one) => one.isNight && one.at >= at);
    if (event.repository !== repository.key || !first || slot.at < first.at) return false;
    return night.index <= first.night.index && night.index > first.night.index - event.nights;
  });
}
