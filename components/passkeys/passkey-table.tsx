'use client';

import { PASSKEY_NAME_LENGTH_MAX } from '@/domain/access/passkey';
import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { FormField } from '../forms/form-field';
import { SendDialog } from '../forms/send-dialog';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { RemovePasskeyDialog } from './remove-passkey-dialog';

interface PasskeyRow {
  readonly passkeyId: string;
  readonly name: string;
  readonly isSyncable: boolean;
  readonly isSynced: boolean;
  readonly addedAt: Date;
  /** null: never. */
  readonly lastUsedAt: Date | null;
  /** null: it works. */
  readonly stoppedAt: Date | null;
}

interface Props {
  passkeys: readonly PasskeyRow[];
  timeZone: string;
  now: Instant;
}

/** One's own passkeys. */
export function PasskeyTable({ passkeys, timeZone, now }: Props) {
  const head = (
    <>
      <Th>Passkey</Th>
      <Th>Kept</Th>
      <Th>Added</Th>
      <Th>Last used</Th>
      <Th className="relative text-right">
        <span className="sr-only">Actions</span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {passkeys.map((passkey) => (
        <Tr key={passkey.passkeyId} data-passkey-id={passkey.passkeyId}>
          <Td at="first" className="font-medium [overflow-wrap:anywhere] whitespace-normal">
            {passkey.name}
          </Td>
          <Td at="second">
            <Kept passkey={passkey} />
          </Td>
          <Td at="hidden">
            <Moment at={passkey.addedAt.getTime()} timeZone={timeZone} now={now} />
          </Td>
          <Td at="second-right" className="@max-2xl:text-ink-3">
            {passkey.lastUsedAt ? (
              <Moment at={passkey.lastUsedAt.getTime()} timeZone={timeZone} now={now} />
            ) : (
              'not used yet'
            )}
          </Td>
          <Td at="first-right" className="text-right">
            <Actions passkey={passkey} />
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** Whether losing the device loses the passkey. */
function Kept({ passkey: { isSyncable, isSynced, stoppedAt } }: { passkey: PasskeyRow }) {
  if (stoppedAt) return <Mark tone="risk">Stopped: may be copied</Mark>;
  if (!isSyncable) return 'on one device';
  return isSynced ? 'synced between devices' : 'not synced yet';
}

function Actions({ passkey: { passkeyId, name } }: { passkey: PasskeyRow }) {
  return (
    <span className="inline-flex gap-1">
      <SendDialog
        title="Rename the passkey"
        description="Only you see its name."
        label="Rename"
        longLabel={`Rename ${name}`}
        kind="quiet"
        className="!h-7 !px-2"
        submit="Save the name"
        method="PATCH"
        address={`/api/v1/account/passkeys/${passkeyId}`}
        bodyOf={(form) => ({ name: form.get('name') })}
        done="The passkey is renamed."
        renderFields={(errors) => (
          <FormField
            label="Name"
            name="name"
            defaultValue={name}
            maxLength={PASSKEY_NAME_LENGTH_MAX}
            autoComplete="off"
            required
            error={errors['name']}
          />
        )}
      />
      <RemovePasskeyDialog passkeyId={passkeyId} name={name} />
    </span>
  );
}
