import { DAY, MINUTE, SECOND, type Instant } from '@/domain/time/instant';
import type { Calendar, Night, Slot } from './calendar';
import { chanceOf, digest } from './chance';
import { eventsOf, isDuring, jobsInto, problemAt, type DemoJob } from './events';
import { keptNights } from './simulate-points';
import { iso, pointKey, repositoryKey, type ReportInput } from './simulate-runs';
import type { DemoRepository, DemoRestoreTests } from './story';

type VerificationInput = NonNullable<ReportInput['verifications']>[number];
type RestoreTestInput = NonNullable<ReportInput['restore_tests']>[number];

const MIB = 1024 ** 2;

/** A check of a tenth of the data: each Sunday, on the first night, and when somebody suspects damage. */
export function verificationsOf(
  calendar: Calendar,
  repository: DemoRepository,
  slot: Slot,
): VerificationInput[] {
  if (!repository.isChecked || !slot.isNight) return [];
  const isDamaged = (at: Instant): boolean =>
    eventsOf(calendar, 'check-finds-damage').some(
      (event) => event.repository === repository.key && isDuring(event, at, calendar.installedAt),
    );
  const hasDamage = isDamaged(slot.at);
  const isSuspected = hasDamage && !isDamaged(slot.at - DAY);
  if (!isTurn(slot.night) && !isSuspected) return [];
  const endedAt = slot.at - 2 * MINUTE;
  return [
    {
      verification_key: digest('check', calendar.client.name, repository.key, slot.night.at).slice(0, 32),
      repository_key: repositoryKey(calendar.client, repository),
      kind: 'data_subset',
      coverage_percent: 10,
      started_at: iso(endedAt - 4 * MINUTE),
      ended_at: iso(endedAt),
      result: hasDamage ? 'problems' : 'ok',
      errors: hasDamage ? 3 : 0,
      damaged: hasDamage ? [digest('pack', repository.key)] : [],
      exit_code: hasDamage ? 1 : 0,
      message: hasDamage ? 'pack contains 3 errors: blob hash does not match' : null,
    },
  ];
}

const isTurn = (night: Night): boolean => night.isSunday || night.index === 0;

/** The restore tests of a client's agent after the night's backups, each of the newest point there is. */
export function restoreTestsOf(calendar: Calendar, slot: Slot): RestoreTestInput[] {
  if (!slot.isNight) return [];
  return (calendar.client.restoreTests ?? []).flatMap((tests) => {
    const repository = calendar.client.repositories.find((one) => one.key === tests.repository);
    if (!repository || problemAt(calendar, repository, slot.at)) return [];
    return jobsInto(calendar.client, repository)
      .filter((job) => !tests.hosts || tests.hosts.includes(job.system.host))
      .flatMap((job) => restoreTestOf(calendar, job, tests, slot));
  });
}

function restoreTestOf(
  calendar: Calendar,
  job: DemoJob,
  tests: DemoRestoreTests,
  slot: Slot,
): RestoreTestInput[] {
  const [night] = keptNights(calendar, job, slot);
  const chance = 0.8 + 0.4 * chanceOf('sample', job.system.host, slot.night.at);
  const seconds = Math.max(30, Math.round((tests.files * chance) / 4));
  const startedAt = slot.at - 8 * MINUTE;
  const filesWrong = filesWrongAt(calendar, job, startedAt);
  const isSuspected = filesWrong > 0 && filesWrongAt(calendar, job, startedAt - DAY) === 0;
  if (!night || (!isTurnOf(job, tests, slot.night) && !isSuspected)) return [];
  const bytes = Math.round(tests.files * 15 * MIB * chance);
  return [
    {
      test_key: digest('restore-test', calendar.client.name, job.system.host, slot.night.at).slice(0, 32),
      point_key: pointKey(calendar.client, job, night),
      repository_key: repositoryKey(calendar.client, job.repository),
      trigger: 'schedule',
      method: 'sample',
      started_at: iso(startedAt),
      ended_at: iso(startedAt + seconds * SECOND),
      level: 'L4',
      result: filesWrong > 0 ? 'failed' : 'passed',
      selection: { rule: 'largest2+newest1+random', seed: slot.night.index, files: tests.files, bytes },
      files: { matched: tests.files - filesWrong, mismatched: filesWrong, missing: 0, unverifiable: 0 },
      bytes_restored: bytes,
      restore_seconds: seconds,
      verify_seconds: Math.round(seconds / 3),
      bytes_per_second: Math.round(bytes / seconds),
      manifest: { origin: 'at_backup', sha256: digest('manifest', job.system.host, night.at) },
      exit_code: filesWrong > 0 ? 1 : 0,
      message: filesWrong > 0 ? `${filesWrong} files differ from what was backed up` : null,
      scratch_removed: true,
    },
  ];
}

/** Each host in its turn, and all of them on the first day. */
function isTurnOf(job: DemoJob, { everyNights }: DemoRestoreTests, night: Night): boolean {
  const phase = Math.floor(chanceOf('turn', job.system.host) * everyNights);
  return night.index === 0 || night.index % everyNights === phase;
}

function filesWrongAt(calendar: Calendar, job: DemoJob, at: Instant): number {
  const event = eventsOf(calendar, 'restore-tests-fail').find(
    (one) =>
      one.host === job.system.host &&
      one.repository === job.repository.key &&
      isDuring(one, at, calendar.installedAt),
  );
  return event?.filesWrong ?? 0;
}
