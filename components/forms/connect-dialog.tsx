'use client';

import { Plug } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Button, type ButtonKind } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useOpenedByAddress } from '../ui/use-opened-by-address';
import { fieldText } from './declaration-form';
import { FormProblem } from './form-problem';
import { SelectField } from './select-field';
import { type Refusal, sendJson } from './send-json';
import { SubmitButton } from './submit-button';
import { type Minted, TokenLine } from './token-line';

interface Props {
  /** Whose machine it can be; of one alone the token is made at once. */
  clients: readonly { clientId: string; name: string }[];
  kind?: ButtonKind;
}

/** Makes an enrolment token, shows the line that connects a machine, and waits for its first report. */
export function ConnectDialog({ clients, kind = 'plain' }: Props) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [minted, setMinted] = useState<Minted | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const only = clients.length === 1 ? clients[0] : undefined;

  async function mint(clientId: string) {
    setIsBusy(true);
    const sent = await sendJson<Minted>('POST', `/api/v1/clients/${clientId}/enrolment-tokens`);
    setIsBusy(false);
    setMinted(sent.isOk ? sent.answer : null);
    setRefusal(sent.isOk ? null : sent.refusal);
  }

  function open(isNowOpen: boolean) {
    setIsOpen(isNowOpen);
    setMinted(null);
    setRefusal(null);
    if (isNowOpen && only) void mint(only.clientId);
    if (!isNowOpen) router.refresh();
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    void mint(fieldText(new FormData(event.currentTarget), 'clientId'));
  }

  useOpenedByAddress('connect-machine', () => open(true));

  return (
    <FormDialog
      title={only ? `Connect a machine of ${only.name}` : 'Connect a machine'}
      description="Runs on any machine with Node 20.19 or later. It reads backups and changes nothing."
      trigger={
        <Button kind={kind}>
          <Plug size={14} aria-hidden="true" /> Connect a machine
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={open}
    >
      <FormProblem refusal={refusal} />
      {!minted && !refusal && only && <output className="text-13 text-ink-2">Making a token …</output>}
      {!minted && !only && (
        <form method="post" onSubmit={submit} className="mt-2 flex flex-col gap-4">
          <SelectField label="Client" name="clientId" help="Whose machine it is; its reports stay with it.">
            {clients.map(({ clientId, name }) => (
              <option key={clientId} value={clientId}>
                {name}
              </option>
            ))}
          </SelectField>
          <div className="flex justify-end">
            <SubmitButton isBusy={isBusy}>Make the line</SubmitButton>
          </div>
        </form>
      )}
      {minted && (
        <div className="flex flex-col gap-3">
          <p className="text-13 text-ink-2">
            Paste this on the machine that makes the backups: it fetches the agent into the current folder and
            connects it. Then put{' '}
            <code className="text-xs">node holdfast-agent.mjs run --job nightly --</code> in front of its
            backup command, or run <code className="text-xs">node holdfast-agent.mjs report</code> to have its
            repositories read now.
          </p>
          <TokenLine isNew minted={minted} label="Line that connects the machine" />
        </div>
      )}
    </FormDialog>
  );
}
