'use client';

import { type FormEvent, useState } from 'react';
import { FormProblem } from '@/components/forms/form-problem';
import { type Refusal, sendJson } from '@/components/forms/send-json';
import { SubmitButton } from '@/components/forms/submit-button';
import { Button } from '@/components/ui/button';
import { TextLink } from '@/components/ui/text-link';
import { sizeWords } from '@/domain/report/words';

interface Shared {
  readonly title: string;
  readonly mspName: string;
  readonly pages: number | null;
  readonly pdfBytes: number;
  readonly pdfSha256: string;
  readonly hasBundle: boolean;
  readonly finishedAt: string;
  readonly expiresAt: string;
}

/** Says what was sent once asked to: whatever follows links in mails finds out nothing and counts as nobody. */
export function SharedDocument() {
  const [shared, setShared] = useState<Shared | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  async function ask(event: FormEvent) {
    event.preventDefault();
    setIsBusy(true);
    const sent = await sendJson<Shared>('POST', '/api/v1/shared-document-questions', {
      token: tokenInAddress(),
    });
    setIsBusy(false);
    if (sent.isOk) setShared(sent.answer);
    setRefusal(sent.isOk ? null : sent.refusal);
  }

  async function take(file: 'pdf' | 'bundle') {
    setIsBusy(true);
    setRefusal(await save(file));
    setIsBusy(false);
  }

  if (!shared)
    return (
      <form method="post" onSubmit={(event) => void ask(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <p className="text-ink-2 text-sm">Somebody sends you a signed document about backups.</p>
        <SubmitButton isBusy={isBusy}>Open it</SubmitButton>
      </form>
    );
  return (
    <div className="flex flex-col gap-4 text-sm">
      <FormProblem refusal={refusal} />
      <div>
        <p className="font-medium">{shared.title}</p>
        <p className="text-ink-2">
          From {shared.mspName}, made on {shared.finishedAt.slice(0, 10)}
          {shared.pages !== null && `, ${shared.pages} ${shared.pages === 1 ? 'page' : 'pages'}`}
        </p>
      </div>
      <Button kind="primary" disabled={isBusy} onClick={() => void take('pdf')}>
        Download the PDF ({sizeWords(shared.pdfBytes)})
      </Button>
      {shared.hasBundle && (
        <Button disabled={isBusy} onClick={() => void take('bundle')}>
          Download the bundle that anybody can check offline
        </Button>
      )}
      <p className="text-ink-2 text-xs">
        Whether a copy is genuine and whole tells{' '}
        <TextLink href="/verify" className="underline">
          the verifier
        </TextLink>
        , which sends it to nobody. SHA-256: <span className="font-mono break-all">{shared.pdfSha256}</span>
      </p>
      <p className="text-ink-2 text-xs">
        If you have an account here,{' '}
        <TextLink href="/sign-in?callbackUrl=%2F" className="underline">
          sign in
        </TextLink>{' '}
        to see how it stands today.
      </p>
      <p className="text-ink-3 text-xs">This link is good until {shared.expiresAt.slice(0, 10)}.</p>
    </div>
  );
}

/** Saves a file of the document; what the server would not give is answered. */
async function save(file: 'pdf' | 'bundle'): Promise<Refusal | null> {
  try {
    const response = await fetch('/api/v1/shared-document-files', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: tokenInAddress(), file }),
    });
    if (!response.ok) {
      const { detail } = (await response.json()) as { detail?: unknown };
      return { status: response.status, sentence: String(detail), fields: {} };
    }
    const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
    const address = URL.createObjectURL(await response.blob());
    const link = document.createElement('a');
    link.href = address;
    link.download = name ?? 'document.pdf';
    link.click();
    URL.revokeObjectURL(address);
    return null;
  } catch {
    const sentence = 'Holdfast did not answer. Check the connection and try again.';
    return { status: 0, sentence, fields: {} };
  }
}

function tokenInAddress(): string {
  return window.location.hash.slice(1);
}
