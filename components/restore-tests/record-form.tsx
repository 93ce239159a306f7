'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, type ReactNode, useState } from 'react';
import { isRestoreTest, PROOF_LEVELS, type ProofLevel, RECORD_RESULTS } from '@/domain/restore-test/record';
import { FormField } from '../forms/form-field';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton, useIsReady } from '../forms/submit-button';
import { TextAreaField } from '../forms/text-area-field';
import { Button } from '../ui/button';
import { CheckFields } from './check-fields';
import { clearDraft, type Draft, keepDraft, readDraft } from './draft';
import { readFiles } from './read-files';
import { LEVEL_SENTENCE, LEVEL_WORD, RESULT_WORD, SELECTION_WORD } from './record-words';
import { recordIn } from './record-form-values';

interface Props {
  systemId: string;
  /** Of the client: in it all times are entered. */
  timeZone: string;
  performer: string;
  points: readonly { readonly pointId: string; readonly repository: string; readonly name: string }[];
  pointId: string | null;
  failures: readonly { readonly recordId: string; readonly name: string }[];
  retestOf: string | null;
  /** What the clock on the client's wall shows. */
  nowLocal: string;
}

/** The form of a restore test. What is entered is kept in this browser until it is recorded. */
export function RecordForm(props: Props) {
  // The draft is the browser's, so the form is drawn there.
  return useIsReady() ? <DraftedForm {...props} /> : <p className="text-13 text-ink-3">One moment …</p>;
}

function DraftedForm(props: Props) {
  const [draft, setDraft] = useState<Draft>(() => readDraft(props.systemId));
  const [version, setVersion] = useState(0);
  function discard() {
    clearDraft(props.systemId);
    setDraft({});
    setVersion(version + 1);
  }
  return <Fields key={version} {...props} draft={draft} onDiscard={discard} />;
}

