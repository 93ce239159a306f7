'use client';

import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { TicketKind, TicketSettings } from '@/domain/tickets/ticket-settings';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { KIND_WORDS } from '../notifications/notification-words';
import { Button, type ButtonKind } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { ConnectWiseFields } from './connectwise-fields';
import { RestFields } from './rest-fields';
import { CONNECTWISE_EXAMPLE, REST_EXAMPLE, ticketSystemIn } from './system-form';

interface Props {
  /** null: a new one. `settings` null: they cannot be read any more. */
  system: {
    readonly channelId: string;
    readonly name: string;
    readonly kind: TicketKind;
    readonly settings: TicketSettings | null;
  } | null;
  look?: ButtonKind;
}

const KINDS: readonly TicketKind[] = ['rest-tickets', 'connectwise'];

/** Adds a ticket system, or changes one; what is secret is never shown again. */
export function SystemDialog({ system, look = 'plain' }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [kind, setKind] = useState<TicketKind>(system?.kind ?? 'rest-tickets');
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = ticketSystemIn(new FormData(event.currentTarget), kind);
    setIsBusy(true);
    const sent = await (system === null
      ? sendJson('POST', '/api/v1/ticket-systems', typed)
      : sendJson('PUT', `/api/v1/ticket-systems/${system.channelId}`, typed));
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({
      text:
        system === null
          ? 'Added. Send a test to see whether it lets Holdfast in.'
          : 'Changed. What it held up is tried again.',
    });
    router.refresh();
  }

  const errors = refusal?.fields ?? {};
  const settings = system?.settings ?? null;
  return (
    <FormDialog
      title={system === null ? 'New ticket system' : `Change ${system.name}`}
      description="Where tickets are opened, told, closed and opened again."
      trigger={
        system === null ? (
          <Button kind={look}>
            <Plus size={14} aria-hidden="true" /> New ticket system
          </Button>
        ) : (
          <Button kind="quiet" className="h-7 px-2" aria-label={`Change ${system.name}`}>
            Change
          </Button>
        )
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        {Object.keys(errors).length > 0 && (
          <p role="alert" className="bg-bad-bg text-bad rounded-md px-3 py-2 text-sm">
            {[...new Set(Object.values(errors))].join(' ')}
          </p>
        )}
        {system === null && (
          <SelectField
            label="Kind"
            name="kind"
            value={kind}
            onChange={(event) => setKind(KINDS.find((one) => one === event.target.value) ?? 'rest-tickets')}
          >
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {KIND_WORDS[one]}
              </option>
            ))}
          </SelectField>
        )}
        <FormField
          label="Name"
          name="name"
          help="As your team calls it: Service desk."
          defaultValue={system?.name}
          maxLength={100}
          autoComplete="off"
          error={errors['name']}
        />
        {kind === 'connectwise' ? (
          <ConnectWiseFields
            settings={settings?.kind === 'connectwise' ? settings : CONNECTWISE_EXAMPLE}
            isNew={settings === null}
            errors={errors}
          />
        ) : (
          <RestFields
            settings={settings?.kind === 'rest-tickets' ? settings : REST_EXAMPLE}
            isNew={settings === null}
            errors={errors}
          />
        )}
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>{system === null ? 'Add' : 'Save'}</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
