'use client';

import { FilePlus2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { OfferedFrameworks } from '@/domain/frameworks/chosen-frameworks';
import { DOCUMENT_KIND_WORD, DOCUMENT_KINDS, type DocumentKind } from '@/domain/report/document';
import { counted } from '../format/amounts';
import { ClientField } from '../forms/client-field';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button, type ButtonKind } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { DocumentPreview } from './document-preview';
import { type TemplateChoice, TemplateField } from './template-field';
import { useDocumentPreview } from './use-document-preview';

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
  /** Those that can be chosen beside the standard one. */
  templates: readonly TemplateChoice[];
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
  templates,
  kind = 'plain',
}: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [clientId, setClientId] = useState(presetClientId ?? clients[0]?.clientId ?? '');
  const [documentKind, setDocumentKind] = useState<DocumentKind>(kinds[0] ?? 'executive-report');
  const [templateId, setTemplateId] = useState('');
  const [asked, setAsked] = useState('');
  /** Whether something was changed since the preview was asked for. */
  const [isOld, setIsOld] = useState(false);
  const preview = useDocumentPreview();
  const own = records.filter((record) => record.clientId === clientId);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const body = bodyOf(event.currentTarget, documentKind);
    const sent = await sendJson<{ documentIds: string[] }>('POST', '/api/v1/documents', body);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: `${counted(sent.answer.documentIds.length, 'document')} will be made.` });
    router.refresh();
  }

  function show(form: HTMLFormElement | null) {
    if (!form?.reportValidity()) return;
    const body = bodyOf(form, documentKind);
    setAsked(JSON.stringify(body));
    setIsOld(false);
    void preview.ask(body);
  }

  const wrong = (refusal ?? preview.refusal)?.fields ?? {};
  const problem = (field: string): string | undefined => wrong[`request.${field}`] ?? wrong[field];
  const cannot = documentKind === 'restore-certificate' && own.length === 0;
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
        preview.clear();
      }}
    >
      <form
        method="post"
        onSubmit={(event) => void submit(event)}
        onChange={(event) => setIsOld(asked !== JSON.stringify(bodyOf(event.currentTarget, documentKind)))}
        className="flex flex-col gap-4"
      >
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
        <ClientField
          clients={clients}
          value={clientId}
          onChange={(event) => setClientId(event.currentTarget.value)}
        />
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
        {documentKind === 'executive-report' ? (
          <TemplateField
            templates={templates}
            value={templateId}
            onChange={setTemplateId}
            error={problem('templateId')}
          />
        ) : (
          <p className="text-ink-3 text-xs">
            Made the same way for everybody, without a template: auditors have to be able to compare.
          </p>
        )}
        {preview.shown.state !== 'none' && <DocumentPreview shown={preview.shown} isOld={isOld} hint="" />}
        <div className="flex justify-end gap-2">
          <Button
            className="h-9"
            disabled={cannot || preview.shown.state === 'making'}
            onClick={(event) => show(event.currentTarget.form)}
          >
            Preview
          </Button>
          <SubmitButton isBusy={isBusy} isDisabled={cannot}>
            Make it
          </SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}

/** What the fields say, as the routes of documents and of previews take it. */
function bodyOf(form: HTMLFormElement, kind: DocumentKind): object {
  const all = Object.fromEntries(new FormData(form)) as Record<string, string>;
  const { clientId, kind: _kind, templateId, ...fields } = all;
  const seed = kind === 'evidence-pack' ? { seed: fields['seed']?.trim() || null } : {};
  return {
    clientId,
    request: { kind, ...fields, ...seed },
    ...(templateId && { templateId }),
  };
}
