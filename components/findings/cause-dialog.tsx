'use client';

import { type FormEvent, useState } from 'react';
import { counted } from '../format/amounts';
import { fieldText } from '../forms/declaration-form';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import type { Refusal, Sent } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { TextAreaField } from '../forms/text-area-field';
import { DialogPanel } from '../ui/dialog-panel';
import {
  type Assignee,
  type CauseVerb,
  type DialogVerb,
  isShownAtOnce,
  type TicketSystemChoice,
  type WorkableCause,
} from './cause-verbs';
import { dayFieldText, instantFieldText, snoozeChoices } from './snooze-choices';

interface Props {
  verb: DialogVerb;
  causes: readonly WorkableCause[];
  assignees: readonly Assignee[];
  /** Who asks. */
  personId: string;
  isOpen: boolean;
  opener: () => HTMLElement | null;
  /** What was chosen when it was refused, and why; null: it is asked for the first time. */
  former: Former | null;
  onOpenChange: (isOpen: boolean) => void;
  ticketSystems: readonly TicketSystemChoice[];
  send: (
    verb: CauseVerb,
    causes: readonly WorkableCause[],
    said: Readonly<Record<string, unknown>>,
    fields?: Former['fields'],
  ) => Promise<Sent<unknown>>;
}

/** A form as it was sent, and what the server did not like about it. */
export interface Former {
  readonly fields: Readonly<Record<string, string>>;
  readonly refusal: Refusal;
}

const TITLES: Readonly<Record<DialogVerb, string>> = {
  assign: 'Assign',
  snooze: 'Snooze',
  ticket: 'Ticket',
  waive: 'Waive',
  comment: 'Comment',
};

/**
 * Asks what a verb needs, and does it; what is refused stands beside its field. Where the result is shown at once it closes at once, and
 * a refusal stands beside the cause, from where it opens again with what was chosen.
 */
