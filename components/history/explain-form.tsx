'use client';

import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import {
  HISTORY_FIELDS,
  type HistoryField,
  type HistorySettings,
  IMPORTED_STATUSES,
  SIZE_UNITS,
} from '@/domain/history/settings';
import { DATE_FORMS } from '@/domain/history/dates';
import type { Instant } from '@/domain/time/instant';
import { counted, countText } from '../format/amounts';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button } from '../ui/button';
import { Section } from '../ui/section';
import { useNotify } from '../ui/toaster';
import { HistoryPreview } from './history-preview';
import { DATE_FORM_WORD, FIELD_WORD, LACK_WORD } from './history-words';
import { type HistoryReading, type ShownHistory, useHistoryPreview } from './use-history-preview';

interface NamedSystem {
  readonly systemId: string;
  readonly name: string;
}

interface Props {
  importId: string;
  clientName: string;
  systems: readonly NamedSystem[];
  now: Instant;
}

/** Explains a file: which column holds what, how it writes times, what its words mean; below stands what comes of it. */
export function ExplainForm({ importId, clientName, systems, now }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [said, setSaid] = useState<HistorySettings | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { reading, newest, isCurrent } = useHistoryPreview(importId, said);
  if (!newest) return <Reading reading={reading} />;
  const settings = isCurrent || said === null ? newest.settings : said;
  const change = (changed: Partial<HistorySettings>): void => setSaid({ ...settings, ...changed });
  const runCount = Object.values(newest.counts).reduce((sum, count) => sum + count, 0);
  const canStart = isCurrent && reading.state === 'ready' && newest.lacks.length === 0 && runCount > 0;

  async function start() {
    setIsBusy(true);
    const sent = await sendJson('PUT', `/api/v1/history-imports/${importId}`, settings);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    notify({ text: 'The file is being brought in.' });
    router.refresh();
  }

  const parts: PartProps = { shown: newest, settings, change, systems };
  return (
    <form
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <Columns {...parts} clientName={clientName} />
      <Times {...parts} />
      <StatusWords {...parts} />
      <SystemNames {...parts} clientName={clientName} />
      <Section id="preview" title="What comes of it">
        <Reading reading={reading} />
        <div className={isCurrent ? undefined : 'opacity-60'} aria-busy={!isCurrent}>
          <HistoryPreview
            importId={importId}
            shown={newest}
            systems={systems}
            timeZone={settings.timeZone}
            now={now}
          />
        </div>
      </Section>
      <div className="border-line bg-bg mt-5 flex flex-wrap items-center gap-3 border-t py-3 sm:sticky sm:bottom-0">
        <SubmitButton isBusy={isBusy} isDisabled={!canStart}>
          Import {counted(runCount, 'run')}
        </SubmitButton>
        <output className="text-13 text-ink-2">
          {newest.lacks.length > 0 ? (
            <>
              <b className="text-ink font-semibold">Still to say:</b>{' '}
              {newest.lacks.map((lack) => LACK_WORD[lack]).join('; ')}.
            </>
          ) : (
            'They stand in the history, marked, and can be taken back.'
          )}
        </output>
        <FormProblem refusal={refusal && { ...refusal, fields: {} }} />
      </div>
    </form>
  );
}

interface PartProps {
  shown: ShownHistory;
  settings: HistorySettings;
  change: (changed: Partial<HistorySettings>) => void;
  systems: readonly NamedSystem[];
}

function Reading({ reading }: { reading: HistoryReading }) {
  if (reading.state === 'ready') return null;
  if (reading.state === 'failed')
    return (
      <div className="text-13 my-3 flex flex-col items-start gap-2">
        <p role="alert" className="text-bad">
          {reading.sentence}
        </p>
        <Button onClick={reading.askAgain}>Try again</Button>
      </div>
    );
  const rows = Math.round(reading.of / 2);
  return (
    <div className="text-13 text-ink-2 my-3 max-w-md">
      <output className="block">
        {reading.of === 0 ? 'Reading the file …' : `Reading ${counted(rows, 'row')} …`}
      </output>
      <progress
        aria-label="Rows read"
        max={reading.of || 1}
        value={reading.done}
        className="accent-accent mt-2 h-1.5 w-full"
      />
    </div>
  );
}

