'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useRef, useState } from 'react';
import type { PullKind } from '@/domain/pull/pull-settings';
import { type ChannelChoices, ChannelFields } from '../channels/channel-fields';
import { channelIn } from '../channels/channel-form';
import { fieldText } from '../forms/declaration-form';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson, type Sent } from '../forms/send-json';
import { SubmitButton, useIsReady } from '../forms/submit-button';
import { Button } from '../ui/button';
import { ConnectionFields } from './connection-fields';
import { PreviewTable } from './preview-table';
import type { PreviewAnswer, TestAnswer } from './pull-answers';
import { wholeConnectionIn } from './pull-values';
import { FailedResult, TestResult } from './try-result';

interface Props {
  clientId: string;
  kind: PullKind;
  capture: string;
  name: string;
  timeZone: string;
  choices: ChannelChoices;
  /** Where to go on, to which the channel's id is added. */
  nextHref: string;
}

type Busy = 'test' | 'preview' | 'connect' | null;

/** Says which server is asked, tries it out, and connects it. */
export function PullForm({ clientId, kind, capture, name, timeZone, choices, nextHref }: Props) {
  const router = useRouter();
  const isReady = useIsReady();
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState<Busy>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [fingerprint, setFingerprint] = useState<string | null>(null);
  const [tested, setTested] = useState<TestAnswer | null>(null);
  const [preview, setPreview] = useState<{ answer: PreviewAnswer; at: number } | null>(null);
  const errors = refusal?.fields ?? {};

  function forget(field: string) {
    setTested(null);
    setPreview(null);
    if (field === 'baseUrl') setFingerprint(null);
  }

  async function send<Answer>(what: Exclude<Busy, null>, path: string, body: object): Promise<Answer | null> {
    setBusy(what);
    const sent: Sent<Answer> = await sendJson<Answer>('POST', `/api/v1/clients/${clientId}/${path}`, body);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk || what !== 'connect') setBusy(null);
    return sent.isOk ? sent.answer : null;
  }

  async function test(pinned: string | null) {
    if (!form.current) return;
    setPreview(null);
    setTested(null);
    const body = { ...wholeConnectionIn(new FormData(form.current), kind), fingerprint: pinned };
    setTested(await send<TestAnswer>('test', 'pull-tests', body));
  }

  async function tryOut() {
    if (!form.current) return;
    setTested(null);
    setPreview(null);
    const typed = new FormData(form.current);
    const { repositoryId: _, ...said } = channelIn(typed, false);
    const body = { ...said, ...wholeConnectionIn(typed, kind), capture, fingerprint };
    const answer = await send<PreviewAnswer>('preview', 'pull-previews', body);
    setPreview(answer && { answer, at: Date.now() });
  }

  async function connect(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = new FormData(event.currentTarget);
    const body = {
      ...channelIn(typed, false),
      ...wholeConnectionIn(typed, kind),
      capture,
      fingerprint,
      intervalMinutes: Number(fieldText(typed, 'intervalMinutes')),
    };
    const made = await send<{ channelId: string }>('connect', 'pull-connectors', body);
    if (made) router.push(`${nextHref}&channel=${made.channelId}`);
  }

  return (
    <form
      ref={form}
      method="post"
      onSubmit={(event) => void connect(event)}
      onChange={(event) => forget((event.target as Partial<HTMLInputElement>).name ?? '')}
      className="flex flex-col gap-4"
    >
      <ChannelFields
        said={{ name, hostname: '', repositoryId: null, jobId: null, check: null }}
        choices={choices}
        errors={errors}
      />
      <ConnectionFields kind={kind} said={null} errors={errors} />
      {fingerprint !== null && (
        <p className="text-13 text-ink-2 [overflow-wrap:anywhere]">
          Only this certificate is believed: <span className="font-mono text-xs">{fingerprint}</span>{' '}
          <Button kind="quiet" className="h-7 px-2" onClick={() => setFingerprint(null)}>
            Believe public authorities instead
          </Button>
        </p>
      )}
      <FormProblem refusal={refusal} />
      <div aria-live="polite" className="flex flex-col gap-4 empty:hidden">
        {tested && (
          <TestResult
            answer={tested}
            onPin={(seen) => {
              setFingerprint(seen);
              void test(seen);
            }}
          />
        )}
        {preview && !preview.answer.isReached && <FailedResult failed={preview.answer} />}
        {preview?.answer.isReached === true && (
          <PreviewTable preview={preview.answer} timeZone={timeZone} now={preview.at} />
        )}
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <Button className="h-9" disabled={!isReady || busy !== null} onClick={() => void test(fingerprint)}>
          {busy === 'test' ? 'Asking …' : 'Test connection'}
        </Button>
        <Button className="h-9" disabled={!isReady || busy !== null} onClick={() => void tryOut()}>
          {busy === 'preview' ? 'Reading …' : 'Dry run'}
        </Button>
        <SubmitButton isBusy={busy === 'connect'} isDisabled={busy !== null}>
          Connect
        </SubmitButton>
      </div>
    </form>
  );
}
