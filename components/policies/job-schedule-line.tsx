import type { PolicyFields } from '@/domain/policy/policy-overrides';
import type { ProposedSchedule } from '@/domain/schedule/learn-schedule';
import { scheduleWords } from '@/domain/schedule/schedule-words';
import type { Instant } from '@/domain/time/instant';
import { ScheduleDialog } from './schedule-dialog';

interface Props {
  jobName: string;
  schedule: {
    readonly jobId: string;
    readonly promised: PolicyFields;
    readonly inherited: PolicyFields;
    readonly origin: string | null;
    readonly version: number;
    readonly timeZone: string;
    readonly proposal: ProposedSchedule | null;
  };
  now: Instant;
  mayChange: boolean;
}

/** When a job is due, in words, and who says so; or what its runs look like. */
export function JobScheduleLine({
  jobName,
  schedule: { proposal, origin, ...schedule },
  now,
  mayChange,
}: Props) {
  const rule = schedule.promised.schedule;
  return (
    <span className="text-ink-3 flex flex-wrap items-center gap-x-1 text-xs">
      {rule !== null && (
        <span title={origin === null ? undefined : `said by ${origin}`}>due {scheduleWords(rule)}</span>
      )}
      {rule === null && proposal === null && <span>no schedule</span>}
      {rule === null && proposal !== null && (
        <span title={proposal.sentence}>
          no schedule; looks like {proposal.words} ({proposal.fittingRuns} of {proposal.runs} runs)
        </span>
      )}
      {mayChange && (
        <ScheduleDialog
          // another version is another draft
          key={`${schedule.version} ${JSON.stringify(rule)}`}
          {...schedule}
          jobName={jobName}
          now={now}
          proposed={rule === null ? (proposal?.schedule ?? null) : null}
        />
      )}
    </span>
  );
}