function Fields({
  systemId,
  timeZone,
  performer,
  points,
  pointId,
  failures,
  retestOf,
  nowLocal,
  draft,
  onDiscard,
}: Props & { draft: Draft; onDiscard: () => void }) {
  const router = useRouter();
  const [level, setLevel] = useState<ProofLevel>(PROOF_LEVELS.find((one) => one === draft['level']) ?? 'L4');
  const [result, setResult] = useState(RECORD_RESULTS.find((one) => one === draft['result']) ?? 'passed');
  const [how, setHow] = useState(draft['how'] ?? 'scheduled');
  const [checkCount, setCheckCount] = useState(Number(draft['checkCount'] ?? '1'));
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const error = (...names: string[]) => names.map((name) => refusal?.fields[name]).find(Boolean);
  const hasDraft = Object.keys(draft).length > 0;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setIsBusy(true);
    const files = form.getAll('files').filter((one): one is File => one instanceof File && one.size > 0);
    const body = { ...recordIn(form, checkCount), attachments: await readFiles(files) };
    const sent = await sendJson<{ recordId: string }>('POST', '/api/v1/restore-records', body);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    clearDraft(systemId);
    router.push(`/restore-tests/${sent.answer.recordId}`);
  }

  const brings = level >= 'L2';
  const compares = isRestoreTest(level);
  return (
    <form
      method="post"
      onSubmit={(event) => void submit(event)}
      onInput={(event) => keepDraft(systemId, event.currentTarget, checkCount)}
      className="flex max-w-[760px] flex-col gap-6"
    >
      <input type="hidden" name="checkCount" value={checkCount} />
      {refusal && <Summary refusal={refusal} />}
      <Part title="What was tested">
        <SelectField
          label="Recovery point"
          name="pointId"
          defaultValue={draft['pointId'] ?? pointId ?? points[0]?.pointId}
          error={error('pointId')}
        >
          {[...new Set(points.map((one) => one.repository))].map((repository) => (
            <optgroup key={repository} label={repository}>
              {points
                .filter((one) => one.repository === repository)
                .map((one) => (
                  <option key={one.pointId} value={one.pointId}>
                    {one.name}
                  </option>
                ))}
            </optgroup>
          ))}
        </SelectField>
        <SelectField
          label="What it proves"
          name="level"
          value={level}
          onChange={(event) =>
            setLevel(PROOF_LEVELS.find((one) => one === event.currentTarget.value) ?? 'L4')
          }
          help={
            compares
              ? LEVEL_SENTENCE[level]
              : `${LEVEL_SENTENCE[level]} This is a check, not a restore test: it does not renew the proof.`
          }
          error={error('level')}
        >
          {PROOF_LEVELS.toReversed().map((one) => (
            <option key={one} value={one}>
              {one} {LEVEL_WORD[one]}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="How it was chosen"
          name="how"
          value={how}
          onChange={(event) => setHow(event.currentTarget.value)}
        >
          {Object.entries(SELECTION_WORD).map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </SelectField>
        {how === 'random' && (
          <div className="grid gap-3 sm:grid-cols-2">
            <FormField
              label="Out of how many"
              name="population"
              inputMode="numeric"
              defaultValue={draft['population']}
              error={error('selection.population')}
            />
            <FormField
              label="Seed of the draw"
              name="seed"
              defaultValue={draft['seed']}
              error={error('seed', 'selection.seed')}
            />
          </div>
        )}
        {failures.length > 0 && (
          <SelectField
            label="Retest of"
            name="retestOf"
            help="The failed test closes once this one passed and is accepted."
            defaultValue={draft['retestOf'] ?? retestOf ?? ''}
            error={error('retestOf')}
          >
            <option value="">no failed test</option>
            {failures.map((one) => (
              <option key={one.recordId} value={one.recordId}>
                failed {one.name}
              </option>
            ))}
          </SelectField>
        )}
      </Part>
      <Part title="How it was done">
        <TextAreaField
          label="Method"
          help="Which command, wizard or procedure, so that somebody else could repeat it."
          name="method"
          required
          maxLength={2000}
          defaultValue={draft['method']}
          error={error('method')}
        />
        <FormField
          label="Scope"
          help="What was brought back: the whole machine, a database, which folders."
          name="scope"
          required
          maxLength={1000}
          defaultValue={draft['scope']}
          error={error('scope')}
        />
        {brings && (
          <div className="grid gap-3 sm:grid-cols-2">
            <FormField
              label="Restored to"
              name="environment"
              required
              maxLength={500}
              defaultValue={draft['environment']}
              error={error('environment')}
            />
            <SelectField
              label="Isolated from the source"
              name="isIsolated"
              defaultValue={draft['isIsolated'] ?? ''}
            >
              <option value="">not known</option>
              <option value="yes">yes</option>
              <option value="no">no</option>
            </SelectField>
          </div>
        )}
        <div className="grid gap-3 sm:grid-cols-2">
          <FormField
            label={`Start (${timeZone})`}
            name="startedAt"
            type="datetime-local"
            required
            defaultValue={draft['startedAt'] ?? nowLocal}
            error={error('startedAt')}
          />
          <FormField
            label={`End (${timeZone})`}
            name="endedAt"
            type="datetime-local"
            required
            defaultValue={draft['endedAt'] ?? nowLocal}
            error={error('endedAt')}
          />
        </div>
        {brings && (
          <div className="grid gap-3 sm:grid-cols-2">
            <FormField
              label="Minutes until it could be used again"
              name="recoveryMinutes"
              inputMode="decimal"
              defaultValue={draft['recoveryMinutes']}
              error={error('recoverySeconds')}
            />
            <FormField
              label="GiB brought back"
              name="gibRestored"
              inputMode="decimal"
              defaultValue={draft['gibRestored']}
              error={error('bytesRestored')}
            />
          </div>
        )}
      </Part>
      <Part title="What was to be seen, and what was seen">
        {error('checks') && (
          <p role="alert" className="text-bad text-xs">
            {error('checks')}
          </p>
        )}
        <CheckFields
          count={checkCount}
          onAdd={() => setCheckCount(checkCount + 1)}
          valueOf={(name) => draft[name]}
          errorOf={error}
        />
        {compares && (
          <>
            <FormField
              label="Compared with"
              help="Hashes taken at the backup, the unchanged source, a row count of the day, the user’s own eyes."
              name="manifestOrigin"
              maxLength={500}
              defaultValue={draft['manifestOrigin']}
              error={error('manifest', 'manifest.origin')}
            />
            <div className="grid grid-cols-3 gap-3">
              {(
                [
                  ['matched', 'Files that match'],
                  ['mismatched', 'that differ'],
                  ['missing', 'missing'],
                ] as const
              ).map(([name, label]) => (
                <FormField
                  key={name}
                  label={label}
                  name={name}
                  inputMode="numeric"
                  defaultValue={draft[name]}
                  error={error(`files.${name}`)}
                />
              ))}
            </div>
          </>
        )}
        <SelectField
          label="Result"
          name="result"
          value={result}
          onChange={(event) =>
            setResult(RECORD_RESULTS.find((one) => one === event.currentTarget.value) ?? 'passed')
          }
          help={RESULT_HELP[result]}
          error={error('result')}
        >
          {RECORD_RESULTS.map((one) => (
            <option key={one} value={one}>
              {RESULT_WORD[one]}
            </option>
          ))}
        </SelectField>
        <TextAreaField
          label="Anomalies"
          help="What was odd, one a line."
          name="anomalies"
          defaultValue={draft['anomalies']}
          error={error('anomalies')}
        />
        {(result === 'failed' || result === 'partial') && (
          <div className="border-line-2 flex flex-col gap-3 border-l-2 pl-3">
            <TextAreaField
              label="Cause"
              help="Can follow later."
              name="cause"
              maxLength={2000}
              defaultValue={draft['cause']}
            />
            <TextAreaField
              label="Corrective action"
              name="correctiveAction"
              maxLength={2000}
              defaultValue={draft['correctiveAction']}
            />
            <div className="grid gap-3 sm:grid-cols-2">
              <FormField
                label="Who sees to it"
                name="failureOwner"
                maxLength={200}
                defaultValue={draft['failureOwner']}
              />
              <FormField label="Ticket" name="ticket" maxLength={200} defaultValue={draft['ticket']} />
            </div>
          </div>
        )}
      </Part>
      <Part title="Attachments">
        <input
          type="file"
          name="files"
          multiple
          aria-label="Files"
          className="text-13 text-ink-2 max-w-full"
        />
        <p className="text-ink-3 text-xs">
          Logs, screenshots, reports: PDF, PNG, JPEG, text, CSV or JSON; at most 4 MiB each and 6 MiB
          together. Each gets its SHA-256 in the record. Files are not part of the draft.
        </p>
      </Part>
      <details className="border-line rounded-md border px-3 py-2">
        <summary className="text-13 cursor-pointer font-medium">More an auditor may ask for</summary>
        <div className="mt-3 flex flex-col gap-3">
          <TextAreaField
            label="Phases"
            help="One a line with its minutes, such as ‘start the database: 4’."
            name="phases"
            defaultValue={draft['phases']}
            error={error('phases')}
          />
          <div className="grid gap-3 sm:grid-cols-2">
            <FormField
              label="Owner of the system"
              name="systemOwner"
              maxLength={200}
              defaultValue={draft['systemOwner']}
            />
            <FormField
              label="What data it holds"
              name="dataClass"
              maxLength={200}
              defaultValue={draft['dataClass']}
            />
            <FormField
              label="Version of the backup product"
              name="productVersion"
              maxLength={200}
              defaultValue={draft['productVersion']}
            />
            <FormField
              label="Hours of age of the newest data"
              help="Left empty: from the recovery point."
              name="dataAgeHours"
              inputMode="decimal"
              defaultValue={draft['dataAgeHours']}
              error={error('dataAgeSeconds')}
            />
            <FormField
              label="Malware scanner"
              name="scanTool"
              maxLength={200}
              defaultValue={draft['scanTool']}
            />
            <FormField
              label="What it found"
              name="scanResult"
              maxLength={500}
              defaultValue={draft['scanResult']}
              error={error('malwareScan.result')}
            />
          </div>
          <FormField label="Rule of the choice" name="rule" maxLength={500} defaultValue={draft['rule']} />
          <TextAreaField
            label="Exceptions and accepted risks"
            help="One a line."
            name="exceptions"
            defaultValue={draft['exceptions']}
          />
          <TextAreaField
            label="What was learnt"
            name="lessons"
            maxLength={2000}
            defaultValue={draft['lessons']}
          />
        </div>
      </details>
      <div className="flex flex-wrap items-center gap-3">
        <SubmitButton isBusy={isBusy}>Record the test</SubmitButton>
        {hasDraft && (
          <Button kind="quiet" onClick={onDiscard}>
            Discard the draft
          </Button>
        )}
        <span className="text-ink-3 text-xs">As {performer}. Somebody else reviews it.</span>
      </div>
    </form>
  );
}

const RESULT_HELP = {
  passed: 'Every criterion was met. It counts once somebody else accepted it.',
  partial: 'Something was brought back, not all as promised. It is no proof, and asks for a retest.',
  failed: 'It counts as failed at once, and asks for a retest.',
  error: 'The test itself broke: nothing is known either way.',
  skipped: 'It was due and not made.',
} as const;

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-2 text-sm font-semibold">{title}</legend>
      {children}
    </fieldset>
  );
}

function Summary({ refusal }: { refusal: Refusal }) {
  const told = [...new Set(Object.values(refusal.fields))];
  return (
    <div role="alert" className="bg-bad-bg text-bad rounded-md px-3 py-2 text-sm">
      {told.length === 0 ? (
        refusal.sentence
      ) : (
        <ul className="list-disc pl-4">
          {told.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
