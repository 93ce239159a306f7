'use client';

import { useState } from 'react';
import { ClientField } from '../forms/client-field';
import { FormField } from '../forms/form-field';
import { SendDialog } from '../forms/send-dialog';
import { Button } from '../ui/button';
import { DeliveryTerms, RecipientsField } from './delivery-fields';
import { deliveryIn } from './delivery-form';
import { DocumentPreview } from './document-preview';
import { type TemplateChoice, TemplateField } from './template-field';
import { useDocumentPreview } from './use-document-preview';

interface Props {
  clients: readonly { readonly clientId: string; readonly name: string }[];
  templates: readonly TemplateChoice[];
  /** The last one that ended, which a preview shows. */
  lastMonth: { readonly month: string; readonly name: string };
}

/** Has the report of a client's month sent each month. */
export function ScheduleDialog(props: Props) {
  return (
    <SendDialog<{ scheduleId: string }>
      title="Send a report each month"
      description="The executive report of the month before, at seven in the morning of the client’s own time, once it is made. Each gets a link that ends by itself."
      label="Add a schedule"
      submit="Add it"
      method="POST"
      address="/api/v1/report-schedules"
      bodyOf={(form) => ({
        ...deliveryIn(form),
        clientId: form.get('clientId'),
        dayOfMonth: Number(form.get('dayOfMonth')),
        templateId: form.get('templateId') || null,
      })}
      done="The report will be sent each month."
      renderFields={(errors) => <Fields {...props} errors={errors} />}
    />
  );
}

function Fields({
  clients,
  templates,
  lastMonth,
  errors,
}: Props & { errors: Readonly<Record<string, string>> }) {
  const [templateId, setTemplateId] = useState('');
  const [clientId, setClientId] = useState(clients[0]?.clientId ?? '');
  const [recipients, setRecipients] = useState('');
  const [asked, setAsked] = useState('');
  const preview = useDocumentPreview();
  const presetOf = (id: string): string =>
    templates.find((one) => one.templateId === id)?.recipients.join('\n') ?? '';

  /** What somebody typed stays; what only came from the former template goes. */
  function choose(id: string): void {
    if (recipients.trim() === '' || recipients === presetOf(templateId)) setRecipients(presetOf(id));
    setTemplateId(id);
  }
  return (
    <>
      <ClientField
        clients={clients}
        value={clientId}
        onChange={(event) => setClientId(event.currentTarget.value)}
        error={errors['clientId']}
      />
      <TemplateField
        templates={templates}
        value={templateId}
        onChange={choose}
        error={errors['templateId']}
      />
      <RecipientsField
        errors={errors}
        value={recipients}
        onChange={(event) => setRecipients(event.currentTarget.value)}
      />
      <FormField
        label="Day of the month"
        name="dayOfMonth"
        type="number"
        min={1}
        max={28}
        defaultValue={3}
        required
        error={errors['dayOfMonth']}
      />
      <DeliveryTerms errors={errors} noteHelp="Stands in each mail as you write it. May be empty." />
      <div>
        <Button
          disabled={preview.shown.state === 'making'}
          onClick={() => {
            setAsked(`${clientId} ${templateId}`);
            const request = { kind: 'executive-report', month: lastMonth.month };
            void preview.ask({ clientId, request, templateId: templateId || null });
          }}
        >
          Preview with {lastMonth.name}
        </Button>
      </div>
      {preview.shown.state !== 'none' && (
        <DocumentPreview shown={preview.shown} isOld={asked !== `${clientId} ${templateId}`} hint="" />
      )}
    </>
  );
}
