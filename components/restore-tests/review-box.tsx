'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { FormProblem } from '../forms/form-problem';
import { fieldText } from '../forms/declaration-form';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { TextAreaField } from '../forms/text-area-field';
import { useNotify } from '../ui/toaster';

interface Props {
  recordId: string;
  /** How many amendments the page shows. */
  seen: number;
  /** What accepting makes of it, in a sentence. */
  accepting: string;
}

/** Accepts or rejects a record that somebody else made. */
export function ReviewBox({ recordId, seen, accepting }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [decision, setDecision] = useState<'accepted' | 'rejected'>('accepted');

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const comment = fieldText(new FormData(event.currentTarget), 'comment');
    const sent = await sendJson('POST', `/api/v1/restore-records/${recordId}/review`, {
      decision,
      comment,
      seen,
    });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    notify({ text: decision === 'accepted' ? 'The record is accepted.' : 'The record is rejected.' });
    router.refresh();
  }

  return (
    <form
      method="post"
      onSubmit={(event) => void submit(event)}
      className="flex max-w-[640px] flex-col gap-3"
    >
      <FormProblem refusal={refusal} />
      <fieldset className="text-13 flex flex-col gap-1.5">
        <legend className="sr-only">What you decide</legend>
        <label className="flex items-start gap-2">
          <input
            type="radio"
            aria-label={`Accept the record. ${accepting}`}
            name="decision"
            className="accent-accent mt-1"
            checked={decision === 'accepted'}
            onChange={() => setDecision('accepted')}
          />
          <span>
            <b className="font-semibold">Accept the record.</b> {accepting}
          </span>
        </label>
        <label className="flex items-start gap-2">
          <input
            type="radio"
            aria-label="Reject it. It counts for nothing then; a correction brings it back to review."
            name="decision"
            className="accent-accent mt-1"
            checked={decision === 'rejected'}
            onChange={() => setDecision('rejected')}
          />
          <span>
            <b className="font-semibold">Reject it.</b> It counts for nothing then; a correction brings it
            back to review.
          </span>
        </label>
      </fieldset>
      <TextAreaField
        label="Comment, kept with the record"
        name="comment"
        maxLength={2000}
        required={decision === 'rejected'}
        error={refusal?.fields['comment']}
      />
      <div className="flex flex-wrap items-center gap-3">
        <SubmitButton isBusy={isBusy}>{decision === 'accepted' ? 'Accept' : 'Reject'}</SubmitButton>
        <span className="text-ink-3 text-xs">Afterwards corrections are added; nothing is overwritten.</span>
      </div>
    </form>
  );
}
