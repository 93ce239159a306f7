'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import {
  FOREWORD_MAX,
  PERIOD_WORDINGS,
  type PeriodWording,
  periodInWords,
  type ReportChoices,
  TEMPLATE_NAME_MAX,
} from '@/domain/report/report-template';
import { ClientField } from '../forms/client-field';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton, useIsReady } from '../forms/submit-button';
import { TextAreaField } from '../forms/text-area-field';
import { Button } from '../ui/button';
import { TextLink } from '../ui/text-link';
import { useNotify } from '../ui/toaster';
import { addressesIn } from './delivery-form';
import { DocumentPreview } from './document-preview';
import { SectionList } from './section-list';
import { useDocumentPreview } from './use-document-preview';

interface Props {
  /** The template that is changed, with the version that is looked at; null: a new one. */
  kept: { readonly templateId: string; readonly version: number } | null;
  name: string;
  choices: ReportChoices;
  recipients: readonly string[];
  clients: readonly { readonly clientId: string; readonly name: string }[];
  /** Newest first. */
  months: readonly { readonly month: string; readonly name: string }[];
}

/** Makes a template or changes one, with a preview of what is on the screen. */
export function TemplateEditor({ kept, clients, months, ...given }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const isReady = useIsReady();
  const [name, setName] = useState(given.name);
  const [choices, setChoices] = useState(given.choices);
  const [recipients, setRecipients] = useState(given.recipients.join('\n'));
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [of, setOf] = useState({ clientId: clients[0]?.clientId ?? '', month: months[1]?.month ?? '' });
  const [asked, setAsked] = useState('');
  const { shown, ask } = useDocumentPreview();
  const subject = {
    clientId: of.clientId,
    request: { kind: 'executive-report', month: of.month },
    draft: choices,
  };
  const change = (changed: Partial<ReportChoices>): void => setChoices({ ...choices, ...changed });

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const body = {
      name,
      choices,
      recipients: addressesIn(recipients),
      ...(kept && { version: kept.version }),
    };
    const address = '/api/v1/report-templates';
    const sent = kept
      ? await sendJson('PUT', `${address}/${kept.templateId}`, body)
      : await sendJson('POST', address, body);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    notify({
      text: kept ? 'Reports that are asked for from now on are made so.' : 'The template can be chosen now.',
    });
    router.push('/reports/templates');
    router.refresh();
  }

  const wrong = refusal?.fields ?? {};
  return (
    <div className="grid gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-5">
        <FormField
          label="Name"
          name="name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          maxLength={TEMPLATE_NAME_MAX}
          autoComplete="off"
          error={wrong['name']}
        />
        <SectionList
          sections={choices.sections}
          onChange={(sections) => change({ sections })}
          error={wrong['choices.sections'] ?? wrong['choices']}
        />
        <TextAreaField
          label="Foreword"
          name="foreword"
          help={`Plain words before the figures, under “A word from” and your name. An empty line begins a paragraph. At most ${FOREWORD_MAX.toLocaleString('en')} characters, ${choices.foreword.length.toLocaleString('en')} used.`}
          rows={6}
          maxLength={FOREWORD_MAX}
          value={choices.foreword}
          onChange={(event) => change({ foreword: event.currentTarget.value })}
          error={wrong['choices.foreword']}
        />
        <SelectField
          label="The time is told as"
          name="periodWording"
          value={choices.periodWording}
          onChange={(event) => change({ periodWording: event.currentTarget.value as PeriodWording })}
          error={wrong['choices.periodWording']}
        >
          {PERIOD_WORDINGS.map((wording) => (
            <option key={wording} value={wording}>
              {periodInWords(of.month, wording)}
            </option>
          ))}
        </SelectField>
        <TextAreaField
          label="Recipients to begin with"
          name="recipients"
          help="One a line. They are filled in where such a report is sent or scheduled, and nothing goes out before somebody has seen them. A template serves every client: leave it empty unless these people may read of all."
          value={recipients}
          onChange={(event) => setRecipients(event.currentTarget.value)}
          error={wrong['recipients']}
        />
        <FormProblem refusal={refusal} />
        {Object.keys(wrong).length > 0 && (
          <p role="alert" className="text-bad text-sm">
            It was not saved: {Object.values(wrong)[0]}
          </p>
        )}
        <div className="flex items-center gap-4">
          <SubmitButton isBusy={isBusy}>{kept ? 'Save' : 'Add the template'}</SubmitButton>
          <TextLink href="/reports/templates">Back without saving</TextLink>
        </div>
      </form>
      <section aria-labelledby="preview-title" className="flex flex-col gap-3">
        <h2 id="preview-title">Preview</h2>
        {clients.length === 0 ? (
          <p className="text-13 text-ink-2">There is no client yet whose report could be shown.</p>
        ) : (
          <>
            <div className="flex flex-wrap items-end gap-3">
              <div className="min-w-40 flex-1">
                <ClientField
                  clients={clients}
                  value={of.clientId}
                  onChange={(event) => setOf({ ...of, clientId: event.currentTarget.value })}
                />
              </div>
              <div className="min-w-36">
                <SelectField
                  label="Month"
                  name="month"
                  value={of.month}
                  onChange={(event) => setOf({ ...of, month: event.currentTarget.value })}
                >
                  {months.map((one) => (
                    <option key={one.month} value={one.month}>
                      {one.name}
                    </option>
                  ))}
                </SelectField>
              </div>
              <Button
                className="h-9"
                disabled={!isReady || shown.state === 'making'}
                onClick={() => {
                  setAsked(JSON.stringify(subject));
                  void ask(subject);
                }}
              >
                Show the preview
              </Button>
            </div>
            <DocumentPreview
              shown={shown}
              isOld={asked !== JSON.stringify(subject)}
              hint="With this client’s own figures and what is chosen here, saved or not."
            />
          </>
        )}
      </section>
    </div>
  );
}