const GRID = 'grid grid-cols-4 gap-3 max-lg:grid-cols-2 max-sm:grid-cols-1';

function Columns({ shown, settings, change, systems, clientName }: PartProps & { clientName: string }) {
  const { columns } = settings;
  const choose = (field: HistoryField, place: number | null): void => {
    const isTime = field === 'started' || field === 'ended';
    change({ columns: { ...columns, [field]: place }, ...(isTime && { dates: null }) });
  };
  return (
    <Section
      id="columns"
      title="Columns"
      aside={shown.isRemembered ? 'as of the last file with the same columns' : 'guessed by their names'}
    >
      <div className={GRID}>
        {HISTORY_FIELDS.map((field) => (
          <SelectField
            key={field}
            label={FIELD_WORD[field]}
            name={`column-${field}`}
            value={columns[field] ?? ''}
            onChange={({ currentTarget: { value } }) => choose(field, value === '' ? null : Number(value))}
          >
            <option value="">no column</option>
            {shown.head.map((title, place) => (
              <option key={place} value={place}>
                {title || `column ${place + 1}`}
              </option>
            ))}
          </SelectField>
        ))}
        {columns.system === null && (
          <SelectField
            label="System of all rows"
            name="systemId"
            value={settings.systemId ?? ''}
            onChange={({ currentTarget: { value } }) => change({ systemId: value || null })}
          >
            <option value="">Choose a system of {clientName}</option>
            {systems.map((system) => (
              <option key={system.systemId} value={system.systemId}>
                {system.name}
              </option>
            ))}
          </SelectField>
        )}
        <FormField
          label={columns.job === null ? 'Job of all rows' : 'Job of rows without one'}
          name="jobName"
          value={settings.jobName}
          maxLength={200}
          autoComplete="off"
          onChange={({ currentTarget: { value } }) => change({ jobName: value })}
        />
        {columns.size !== null && (
          <SelectField
            label="Unit of sizes without one"
            name="sizeUnit"
            value={settings.sizeUnit}
            onChange={({ currentTarget: { value } }) => {
              const sizeUnit = SIZE_UNITS.find((unit) => unit === value);
              if (sizeUnit) change({ sizeUnit });
            }}
          >
            {SIZE_UNITS.map((unit) => (
              <option key={unit} value={unit}>
                {unit === 'B' ? 'bytes' : unit}
              </option>
            ))}
          </SelectField>
        )}
      </div>
    </Section>
  );
}

function Times({ shown: { survey }, settings, change }: PartProps) {
  if (settings.columns.started === null && settings.columns.ended === null) return null;
  return (
    <Section
      id="times"
      title="Times"
      aside={survey.dateSample === null ? undefined : `in the file: ${survey.dateSample}`}
    >
      <div className={GRID}>
        <SelectField
          label="Dates are written"
          name="dates"
          value={settings.dates ?? ''}
          error={settings.dates === null ? severalText(survey) : undefined}
          onChange={({ currentTarget: { value } }) =>
            change({ dates: DATE_FORMS.find((form) => form === value) ?? null })
          }
        >
          <option value="">Choose</option>
          {DATE_FORMS.map((form) => (
            <option key={form} value={form}>
              {DATE_FORM_WORD[form]}
            </option>
          ))}
        </SelectField>
        <FormField
          label="Time zone"
          name="timeZone"
          list="time-zones"
          value={settings.timeZone}
          help={survey.hasLocalTimes ? 'Of times that name none.' : 'Every time in the file names its own.'}
          autoComplete="off"
          maxLength={100}
          onChange={({ currentTarget: { value } }) => change({ timeZone: value })}
        />
        <datalist id="time-zones">
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone}>
              {zone}
            </option>
          ))}
        </datalist>
      </div>
    </Section>
  );
}

function severalText({ dateForms }: ShownHistory['survey']): string {
  return dateForms.length > 1
    ? 'All of them can be read in several ways. Which is meant?'
    : 'They are not all of one kind. Choose what most are.';
}

const STATUS_CHOICE = {
  success: 'Success',
  warning: 'Warning',
  failed: 'Failed',
  'leave-out': 'Leave these rows out',
} as const;

