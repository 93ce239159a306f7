import type { PullKind, PullSettings } from '@/domain/pull/pull-settings';
import { durationText } from '@/domain/protection/sentence';
import { FormField } from '../forms/form-field';
import { SelectField } from '../forms/select-field';
import { intervalChoices } from './pull-values';

interface Props {
  kind: PullKind;
  /** As they stand; null: nothing was said yet. */
  said: {
    readonly baseUrl: string;
    readonly settings: PullSettings;
    readonly intervalMinutes: number;
  } | null;
  errors: Readonly<Record<string, string>>;
}

const SERVER_HELP: Readonly<Record<PullKind, string>> = {
  pbs: 'With its port: https://pbs.example.com:8007',
  veeam: 'The backup server with the port of its REST API: https://vbr.example.com:9419',
  'http-json':
    'The whole address. {since} in it becomes the time of the newest item that was read: https://backup.example.com/api/runs?after={since}',
};

/** The fields of where a connector asks, and with what. Secrets that were kept are never shown: empty fields keep them. */
export function ConnectionFields(props: Props) {
  const { kind, said, errors } = props;
  const settings = said?.settings ?? null;
  return (
    <>
      <FormField
        label={kind === 'http-json' ? 'Address' : 'Server'}
        help={SERVER_HELP[kind]}
        name="baseUrl"
        type="text"
        inputMode="url"
        required
        maxLength={2000}
        autoComplete="off"
        defaultValue={said?.baseUrl ?? ''}
        error={errors['baseUrl']}
      />
      {kind === 'pbs' && <PbsFields {...props} settings={settings?.kind === 'pbs' ? settings : null} />}
      {kind === 'veeam' && <VeeamFields {...props} settings={settings?.kind === 'veeam' ? settings : null} />}
      {kind === 'http-json' && (
        <JsonFields {...props} settings={settings?.kind === 'http-json' ? settings : null} />
      )}
      <SelectField
        label="Ask every"
        name="intervalMinutes"
        defaultValue={String(said?.intervalMinutes ?? 60)}
        error={errors['intervalMinutes']}
      >
        {intervalChoices(said?.intervalMinutes ?? 60).map((minutes) => (
          <option key={minutes} value={minutes}>
            {durationText(minutes * 60_000)}
          </option>
        ))}
      </SelectField>
    </>
  );
}

type FieldsOf<Kind extends PullKind> = Omit<Props, 'kind'> & {
  settings: Extract<PullSettings, { kind: Kind }> | null;
};

const KEPT = 'Empty: as it was kept.';

function PbsFields({ settings, said, errors }: FieldsOf<'pbs'>) {
  return (
    <>
      <Pair>
        <FormField
          label="API token"
          help={said ? KEPT : 'As user@realm!name.'}
          name="tokenId"
          autoComplete="off"
          required={!said}
          maxLength={200}
          placeholder="holdfast@pbs!pull"
          error={errors['credentials.tokenId']}
        />
        <Secret label="Secret of the token" name="secret" isKept={said !== null} errors={errors} />
      </Pair>
      <Pair>
        <FormField
          label="Datastore"
          help="Empty: all that the token may see."
          name="datastore"
          maxLength={100}
          defaultValue={settings?.datastore ?? ''}
          error={errors['settings.datastore']}
        />
        <FormField
          label="Namespace"
          help="This client’s, where several share it."
          name="namespace"
          maxLength={300}
          defaultValue={settings?.namespace ?? ''}
          error={errors['settings.namespace']}
        />
      </Pair>
    </>
  );
}

function VeeamFields({ settings, said, errors }: FieldsOf<'veeam'>) {
  return (
    <>
      <Pair>
        <FormField
          label="Account"
          help={said ? KEPT : 'With its domain: BACKUP01\\holdfast'}
          name="username"
          autoComplete="off"
          required={!said}
          maxLength={200}
          error={errors['credentials.username']}
        />
        <Secret label="Password" name="password" isKept={said !== null} errors={errors} />
      </Pair>
      <FormField
        label="Version of the REST API"
        help="1.1-rev1 for Veeam 12 and later; a later one where the server wants it."
        name="apiVersion"
        required
        maxLength={20}
        defaultValue={settings?.apiVersion ?? '1.1-rev1'}
        error={errors['settings.apiVersion']}
      />
    </>
  );
}

function JsonFields({ settings, said, errors }: FieldsOf<'http-json'>) {
  return (
    <>
      <Secret
        label="Header that signs in"
        help={said ? KEPT : 'Authorization: Bearer …, or another one. Empty: none is sent.'}
        name="header"
        isKept
        errors={errors}
      />
      <Pair>
        <FormField
          label="Where the list is"
          help="A JSON pointer: /data/items. Empty: the answer is the list."
          name="itemsAt"
          maxLength={200}
          defaultValue={settings?.itemsAt ?? ''}
          error={errors['settings.itemsAt']}
        />
        <FormField
          label="Where the next page is"
          help="A JSON pointer to its address. Empty: there is one page."
          name="nextAt"
          maxLength={200}
          defaultValue={settings?.nextAt ?? ''}
          error={errors['settings.nextAt']}
        />
        <FormField
          label="Where an item has its id"
          help="A JSON pointer within an item. Empty: nowhere."
          name="idAt"
          maxLength={200}
          defaultValue={settings?.idAt ?? ''}
          error={errors['settings.idAt']}
        />
        <FormField
          label="Where an item has its time"
          help="A JSON pointer within an item, for {since}. Empty: nowhere."
          name="timeAt"
          maxLength={200}
          defaultValue={settings?.timeAt ?? ''}
          error={errors['settings.timeAt']}
        />
      </Pair>
      <SelectField
        label="How {since} is written"
        name="sinceForm"
        defaultValue={settings?.sinceForm ?? 'iso'}
        error={errors['settings.sinceForm']}
      >
        <option value="iso">2026-03-12T03:00:00.000Z</option>
        <option value="epoch">Seconds since 1970</option>
      </SelectField>
    </>
  );
}

function Pair({ children }: { children: React.ReactNode }) {
  return <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">{children}</div>;
}

function Secret({
  label,
  help,
  name,
  isKept,
  errors,
}: {
  label: string;
  help?: string;
  name: string;
  isKept: boolean;
  errors: Props['errors'];
}) {
  return (
    <FormField
      label={label}
      help={help ?? (isKept ? KEPT : 'Encrypted where it is kept, and never shown again.')}
      name={name}
      type="password"
      autoComplete="new-password"
      required={!isKept}
      maxLength={2000}
      error={errors[`credentials.${name}`] ?? (name === 'header' ? undefined : errors['credentials'])}
    />
  );
}
