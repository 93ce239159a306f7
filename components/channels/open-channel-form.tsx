'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { PRESET_SETTINGS } from '@/domain/ping/check';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { ChannelFields, type ChannelChoices } from './channel-fields';
import { channelIn } from './channel-form';

interface Props {
  clientId: string;
  kind: 'ping' | 'mail' | 'webhook';
  /** What server/inbound calls the product; null: whatever comes. */
  reads: string | null;
  capture: string;
  name: string;
  timeZone: string;
  choices: ChannelChoices;
  /** Where to go on, to which the channel's id is added. */
  nextHref: string;
}

/** Says what a new channel tells of, and makes its address. */
export function OpenChannelForm({
  clientId,
  kind,
  reads,
  capture,
  name,
  timeZone,
  choices,
  nextHref,
}: Props) {
  const router = useRouter();
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const said = channelIn(new FormData(event.currentTarget), kind === 'ping');
    const body = { ...said, kind, product: reads, capture };
    const sent = await sendJson<{ channelId: string }>('POST', `/api/v1/clients/${clientId}/channels`, body);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (sent.isOk) router.push(`${nextHref}&channel=${sent.answer.channelId}`);
    else setIsBusy(false);
  }

  const check = kind === 'ping' ? { ...PRESET_SETTINGS, slug: '', timeZone } : null;
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <FormProblem refusal={refusal} />
      <ChannelFields
        said={{ name, hostname: '', repositoryId: null, jobId: null, check }}
        choices={choices}
        errors={refusal?.fields ?? {}}
      />
      <div className="flex justify-end">
        <SubmitButton isBusy={isBusy}>Make the address</SubmitButton>
      </div>
    </form>
  );
}