function StatusWords({ shown: { survey }, settings, change }: PartProps) {
  if (survey.statuses.length === 0 || survey.hasTooManyStatuses) return null;
  const meaning = new Map(settings.statuses.map(({ word, as }) => [word, as]));
  const choose = (word: string, chosen: string): void => {
    const as = [...IMPORTED_STATUSES, 'leave-out' as const].find((one) => one === chosen);
    const others = settings.statuses.filter((one) => one.word !== word);
    change({ statuses: as ? [...others, { word, as }] : others });
  };
  return (
    <Section id="words" title="How it ended" aside="nothing counts as a success before somebody says so">
      <ul className="max-w-2xl">
        {survey.statuses.map(({ word, count }) => (
          <li key={word} className="border-line flex flex-wrap items-center gap-3 border-b py-1.5">
            <span className="text-13 min-w-0 flex-1">
              <code className="[overflow-wrap:anywhere]">{word === '' ? '(empty)' : word}</code>{' '}
              <span className="text-ink-3">{counted(count, 'row')}</span>
            </span>
            <ChoiceSelect
              label={`What ${word === '' ? 'an empty cell' : word} means`}
              value={meaning.get(word) ?? ''}
              isOpen={!meaning.has(word)}
              onChoose={(chosen) => choose(word, chosen)}
            >
              <option value="">Choose</option>
              {Object.entries(STATUS_CHOICE).map(([as, text]) => (
                <option key={as} value={as}>
                  {text}
                </option>
              ))}
            </ChoiceSelect>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function SystemNames({
  shown: { survey },
  settings,
  change,
  systems,
  clientName,
}: PartProps & { clientName: string }) {
  if (survey.systems.length === 0) return null;
  const chosen = new Map(settings.systems.map(({ name, systemId }) => [name, systemId]));
  const choose = (name: string, value: string): void =>
    change({
      systems: [
        ...settings.systems.filter((one) => one.name !== name),
        ...(value === '' ? [] : [{ name, systemId: value === LEAVE_OUT ? null : value }]),
      ],
    });
  return (
    <Section
      id="systems"
      title="Names that are no system’s"
      aside={`${counted(survey.matchedSystems, 'name')} of ${clientName}’s systems found`}
    >
      <ul className="max-w-2xl">
        {survey.systems.map(({ key, name, count, systemIds }) => {
          const isAmbiguous = systemIds.length > 1;
          const value = chosen.has(key) ? (chosen.get(key) ?? LEAVE_OUT) : '';
          return (
            <li key={key} className="border-line flex flex-wrap items-center gap-3 border-b py-1.5">
              <span className="text-13 min-w-0 flex-1 [overflow-wrap:anywhere]">
                {name}{' '}
                <span className="text-ink-3">
                  {counted(count, 'row')}
                  {isAmbiguous && `, may be one of ${countText(systemIds.length)} systems`}
                </span>
              </span>
              <ChoiceSelect
                label={`Which system ${name} is`}
                value={value}
                isOpen={isAmbiguous && value === ''}
                onChoose={(one) => choose(key, one)}
              >
                <option value="">{isAmbiguous ? 'Choose' : 'Left out: no system has this name'}</option>
                <option value={LEAVE_OUT}>Leave these rows out</option>
                {systems.map((system) => (
                  <option key={system.systemId} value={system.systemId}>
                    {system.name}
                  </option>
                ))}
              </ChoiceSelect>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

const LEAVE_OUT = 'leave-out';

function ChoiceSelect({
  label,
  value,
  isOpen,
  onChoose,
  children,
}: {
  label: string;
  value: string;
  /** Whether somebody has to choose. */
  isOpen: boolean;
  onChoose: (value: string) => void;
  children: ReactNode;
}) {
  return (
    <select
      aria-label={label}
      aria-invalid={isOpen ? true : undefined}
      value={value}
      onChange={({ currentTarget }) => onChoose(currentTarget.value)}
      className="border-edge bg-bg text-ink aria-invalid:border-bad h-8 w-60 rounded-md border px-2 text-sm max-sm:w-full"
    >
      {children}
    </select>
  );
}
