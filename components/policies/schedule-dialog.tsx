'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import {
  isSameValue,
  type PolicyField,
  type PolicyFields,
  type PolicyOverrides,
} from '@/domain/policy/policy-overrides';
import { nextOccurrence } from '@/domain/schedule/occurrences';
import type { Schedule } from '@/domain/schedule/schedule';
import type { Instant } from '@/domain/time/instant';
import { instantText } from '../format/words';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { FieldInput } from './field-input';
import { FIELDS_SHOWN, valueText } from './policy-fields';

interface Props {
  jobId: string;
  jobName: string;
  /** What holds for the job now. */
  promised: PolicyFields;
  /** What would hold without a policy of its own. */
  inherited: PolicyFields;
  /** The version of its own policy; 0: it has none. */
  version: number;
  /** IANA zone in which it is due. */
  timeZone: string;
  now: Instant;
  /** What its runs look like: the draft begins with it; null: with what holds. */
  proposed: Schedule | null;
}

interface Scheduled {
  readonly version: number;
  readonly former: PolicyOverrides;
}

type Draft = Pick<PolicyFields, JobField>;
type JobField = (typeof FIELDS)[number];
const FIELDS = [
  'schedule',
  'latenessSeconds',
  'greatestDurationSeconds',
] as const satisfies readonly PolicyField[];
const SHOWN = FIELDS_SHOWN.filter(({ field }) => isDrafted(field));

/** When one job is due, over what its system was promised, with its next due times while they are typed. */
export function ScheduleDialog(props: Props) {
  const { jobId, jobName, promised, inherited, version, proposed } = props;
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [draft, setDraft] = useState(() => draftOf(promised, proposed));
  const [unread, setUnread] = useState<readonly PolicyField[]>([]);
  const isChanged = FIELDS.some((field) => !isSameValue(draft[field], promised[field]));

  function change(field: PolicyField, value: PolicyFields[PolicyField] | undefined) {
    const others = unread.filter((one) => one !== field);
    setUnread(value === undefined ? [...others, field] : others);
    if (value !== undefined) setDraft({ ...draft, [field]: value });
  }

  async function save(overrides: PolicyOverrides, baseVersion: number) {
    return sendJson<Scheduled>('PUT', `/api/v1/jobs/${jobId}/schedule`, { overrides, baseVersion });
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const sent = await save(overridesOf(draft, promised, inherited), version);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: `Schedule of ${jobName} saved.`, undo: () => void undo(sent.answer) });
    router.refresh();
  }

  async function undo({ former, version: saved }: Scheduled) {
    const sent = await save(former, saved);
    if (!sent.isOk) notify({ text: sent.refusal.sentence });
    router.refresh();
  }

  return (
    <FormDialog
      title={`Schedule of ${jobName}`}
      description={`For this job alone, by the clock of its site (${props.timeZone}). What was due before stays as it was judged.`}
      trigger={
        <Button kind="quiet" className="!text-accent !h-6 !px-1 !text-xs">
          {triggerText(props)}
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
        setUnread([]);
        setDraft(draftOf(promised, proposed));
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        {SHOWN.map((shown) => (
          <div key={shown.field} className="flex flex-col gap-1">
            <span className="text-sm font-medium">{shown.label}</span>
            <span className="text-ink-3 text-xs">
              {shown.help}; inherited: {valueText(shown.field, inherited[shown.field])}
            </span>
            <FieldInput
              shown={shown}
              value={draft[shown.field as JobField]}
              isDisabled={false}
              onChange={(value) => change(shown.field, value)}
            />
          </div>
        ))}
        <NextTimes {...props} schedule={unread.includes('schedule') ? null : draft.schedule} />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy} isDisabled={!isChanged || unread.length > 0}>
            Save
          </SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}

function triggerText({ jobName, promised, proposed }: Props) {
  const kept = promised.schedule === null ? 'Set' : 'Change';
  const words = proposed === null ? kept : 'Use this';
  return (
    <>
      {words}
      <span className="sr-only"> schedule of {jobName}</span>
    </>
  );
}

function isDrafted(field: PolicyField): boolean {
  const drafted: readonly PolicyField[] = FIELDS;
  return drafted.includes(field);
}

function draftOf(promised: PolicyFields, proposed: Schedule | null): Draft {
  const { schedule, latenessSeconds, greatestDurationSeconds } = promised;
  return { schedule: proposed ?? schedule, latenessSeconds, greatestDurationSeconds };
}

/** What differs from what is inherited; what the job's own policy says beside these fields stays. */
function overridesOf(draft: Draft, promised: PolicyFields, inherited: PolicyFields): PolicyOverrides {
  const wanted = {
    ...draft,
    maintenanceWindows: promised.maintenanceWindows,
    dayRule: promised.dayRule,
  };
  return Object.fromEntries(
    Object.entries(wanted).filter(([field, value]) => !isSameValue(value, inherited[field as PolicyField])),
  );
}

const TIMES_SHOWN = 3;

function NextTimes({ schedule, timeZone, now }: Props & { schedule: Schedule | null }) {
  const times = schedule === null ? [] : nextTimes(schedule, timeZone, now);
  return (
    <p aria-live="polite" className="text-13 text-ink-2">
      {times.length === 0
        ? 'Nothing is due, so nothing can be missed.'
        : `Next due: ${times.map((at) => instantText(at, timeZone, now)).join(', ')}.`}
    </p>
  );
}

function nextTimes(schedule: Schedule, timeZone: string, now: Instant): Instant[] {
  const times: Instant[] = [];
  let after = now;
  while (times.length < TIMES_SHOWN) {
    const next = nextOccurrence(schedule, timeZone, after);
    if (next === null) break;
    times.push(next.at);
    after = next.at;
  }
  return times;
}
