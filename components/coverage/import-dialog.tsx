'use client';

import { Upload } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useRef, useState } from 'react';
import type { InventoryColumns } from '@/domain/coverage/inventory-columns';
import { counted } from '../format/amounts';
import { ClientField } from '../forms/client-field';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { TextAreaField } from '../forms/text-area-field';
import { Button, type ButtonKind } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { ImportPreview, type ShownPreview } from './import-preview';

interface Props {
  clients: readonly { readonly clientId: string; readonly name: string }[];
  /** The client that is looked at; null: none. */
  clientId: string | null;
  kind?: ButtonKind;
}

const FILE_BYTES_MAX = 5 * 1024 * 1024;
const COLUMN_NAMES: readonly (readonly [keyof InventoryColumns, string])[] = [
  ['name', 'Host name'],
  ['kind', 'Kind'],
  ['site', 'Site'],
  ['client', 'Client'],
];

/** Brings in the inventory of one client, or of those that a file names: it is looked at before anything is saved. */
export function ImportDialog({ clients, clientId: presetClientId, kind = 'plain' }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [clientId, setClientId] = useState(presetClientId);
  const [csv, setCsv] = useState('');
  const [preview, setPreview] = useState<ShownPreview | null>(null);
  const asked = useRef(0);

  /** An answer that is overtaken by a newer question is dropped. */
  async function look(file: string, of: string | null, columns: InventoryColumns | null) {
    const question = ++asked.current;
    if (file.trim() === '') {
      setPreview(null);
      setRefusal(null);
      return;
    }
    const sent = await sendJson<ShownPreview>('POST', '/api/v1/inventory-previews', {
      clientId: of,
      csv: file,
      columns,
    });
    if (question !== asked.current) return;
    setPreview(sent.isOk ? sent.answer : null);
    setRefusal(sent.isOk ? null : sent.refusal);
  }

  async function choose(file: File | undefined) {
    if (!file) return;
    if (file.size > FILE_BYTES_MAX) {
      setRefusal({ status: 413, sentence: '', fields: { csv: 'A file has at most 5 MB.' } });
      return;
    }
    const text = await file.text();
    setCsv(text);
    await look(text, clientId, null);
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const source = new FormData(event.currentTarget).get('source');
    const sent = await sendJson<{ imports: { importId: string }[] }>('POST', '/api/v1/inventory-imports', {
      clientId,
      csv,
      columns: preview?.columns ?? null,
      source,
    });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    close(false);
    const { imports } = sent.answer;
    notify({
      text: `The inventory of ${counted(imports.length, 'client')} is imported.`,
      undo: () => void undo(imports.map((one) => one.importId)),
    });
    router.refresh();
  }

  async function undo(importIds: readonly string[]) {
    for (const importId of importIds) {
      const sent = await sendJson('DELETE', `/api/v1/inventory-imports/${importId}`);
      if (!sent.isOk) notify({ text: sent.refusal.sentence });
    }
    router.refresh();
  }

  function close(open: boolean) {
    setIsOpen(open);
    setRefusal(null);
    setCsv('');
    setPreview(null);
    setClientId(presetClientId);
  }

  const problems = refusal?.fields ?? {};
  const canImport = preview !== null && preview.lacks === null && preview.clientNames.length > 0;
  return (
    <FormDialog
      title="Import an inventory"
      description="A list of all machines of a client, such as your RMM exports: CSV with a row of column names. It takes the place of the client’s list before; nothing is saved until you have seen what changes."
      trigger={
        <Button kind={kind}>
          <Upload size={14} aria-hidden="true" /> Import an inventory
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={close}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <ClientField
          clients={clients}
          none="Several clients: a column names them"
          label="Whose machines"
          value={clientId ?? ''}
          error={problems['clientId']}
          onChange={(event) => {
            const chosen = event.currentTarget.value || null;
            setClientId(chosen);
            void look(csv, chosen, null);
          }}
        />
        <FormField
          label="Where the list comes from"
          name="source"
          defaultValue="RMM export"
          required
          maxLength={200}
          autoComplete="off"
          error={problems['source']}
        />
        <label className="flex flex-col gap-1 text-sm font-medium">
          File
          <span className="text-ink-3 text-xs font-normal">
            At most 5 MB and 20,000 rows; commas, semicolons or tabs.
          </span>
          <input
            type="file"
            aria-label="File"
            name="file"
            accept=".csv,.tsv,.txt,text/csv"
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
            className="border-edge file:border-line-2 file:text-13 rounded-md border p-1 text-sm font-normal file:mr-3 file:rounded file:border file:px-2 file:py-0.5"
          />
        </label>
        <TextAreaField
          label="Or paste it"
          name="csv"
          rows={4}
          spellCheck={false}
          value={csv}
          error={problems['csv']}
          onChange={(event) => {
            setCsv(event.currentTarget.value);
            void look(event.currentTarget.value, clientId, null);
          }}
        />
        {preview && (
          <fieldset className="grid grid-cols-2 gap-3">
            <legend className="mb-1 text-sm font-medium">Columns</legend>
            {COLUMN_NAMES.filter(([field]) => field !== 'client' || clientId === null).map(
              ([field, name]) => (
                <SelectField
                  key={field}
                  label={name}
                  name={`column-${field}`}
                  value={preview.columns[field] ?? ''}
                  error={field === 'name' ? problems['columns'] : undefined}
                  onChange={(event) => {
                    const chosen = event.currentTarget.value;
                    const column = chosen === '' ? null : Number(chosen);
                    void look(csv, clientId, { ...preview.columns, [field]: column });
                  }}
                >
                  <option value="">none</option>
                  {preview.head.map((title, column) => (
                    <option key={column} value={column}>
                      {title || `column ${column + 1}`}
                    </option>
                  ))}
                </SelectField>
              ),
            )}
          </fieldset>
        )}
        {preview && <ImportPreview preview={preview} />}
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy} isDisabled={!canImport}>
            Import
          </SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
