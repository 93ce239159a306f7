'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { PROOF_LEVELS, RECORD_RESULTS, type RestoreRecord } from '@/domain/restore-test/record';
import { fieldText } from '../forms/declaration-form';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { TextAreaField } from '../forms/text-area-field';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { CheckFields } from './check-fields';
import { checkValues, correctedChecks, linesIn } from './record-form-values';
import { LEVEL_WORD, RESULT_WORD } from './record-words';

interface Props {
  recordId: string;
  seen: number;
  record: Pick<
    RestoreRecord,
    'level' | 'result' | 'method' | 'scope' | 'checks' | 'anomalies' | 'exceptions' | 'lessons'
  >;
}

/** Says what of a record is otherwise, and why. The record itself stays as it was made. */
export function CorrectionDialog({ recordId, seen, record }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [checkCount, setCheckCount] = useState(Math.max(1, record.checks.length));
  const values = checkValues(record.checks);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setIsBusy(true);
    const sent = await sendJson('POST', `/api/v1/restore-records/${recordId}/corrections`, {
      reason: fieldText(form, 'reason'),
      seen,
      fields: changedFields(form, checkCount, record),
    });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: 'The correction is kept.' });
    router.refresh();
  }

  return (
    <FormDialog
      title="Correct the record"
      description="What you change here is added to the record with your reason; the record itself stays as it was made. A change of what was tested or found has to be reviewed again."
      trigger={<Button>Correct</Button>}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal && !refusal.fields['reason'] ? toldAbove(refusal) : refusal} />
        <SelectField label="Level" name="level" defaultValue={record.level}>
          {PROOF_LEVELS.map((level) => (
            <option key={level} value={level}>
              {level} {LEVEL_WORD[level]}
            </option>
          ))}
        </SelectField>
        <SelectField label="Result" name="result" defaultValue={record.result}>
          {RECORD_RESULTS.map((result) => (
            <option key={result} value={result}>
              {RESULT_WORD[result]}
            </option>
          ))}
        </SelectField>
        <TextAreaField label="Method" name="method" defaultValue={record.method} maxLength={2000} />
        <TextAreaField label="Scope" name="scope" defaultValue={record.scope} maxLength={1000} />
        <fieldset className="flex flex-col gap-3">
          <legend className="text-13 mb-1.5 font-medium">What was to be seen, and what was seen</legend>
          <CheckFields
            count={checkCount}
            onAdd={() => setCheckCount(checkCount + 1)}
            valueOf={(name) => values[name]}
            errorOf={(name) => refusal?.fields[`fields.${name}`]}
          />
        </fieldset>
        <TextAreaField
          label="Anomalies"
          help="One a line."
          name="anomalies"
          defaultValue={record.anomalies.join('\n')}
        />
        <TextAreaField
          label="Exceptions and accepted risks"
          help="One a line."
          name="exceptions"
          defaultValue={record.exceptions.join('\n')}
        />
        <TextAreaField label="Lessons" name="lessons" defaultValue={record.lessons ?? ''} maxLength={2000} />
        <TextAreaField
          label="Why"
          help="Stands beside the correction."
          name="reason"
          required
          maxLength={2000}
          error={refusal?.fields['reason']}
        />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Keep the correction</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}

/** Most of what is wrong belongs to no field of the dialog, so it stands above all of them. */
function toldAbove(refusal: Refusal): Refusal {
  return { ...refusal, sentence: refusal.fields['fields'] ?? refusal.sentence, fields: {} };
}

function changedFields(form: FormData, checkCount: number, record: Props['record']): Record<string, unknown> {
  const said = {
    level: fieldText(form, 'level'),
    result: fieldText(form, 'result'),
    method: fieldText(form, 'method').trim(),
    scope: fieldText(form, 'scope').trim(),
    anomalies: linesIn(fieldText(form, 'anomalies')),
    exceptions: linesIn(fieldText(form, 'exceptions')),
    lessons: fieldText(form, 'lessons').trim() || null,
  };
  const checks = correctedChecks(form, checkCount, record.checks);
  return Object.fromEntries([
    ...Object.entries(said).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(record[field as keyof typeof said]),
    ),
    ...(checks === null ? [] : [['checks', checks]]),
  ]) as Record<string, unknown>;
}