export function CauseDialog(props: Props) {
  const { verb, causes, isOpen, opener, former, onOpenChange, send } = props;
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(former?.refusal ?? null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (isShownAtOnce(verb)) {
      onOpenChange(false);
      void send(verb, causes, saidIn(verb, form), fieldsOf(form));
      return;
    }
    setIsBusy(true);
    const sent = await (verb === 'ticket'
      ? sendTicket(causes, form, send)
      : send(verb, causes, saidIn(verb, form)));
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (sent.isOk) onOpenChange(false);
  }

  const [only] = causes;
  return (
    <DialogPanel
      title={titleOf(props)}
      description={
        causes.length === 1 && only ? `${only.title} (${only.clientName})` : counted(causes.length, 'cause')
      }
      isOpen={isOpen}
      opener={opener}
      startsInForm
      onOpenChange={(open) => {
        onOpenChange(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <Fields {...props} errors={refusal?.fields ?? {}} />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>{submitText(props)}</SubmitButton>
        </div>
      </form>
    </DialogPanel>
  );
}

type FieldsProps = Props & { errors: Readonly<Record<string, string>> };

function Fields(props: FieldsProps) {
  switch (props.verb) {
    case 'assign':
      return <AssignFields {...props} />;
    case 'snooze':
      return <SnoozeFields {...props} />;
    case 'ticket':
      return <TicketFields {...props} />;
    case 'waive':
      return <WaiveFields {...props} />;
    case 'comment':
      return (
        <TextAreaField
          label="Comment"
          help="Stands in the timeline beside your name."
          name="text"
          required
          maxLength={4000}
          error={props.errors['text']}
        />
      );
  }
}

/** Every field of these forms is a text. */
function fieldsOf(form: FormData): Record<string, string> {
  return Object.fromEntries([...form.keys()].map((name) => [name, fieldText(form, name)]));
}

function AssignFields({ causes, assignees, personId, former, errors }: FieldsProps) {
  const able = assignees.filter(
    ({ clientIds }) => clientIds === '*' || causes.every((cause) => clientIds.includes(cause.clientId)),
  );
  const [only] = causes;
  const isMine = able.some((one) => one.personId === personId);
  return (
    <SelectField
      label="To"
      help="Those who work on findings and see every client that is concerned."
      name="personId"
      defaultValue={
        former?.fields['personId'] ??
        (causes.length === 1 ? only?.assignedTo : null) ??
        (isMine ? personId : '')
      }
      error={errors['personId']}
    >
      <option value="">Nobody</option>
      {able.map((one) => (
        <option key={one.personId} value={one.personId}>
          {one.name}
          {one.personId === personId ? ' (you)' : ''}
        </option>
      ))}
    </SelectField>
  );
}

function SnoozeFields({ former, errors }: FieldsProps) {
  const [now] = useState(() => new Date());
  const [until, setUntil] = useState(
    () => former?.fields['until'] ?? instantFieldText(snoozeChoices(now)[1]?.at ?? now),
  );
  return (
    <>
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">Until</legend>
        {snoozeChoices(now).map(({ name, at }) => {
          const value = instantFieldText(at);
          return (
            <label
              key={name}
              className="text-13 border-line-2 has-checked:border-accent-line has-checked:bg-accent-bg has-checked:text-accent inline-flex h-8 items-center gap-2 rounded-full border px-3 font-medium"
            >
              <input
                type="radio"
                name="choice"
                aria-label={name}
                className="accent-accent"
                checked={until === value}
                onChange={() => setUntil(value)}
              />
              {name}
            </label>
          );
        })}
      </fieldset>
      <FormField
        label="Until"
        help={`In your own time zone, ${new Intl.DateTimeFormat().resolvedOptions().timeZone}. At once if it turns critical.`}
        name="until"
        type="datetime-local"
        required
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
        error={errors['until']}
      />
    </>
  );
}

/** Where a ticket is: by hand, or in a ticket system that Holdfast tells. */
const BY_HAND = 'by-hand';

function TicketFields(props: FieldsProps) {
  const { causes, ticketSystems, errors } = props;
  const without = causes.filter(needsTicket);
  const [where, setWhere] = useState(without.length > 0 ? (ticketSystems[0]?.channelId ?? BY_HAND) : BY_HAND);
  if (areKept(causes)) return <KeptTicket causes={causes} />;
  const left = causes.length - without.length;
  const choices = without.length > 0 ? ticketSystems : [];
  return (
    <>
      {choices.length > 0 && (
        <SelectField
          label="Where"
          name="where"
          value={where}
          onChange={(event) => setWhere(event.target.value)}
          error={errors['channelId']}
        >
          {choices.map(({ channelId, name }) => (
            <option key={channelId} value={channelId}>
              Open in {name}
            </option>
          ))}
          <option value={BY_HAND}>Link one that is there, by its number</option>
        </SelectField>
      )}
      {where === BY_HAND ? (
        <LinkFields {...props} />
      ) : (
        <p className="text-13 text-ink-2">
          {without.length === 1
            ? 'Holdfast opens one ticket, adds a note when this changes, and closes it when nothing of it holds any more.'
            : `Holdfast opens ${without.length} tickets, one of each cause, and closes each with its cause.`}
          {left > 0 &&
            ` ${left === 1 ? 'One has' : `${left} have`} a ticket already and stay${left === 1 ? 's' : ''} as ${left === 1 ? 'it is' : 'they are'}.`}
        </p>
      )}
    </>
  );
}

/** Whether Holdfast keeps the tickets of all of them. */
function areKept(causes: readonly WorkableCause[]): boolean {
  return causes.every(({ hasKeptTicket }) => hasKeptTicket);
}

/** What has closed needs none any more. */
function needsTicket({ hasKeptTicket, ticketReference, isOpen }: WorkableCause): boolean {
  return isOpen && !hasKeptTicket && ticketReference === null;
}

function KeptTicket({ causes }: { causes: readonly WorkableCause[] }) {
  const [only] = causes;
  const name = causes.length === 1 && only?.ticketReference ? `ticket ${only.ticketReference}` : 'the ticket';
  return (
    <p className="text-13 text-ink-2">
      Holdfast keeps {causes.length === 1 ? name : 'these tickets'} itself. Taking{' '}
      {causes.length === 1 ? 'it' : 'them'} back closes what is open; you can undo that, and the same is
      opened again.
    </p>
  );
}

/** Without a ticket system there is nothing but to link. */
function titleOf({ verb, ticketSystems }: Pick<Props, 'verb' | 'ticketSystems'>): string {
  return verb === 'ticket' && ticketSystems.length === 0 ? 'Link a ticket' : TITLES[verb];
}

function submitText({ verb, causes, ticketSystems }: Props): string {
  if (verb === 'ticket' && areKept(causes)) return 'Take back';
  return titleOf({ verb, ticketSystems });
}

/** Opens tickets for those without one, links them all by hand, or takes back what Holdfast keeps. */
function sendTicket(
  causes: readonly WorkableCause[],
  form: FormData,
  send: Props['send'],
): Promise<Sent<unknown>> {
  const where = fieldText(form, 'where');
  if (areKept(causes)) return send('withdraw-ticket', causes, {});
  // Without a ticket system there is no choice.
  if (where === '' || where === BY_HAND) return send('ticket', causes, saidIn('ticket', form));
  return send('open-ticket', causes.filter(needsTicket), { channelId: where });
}

function LinkFields({ causes, errors }: FieldsProps) {
  const [only] = causes;
  const known = causes.length === 1 ? only : undefined;
  return (
    <>
      <FormField
        label="Number"
        help="As your ticket system names it. Empty: no ticket any more."
        name="reference"
        maxLength={100}
        autoComplete="off"
        defaultValue={known?.ticketReference ?? ''}
        error={errors['ticket.reference'] ?? errors['reference']}
      />
      <FormField
        label="Address (optional)"
        help="Begins with https://, so that the number leads there."
        name="url"
        type="url"
        maxLength={500}
        autoComplete="off"
        defaultValue={known?.ticketUrl ?? ''}
        error={errors['ticket.url'] ?? errors['url'] ?? errors['ticket']}
      />
    </>
  );
}

const WAIVED_DAYS = 30;
const DAY_MS = 86_400_000;

function WaiveFields({ errors }: FieldsProps) {
  const [now] = useState(() => Date.now());
  return (
    <>
      <p className="text-13 text-ink-2">
        A waiver labels the gap and says who accepted it. The status stays as it is, and what joins later is
        not covered.
      </p>
      <TextAreaField
        label="Why"
        help="Stands beside the gap, also in documents."
        name="reason"
        required
        maxLength={2000}
        error={errors['reason']}
      />
      <FormField
        label="Accepted by"
        help="The name of who bears the risk, such as the client’s managing director."
        name="approverName"
        required
        maxLength={200}
        autoComplete="off"
        error={errors['approverName']}
      />
      <FormField
        label="Until the end of"
        help="Within 13 months; then it stands in the open queue again."
        name="until"
        type="date"
        required
        defaultValue={dayFieldText(new Date(now + WAIVED_DAYS * DAY_MS))}
        error={errors['until']}
      />
    </>
  );
}

/** What is sent beside the causes. Times are the browser's own, since the person's clock is what they look at. */
function saidIn(verb: DialogVerb, data: FormData): Readonly<Record<string, unknown>> {
  const text = (name: string): string => fieldText(data, name).trim();
  switch (verb) {
    case 'assign':
      return { personId: text('personId') || null };
    case 'snooze':
      return { until: isoOf(text('until')) };
    case 'ticket':
      return {
        ticket: text('reference') ? { reference: text('reference'), url: text('url') || null } : null,
      };
    case 'waive':
      return {
        reason: text('reason'),
        approverName: text('approverName'),
        until: isoOf(`${text('until')}T23:59:59`),
      };
    case 'comment':
      return { text: text('text') };
  }
}

/** What is no instant is sent as it is, for the server to say so. */
function isoOf(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? local : at.toISOString();
}
