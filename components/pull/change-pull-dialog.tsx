'use client';

import type { PullKind, PullSettings } from '@/domain/pull/pull-settings';
import { fieldText } from '../forms/declaration-form';
import { FormField } from '../forms/form-field';
import { SendDialog } from '../forms/send-dialog';
import { ConnectionFields } from './connection-fields';
import { connectionIn } from './pull-values';

interface Props {
  address: string;
  name: string;
  kind: PullKind;
  /** Of what is said, so that nobody's later change is lost. */
  version: number;
  said: { readonly baseUrl: string; readonly settings: PullSettings; readonly intervalMinutes: number };
  fingerprint: string | null;
}

/** Says anew where a connector asks, with what, and how often. */
export function ChangePullDialog({ address, name, kind, version, said, fingerprint }: Props) {
  return (
    <SendDialog
      title={`Change what ${name} asks`}
      description="It pulls at once then. Of another server, or of other settings, it reads the last seven days again; nothing is told twice."
      label="Change connection"
      longLabel={`Change the connection of ${name}`}
      submit="Save"
      method="PATCH"
      address={address}
      done={`The connection of ${name} is changed.`}
      bodyOf={(form) => {
        const { credentials, ...connection } = connectionIn(form, kind);
        const pinned = fieldText(form, 'fingerprint');
        return {
          version,
          ...connection,
          ...(credentials && { credentials }),
          fingerprint: pinned === '' ? null : pinned,
          intervalMinutes: Number(fieldText(form, 'intervalMinutes')),
        };
      }}
      renderFields={(errors) => (
        <>
          <ConnectionFields kind={kind} said={said} errors={errors} />
          <FormField
            label="SHA-256 of the only certificate that is believed"
            help="Empty: certificates of public authorities are."
            name="fingerprint"
            maxLength={100}
            defaultValue={fingerprint ?? ''}
            className="font-mono"
            error={errors['fingerprint']}
          />
        </>
      )}
    />
  );
}
