import { type ReactNode, useId } from 'react';
import type { BodyFilters } from '@/domain/ping/check';
import { AllOrSome, Box } from '../forms/choice-boxes';
import { FormField } from '../forms/form-field';
import { SelectField } from '../forms/select-field';
import { graceChoices, periodChoices } from './durations';

/** What of the client's a channel can be told to tell of. */
export interface ChannelChoices {
  readonly hosts: readonly string[];
  readonly repositories: readonly { readonly repositoryId: string; readonly name: string }[];
  readonly jobs: readonly { readonly jobId: string; readonly name: string; readonly systemName: string }[];
}

/** What is said of a channel at present. */
export interface SaidOfChannel {
  readonly name: string;
  readonly hostname: string;
  readonly repositoryId: string | null;
  readonly jobId: string | null;
  readonly check: CheckSaid | null;
}
interface CheckSaid {
  readonly slug: string;
  readonly timeoutSeconds: number;
  readonly graceSeconds: number;
  readonly schedule: string | null;
  readonly timeZone: string;
  readonly isPostOnly: boolean;
  readonly isResumedByHand: boolean;
  readonly filters: BodyFilters;
}

interface Props {
  said: SaidOfChannel;
  choices: ChannelChoices;
  errors: Readonly<Record<string, string>>;
}

/** The fields of what a channel tells of, new or known. */
export function ChannelFields({ said, choices, errors }: Props) {
  const hosts = useId();
  return (
    <>
      <FormField
        label="What it tells of"
        help="As it stands in lists: ‘nightly files’, ‘SQL to tape’."
        name="name"
        required
        maxLength={200}
        defaultValue={said.name}
        error={errors['name']}
      />
      <FormField
        label="System"
        help="The machine that is backed up, by its host name. It counts for this one unless a message names another."
        name="hostname"
        list={hosts}
        required
        maxLength={200}
        defaultValue={said.hostname}
        error={errors['hostname']}
      />
      <datalist id={hosts}>
        {choices.hosts.map((host) => (
          <option key={host}>{host}</option>
        ))}
      </datalist>
      <SelectField
        label="Repository"
        help="Where it writes to. A success then claims a copy there; without it, there are only runs."
        name="repositoryId"
        defaultValue={said.repositoryId ?? ''}
        error={errors['repositoryId']}
      >
        <option value="">Nobody knows, or it is not here</option>
        {choices.repositories.map(({ repositoryId, name }) => (
          <option key={repositoryId} value={repositoryId}>
            {name}
          </option>
        ))}
      </SelectField>
      {said.check && <CheckFields check={said.check} errors={errors} />}
    </>
  );
}

function CheckFields({ check, errors }: { check: CheckSaid; errors: Props['errors'] }) {
  return (
    <>
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <SelectField
          label="Expected every"
          name="timeoutSeconds"
          defaultValue={String(check.timeoutSeconds)}
          error={errors['check.timeoutSeconds']}
        >
          {periodChoices(check.timeoutSeconds).map(({ seconds, name }) => (
            <option key={seconds} value={seconds}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="May be late by"
          name="graceSeconds"
          defaultValue={String(check.graceSeconds)}
          error={errors['check.graceSeconds']}
        >
          {graceChoices(check.graceSeconds).map(({ seconds, name }) => (
            <option key={seconds} value={seconds}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <FormField
          label="Or by a cron schedule"
          help="Five fields; takes the place of the interval."
          name="schedule"
          placeholder="0 2 * * *"
          maxLength={100}
          defaultValue={check.schedule ?? ''}
          error={errors['check.schedule']}
        />
        <FormField
          label="In the time zone"
          help="Of the schedule."
          name="timeZone"
          required
          maxLength={100}
          defaultValue={check.timeZone}
          error={errors['check.timeZone']}
        />
      </div>
    </>
  );
}

const WORDS = [
  { name: 'startWords', label: 'Words of a start', key: 'start' },
  { name: 'successWords', label: 'Words of a success', key: 'success' },
  { name: 'failureWords', label: 'Words of a failure', key: 'failure' },
] as const;

/** To what a check listens: for tools that call one address whatever happened. */
export function ListeningFields({ check, errors }: { check: CheckSaid; errors: Props['errors'] }) {
  const { filters } = check;
  return (
    <>
      <AllOrSome
        label="What a ping says"
        name="words"
        all="its address alone"
        some="words in its body"
        values={['off', 'on']}
        isSome={filters.isOn}
      >
        {WORDS.map(({ name, label, key }) => (
          <FormField
            key={name}
            label={label}
            {...(key === 'start' && {
              help: 'Separated by commas. A word of a failure counts before one of a success.',
            })}
            name={name}
            maxLength={500}
            defaultValue={filters[key].join(', ')}
            error={errors[`check.filters.${key}`]}
          />
        ))}
        <SelectField label="A body with none of them" name="otherwise" defaultValue={filters.otherwise}>
          <option value="ignore">changes nothing</option>
          <option value="fail">is a failure</option>
        </SelectField>
      </AllOrSome>
      <div>
        <Box name="isPostOnly" label="Only pings by POST count" isChosen={check.isPostOnly} />
        <Box
          name="isResumedByHand"
          label="A ping does not end a pause, only somebody here does"
          isChosen={check.isResumedByHand}
        />
      </div>
    </>
  );
}

/** The job that tells of the same runs, so that they are not counted twice. */
export function JoinedJobField({ said, choices, errors }: Props): ReactNode {
  return (
    <SelectField
      label="Also told of by"
      help="A job that an agent reports: runs that both tell of are one then, and where they differ both words are shown."
      name="jobId"
      defaultValue={said.jobId ?? ''}
      error={errors['jobId']}
    >
      <option value="">No other channel</option>
      {choices.jobs.map(({ jobId, name, systemName }) => (
        <option key={jobId} value={jobId}>
          {name} of {systemName}
        </option>
      ))}
    </SelectField>
  );
}
