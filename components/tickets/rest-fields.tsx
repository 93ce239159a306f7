'use client';

import { useState } from 'react';
import { PLACEHOLDERS } from '@/domain/tickets/template';
import type { RestRequest, RestSettings } from '@/domain/tickets/ticket-settings';
import { FormField } from '../forms/form-field';
import { SelectField } from '../forms/select-field';
import { TextAreaField } from '../forms/text-area-field';
import { REST_REQUESTS, type RestRequestName } from './system-form';

interface Props {
  settings: RestSettings;
  isNew: boolean;
  errors: Readonly<Record<string, string>>;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const WORDS: Readonly<Record<RestRequestName, { title: string; help: string; url: string }>> = {
  open: {
    title: 'Open a ticket',
    help: 'Everything but {{ticketId}} and {{note}}.',
    url: 'https://desk.example.com/api/tickets',
  },
  update: {
    title: 'Add a note',
    help: 'When its severity or its systems change; {{note}} says how.',
    url: 'https://desk.example.com/api/tickets/{{ticketId}}/notes',
  },
  close: {
    title: 'Close it',
    help: 'When nothing of it holds any more; {{note}} says why.',
    url: 'https://desk.example.com/api/tickets/{{ticketId}}',
  },
  reopen: {
    title: 'Open the same again',
    help: 'When it comes back within 26 hours.',
    url: 'https://desk.example.com/api/tickets/{{ticketId}}',
  },
  find: {
    title: 'Look a ticket up',
    help: 'By {{key}}, before an opening is sent a second time.',
    url: 'https://desk.example.com/api/tickets?external_id={{key}}',
  },
  test: {
    title: 'Test',
    help: 'Something that changes nothing, such as who Holdfast is signed in as. No placeholders.',
    url: 'https://desk.example.com/api/me',
  },
};

const FIND_EXAMPLE = { method: 'GET', url: '', headers: '', body: '', idPath: '[0].id', linkAt: '' } as const;

/** The requests of a plain ticket system. */
export function RestFields({ settings, isNew, errors }: Props) {
  const [canFind, setCanFind] = useState(settings.find !== null);
  const requests = REST_REQUESTS.filter((name) => name !== 'find' || canFind);
  return (
    <>
      <p className="text-13 text-ink-2">
        JSON over https. Placeholders stand in addresses, headers, and the texts of a body:{' '}
        {PLACEHOLDERS.map((name, index) => (
          <span key={name}>
            <code className="text-xs">{`{{${name}}}`}</code>
            {index < PLACEHOLDERS.length - 1 ? ' ' : '.'}
          </span>
        ))}{' '}
        <code className="text-xs">{'"{{companyId:number}}"'}</code> becomes a number.
      </p>
      <TextAreaField
        label="Headers of every request"
        name="secretHeaders"
        help={
          isNew
            ? 'Each on a line, such as Authorization: Bearer … Encrypted, and never shown again.'
            : 'Never shown. Empty: those that are kept.'
        }
        defaultValue={settings.secretHeaders}
        className="font-mono text-xs"
        autoComplete="off"
        spellCheck={false}
        error={errors['settings.secretHeaders']}
      />
      <SelectField
        label="Can tickets be looked up by a key?"
        name="canFind"
        help="Without it, a ticket can be doubled when its answer is lost on the way."
        value={canFind ? 'yes' : 'no'}
        onChange={(event) => setCanFind(event.target.value === 'yes')}
      >
        <option value="no">no</option>
        <option value="yes">yes, by a request of its own</option>
      </SelectField>
      {requests.map((name) => (
        <RequestFields key={name} name={name} request={settings[name] ?? FIND_EXAMPLE} errors={errors} />
      ))}
    </>
  );
}

type Ticketed = RestRequest & { readonly idPath?: string; readonly linkAt?: string };

function RequestFields({
  name,
  request,
  errors,
}: {
  name: RestRequestName;
  request: Ticketed;
  errors: Props['errors'];
}) {
  const { title, help, url } = WORDS[name];
  const of = (field: string) => errors[`settings.${name}.${field}`];
  return (
    <fieldset className="border-line-2 flex min-w-0 flex-col gap-3 border-l-2 pl-3">
      <legend className="float-left mb-2 w-full text-sm font-semibold">
        {title}
        <span className="text-ink-3 block text-xs font-normal">{help}</span>
      </legend>
      <div className="clear-both grid grid-cols-[104px_minmax(0,1fr)] gap-3">
        <SelectField
          label="Method"
          name={`${name}.method`}
          aria-label={`${title}: method`}
          defaultValue={request.method}
          error={of('method')}
        >
          {METHODS.map((method) => (
            <option key={method}>{method}</option>
          ))}
        </SelectField>
        <FormField
          label="Address"
          name={`${name}.url`}
          aria-label={`${title}: address`}
          placeholder={url}
          defaultValue={request.url}
          maxLength={2000}
          autoComplete="off"
          spellCheck={false}
          error={of('url')}
        />
      </div>
      {name !== 'test' && name !== 'find' && (
        <TextAreaField
          label="Body (JSON)"
          name={`${name}.body`}
          aria-label={`${title}: body`}
          rows={request.body.split('\n').length + 1}
          defaultValue={request.body}
          spellCheck={false}
          className="font-mono text-xs"
          error={of('body')}
        />
      )}
      {request.idPath !== undefined && <TicketFields name={name} request={request} errors={errors} />}
      <details open={of('headers') !== undefined || request.headers !== ''}>
        <summary className="text-13 text-ink-2 cursor-pointer">Headers of this request alone</summary>
        <TextAreaField
          label="Headers (optional)"
          name={`${name}.headers`}
          aria-label={`${title}: headers`}
          help="Shown to whoever changes this: what is secret belongs above."
          defaultValue={request.headers}
          spellCheck={false}
          className="font-mono text-xs"
          error={of('headers')}
        />
      </details>
    </fieldset>
  );
}

function TicketFields({
  name,
  request: { idPath, linkAt },
  errors,
}: {
  name: RestRequestName;
  request: Ticketed;
  errors: Props['errors'];
}) {
  const { title } = WORDS[name];
  return (
    <>
      <FormField
        label="Where its number stands in the answer"
        name={`${name}.idPath`}
        aria-label={`${title}: where its number stands in the answer`}
        help="A path such as id, data.ticket.id or results[0].id."
        defaultValue={idPath}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        error={errors[`settings.${name}.idPath`]}
      />
      <FormField
        label="Where people see it (optional)"
        name={`${name}.linkAt`}
        aria-label={`${title}: where people see it`}
        help="A path such as html_url, or an address such as https://desk.example.com/tickets/{{ticketId}}."
        defaultValue={linkAt}
        maxLength={500}
        autoComplete="off"
        spellCheck={false}
        error={errors[`settings.${name}.linkAt`]}
      />
    </>
  );
}
