'use client';

import { useRouter } from 'next/navigation';
import { type ChangeEvent, useRef, useState } from 'react';
import { sendJson } from '../forms/send-json';
import { useIsReady } from '../forms/submit-button';
import { readFiles } from './read-files';
import { useNotify } from '../ui/toaster';

/** Adds files to a record, as soon as they are chosen. */
export function AttachForm({ recordId }: { recordId: string }) {
  const router = useRouter();
  const notify = useNotify();
  const isReady = useIsReady();
  const field = useRef<HTMLInputElement>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function attach(event: ChangeEvent<HTMLInputElement>) {
    const chosen = [...(event.currentTarget.files ?? [])];
    if (chosen.length === 0) return;
    setIsBusy(true);
    const attachments = await readFiles(chosen);
    const sent = await sendJson('POST', `/api/v1/restore-records/${recordId}/attachments`, { attachments });
    setIsBusy(false);
    if (field.current) field.current.value = '';
    setProblem(sent.isOk ? null : sent.refusal.sentence);
    if (!sent.isOk) return;
    notify({ text: chosen.length === 1 ? 'The file is attached.' : 'The files are attached.' });
    router.refresh();
  }

  return (
    <div className="text-13 mt-3">
      <label className="flex flex-wrap items-center gap-2">
        <span className="font-medium">Attach more</span>
        <input
          ref={field}
          type="file"
          aria-label="Attach more"
          multiple
          disabled={!isReady || isBusy}
          onChange={(event) => void attach(event)}
          className="text-ink-2 max-w-full text-xs"
        />
      </label>
      <p className="text-ink-3 mt-1 text-xs">PDF, PNG, JPEG, text, CSV or JSON; at most 4 MiB each.</p>
      {problem && (
        <p role="alert" className="text-bad mt-1 text-xs">
          {problem}
        </p>
      )}
    </div>
  );
}
