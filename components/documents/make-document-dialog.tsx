'use client';

import { FilePlus2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { OfferedFrameworks } from '@/domain/frameworks/chosen-frameworks';
import { DOCUMENT_KIND_WORD, DOCUMENT_KINDS, type DocumentKind } from '@/domain/report/document';
import { counted } from '../format/amounts';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button, type ButtonKind } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';

export interface RecordChoice {
  readonly recordId: string;
  readonly clientId: string;
  readonly name: string;
}

interface Props {
  clients: readonly { readonly clientId: string; readonly name: string }[];
  /** The client that is looked at; null: none. */
  clientId: string | null;
  /** Months that can be reported on, newest first, as they are sent and as they are called. */
  months: readonly { readonly month: string; readonly name: string }[];
  /** Those that the MSP works by come first. */
  frameworks: OfferedFrameworks;
  /** Records of tests, newest first. */
  records: readonly RecordChoice[];
  /** Those that can be asked for; left out: every kind. */
  kinds?: readonly DocumentKind[];
  kind?: ButtonKind;
}

/** Asks for a document; it appears in the list and says how far it is. */
export function MakeDocumentDialog({
  clients,
  clientId: presetClientId,
  months,
  frameworks,
  records,
  kinds = DOCUMENT_KINDS,
  kind = 'plain',
}: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [clientId, setClientId] = useState(presetClientId ?? clients[0]?.clientId ?? '');
  const [documentKind, setDocumentKind] = useState<DocumentKind>(kinds[0] ?? 'executive-report');
  const own = records.filter((record) => record.clientId === clientId);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const form = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    const { clientId: _client, kind: _kind, ...fields } = form;
    const seed = documentKind === 'evidence-pack' ? { seed: fields['seed']?.trim() || null } : {};
    const sent = await sendJson<{ documentIds: string[] }>('POST', '/api/v1/documents', {
      clientId,
      request: { kind: documentKind, ...fields, ...seed },
    });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: `${counted(sent.answer.documentIds.length, 'document')} will be made.` });
    router.refresh();
  }

  const problem = (field: string): string | undefined =>
    refusal?.fields[`request.${field}`] ?? refusal?.fields[field];
  return (
    <FormDialog
      title="Make a document"
      description="A signed PDF/A with its facts attached, and a bundle that anybody can check offline."
      trigger={
        <Button kind={kind}>
          <FilePlus2 size={14} aria-hidden="true" /> Make a document
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <SelectField
          label="What"
          name="kind"
          value={documentKind}
          onChange={(event) => setDocumentKind(event.currentTarget.value as DocumentKind)}
        >
          {kinds.map((one) => (
            <option key={one} value={one}>
              {DOCUMENT_KIND_WORD[one]}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Client"
          name="clientId"
          value={clientId}
          onChange={(event) => setClientId(event.currentTarget.value)}
        >
          {clients.map((client) => (
            <option key={client.clientId} value={client.clientId}>
              {client.name}
            </option>
          ))}
        </SelectField>
        {documentKind === 'executive-report' && (
          <SelectField
            label="Month"
            name="month"
            help="Of this month it says what holds now."
            error={problem('month')}
            defaultValue={months[1]?.month}
          >
            {months.map(({ month, name }) => (
              <option key={month} value={month}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        {documentKind === 'evidence-pack' && (
          <>
            <SelectField label="Framework" name="framework" error={problem('framework')}>
              {[...frameworks.chosen, ...frameworks.others].map((framework) => (
                <option key={framework}>{framework}</option>
              ))}
            </SelectField>
            <div className="grid grid-cols-2 gap-3">
              <FormField label="First day" name="firstOn" type="date" required error={problem('firstOn')} />
              <FormField label="Last day" name="lastOn" type="date" required error={problem('lastOn')} />
            </div>
            <FormField
              label="Seed of the sample"
              help="The auditor’s own, if there is one. It is in the log before the draw, and printed."
              name="seed"
              maxLength={100}
              autoComplete="off"
              error={problem('seed')}
            />
          </>
        )}
        {documentKind === 'restore-certificate' &&
          (own.length > 0 ? (
            <SelectField label="Test" name="recordId" error={problem('recordId')}>
              {own.map(({ recordId, name }) => (
                <option key={recordId} value={recordId}>
                  {name}
                </option>
              ))}
            </SelectField>
          ) : (
            <p className="text-ink-2 text-sm">
              No restore test of this client is on record. Record one, or let an agent make one; then it can
              have a certificate.
            </p>
          ))}
        <div className="flex justify-end">
          <SubmitButton
            isBusy={isBusy}
            isDisabled={documentKind === 'restore-certificate' && own.length === 0}
          >
            Make it
          </SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
