'use client';

import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { MESSAGE_KINDS, type MessageKind } from '@/domain/notify/delivery';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button, type ButtonKind } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { KIND_WORDS } from './notification-words';

const ADDRESSES: Readonly<Record<MessageKind, { label: string; help: string }>> = {
  email: { label: 'E-mail address', help: 'One person, or a list such as on-call@example.com.' },
  webhook: {
    label: 'Address',
    help: 'https, reachable from the internet. Each request is signed; docs/webhooks.md shows how to check that.',
  },
  slack: { label: 'Webhook URL', help: 'From Slack: your app, Incoming Webhooks, Add New Webhook.' },
  teams: {
    label: 'Webhook URL',
    help: 'From Teams: the channel, Workflows, ‘Post to a channel when a webhook request is received’.',
  },
};

interface Made {
  readonly signingSecret: string | null;
}

/** Adds a place that messages go to; of a webhook it shows the signing secret, once. */
export function ChannelDialog({ kind: look = 'plain' }: { kind?: ButtonKind }) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [kind, setKind] = useState<MessageKind>('email');
  const [secret, setSecret] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  function open(isNowOpen: boolean) {
    setIsOpen(isNowOpen);
    // Not before: the page that is made anew may have no place for this dialog, and the secret would be gone.
    if (secret !== null) router.refresh();
    setRefusal(null);
    setSecret(null);
    setKind('email');
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setIsBusy(true);
    const channel = { name: form.get('name'), kind, address: form.get('address') };
    const sent = await sendJson<Made>('POST', '/api/v1/notification-channels', channel);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setSecret(sent.answer.signingSecret);
    if (sent.answer.signingSecret !== null) return;
    setIsOpen(false);
    notify({ text: 'Added. Send a test to see whether it gets there.' });
    router.refresh();
  }

  return (
    <FormDialog
      title={secret === null ? 'New channel' : 'The signing secret'}
      description={
        secret === null ? 'Somewhere that messages go.' : 'Shown only now. Give it to your receiver.'
      }
      trigger={
        <Button kind={look}>
          <Plus size={14} aria-hidden="true" /> New channel
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={open}
    >
      {secret === null ? (
        <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
          <FormProblem refusal={refusal} />
          <SelectField
            label="Kind"
            name="kind"
            value={kind}
            onChange={(event) => setKind(MESSAGE_KINDS.find((one) => one === event.target.value) ?? 'email')}
          >
            {MESSAGE_KINDS.map((one) => (
              <option key={one} value={one}>
                {KIND_WORDS[one]}
              </option>
            ))}
          </SelectField>
          <FormField
            label="Name"
            name="name"
            help="As your team calls it: On call, #backups."
            required
            maxLength={100}
            autoComplete="off"
            error={refusal?.fields['name']}
          />
          <FormField
            {...ADDRESSES[kind]}
            name="address"
            type={kind === 'email' ? 'email' : 'url'}
            required
            autoComplete="off"
            error={refusal?.fields['address']}
          />
          <div className="flex justify-end">
            <SubmitButton isBusy={isBusy}>Add</SubmitButton>
          </div>
        </form>
      ) : (
        <div className="flex flex-col gap-4">
          <div className="border-line bg-bg-2 flex items-start gap-2 rounded-lg border p-3">
            <code aria-label="Signing secret" className="flex-1 text-xs leading-5 [overflow-wrap:anywhere]">
              {secret}
            </code>
            <CopyButton text={secret} label="Copy" />
          </div>
          <div className="flex justify-end">
            <Button kind="primary" onClick={() => open(false)}>
              I have it
            </Button>
          </div>
        </div>
      )}
    </FormDialog>
  );
}
