'use client';

import { Upload } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { ClientField } from '../forms/client-field';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendFile } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button, type ButtonKind } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';

interface Props {
  clients: readonly { readonly clientId: string; readonly name: string }[];
  /** The client that is looked at; null: none. */
  clientId: string | null;
  kind?: ButtonKind;
}

const FILE_BYTES_MAX = 20 * 1024 * 1024;

/** Sends a file with history; the page that opens then asks what its columns and words mean, before anything is made of it. */
export function UploadDialog({ clients, clientId, kind = 'primary' }: Props) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  function open(isNowOpen: boolean) {
    setIsOpen(isNowOpen);
    setRefusal(null);
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const file = form.get('file');
    const problem = fileProblem(file);
    if (problem !== null || !(file instanceof File)) {
      setRefusal({ status: 400, sentence: '', fields: { file: problem ?? '' } });
      return;
    }
    setIsBusy(true);
    const query = new URLSearchParams({
      clientId: textIn(form, 'clientId'),
      name: textIn(form, 'name'),
      fileName: file.name,
    });
    const sent = await sendFile<{ importId: string }>(`/api/v1/history-imports?${query}`, file);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    open(false);
    router.push(`/agents/imports/${sent.answer.importId}`);
  }

  const problems = refusal?.fields ?? {};
  return (
    <FormDialog
      title="Import history"
      description="Runs that another tool has recorded, such as an export of Backup Radar, an RMM or a spreadsheet. They stand in the history, marked, and change nothing of how a system stands today."
      trigger={
        <Button kind={kind}>
          <Upload size={14} aria-hidden="true" /> Import history
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={open}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <ClientField
          clients={clients}
          none="Choose a client"
          label="Whose backups"
          defaultValue={clientId ?? ''}
          required
          error={problems['clientId']}
        />
        <FormField
          label="Where the history comes from"
          name="name"
          placeholder="Backup Radar"
          required
          maxLength={200}
          autoComplete="off"
          error={problems['name']}
        />
        <FileField error={problems['file'] ?? problems['fileName']} />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Send and explain</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}

function textIn(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value : '';
}

function fileProblem(file: FormDataEntryValue | null): string | null {
  if (!(file instanceof File) || file.name === '') return 'Choose a file.';
  return file.size > FILE_BYTES_MAX
    ? 'A file has at most 20 MB. Cut it in two: by years, for instance.'
    : null;
}

function FileField({ error }: { error: string | undefined }) {
  return (
    <div className="flex flex-col gap-1">
      <label className="flex flex-col gap-1 text-sm font-medium">
        File
        <span className="text-ink-3 text-xs font-normal">
          CSV (commas, semicolons or tabs, with a row of column names) or JSON; at most 20 MB and 200,000
          rows.
        </span>
        <input
          type="file"
          aria-label="File"
          name="file"
          accept=".csv,.tsv,.txt,.json,.ndjson,.jsonl,text/csv,application/json"
          aria-invalid={error ? true : undefined}
          className="border-edge file:border-line-2 file:text-13 aria-invalid:border-bad rounded-md border p-1 text-sm font-normal file:mr-3 file:rounded file:border file:px-2 file:py-0.5"
        />
      </label>
      {error && (
        <p role="alert" className="text-bad text-xs">
          {error}
        </p>
      )}
    </div>
  );
}
