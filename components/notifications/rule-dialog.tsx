'use client';

import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { SEVERITIES } from '@/domain/findings/harm';
import { type RuleTerms, TELLINGS } from '@/domain/notify/notification-rule';
import { SEVERITY_WORD } from '../backup/status-mark';
import type { ClientChoice } from '../forms/access-fields';
import { AllOrSome, Box, Boxes } from '../forms/choice-boxes';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { clock, DAY_NAMES, TELLING_WORDS } from './notification-words';
import { quietShown, ruleIn } from './rule-form';
import type { RuleRow } from './rule-table';

interface Props {
  /** null: a new one. */
  rule: RuleRow | null;
  channels: readonly { readonly channelId: string; readonly name: string }[];
  clients: readonly ClientChoice[];
  /** Kinds of findings that there are. */
  findingRules: readonly string[];
  /** Of the MSP: its wall clock counts. */
  timeZone: string;
}

const PRESET: RuleTerms = {
  severities: ['critical', 'warning'],
  findingRules: null,
  clientIds: null,
  tells: ['opened', 'worse', 'resolved'],
  digestHour: null,
  quiet: null,
  escalateAfterMinutes: null,
};

/** Adds a rule, or changes one; a change can be undone. */
export function RuleDialog({ rule, ...choices }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const send = (body: unknown) =>
    rule === null
      ? sendJson('POST', '/api/v1/notification-rules', body)
      : sendJson('PUT', `/api/v1/notification-rules/${rule.ruleId}`, body);

  function undo() {
    if (rule === null) return;
    const { name, channelId, escalationChannelId, terms } = rule;
    void send({ name, channelId, escalationChannelId, terms }).then(() => router.refresh());
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const sent = await send(ruleIn(new FormData(event.currentTarget)));
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify(rule === null ? { text: 'It tells what happens from now on.' } : { text: 'Changed.', undo });
    router.refresh();
  }

  return (
    <FormDialog
      title={rule === null ? 'New rule' : `Change ${rule.name}`}
      description="One message for each cause; more than five at once are one message."
      trigger={
        rule === null ? (
          <Button kind="primary">
            <Plus size={14} aria-hidden="true" /> New rule
          </Button>
        ) : (
          <Button kind="quiet" className="h-7 px-2" aria-label={`Change ${rule.name}`}>
            Change
          </Button>
        )
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        {refusal && <FormProblem refusal={inOneSentence(refusal)} />}
        <RuleFields rule={rule} {...choices} />
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>{rule === null ? 'Add' : 'Save'}</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}

/** What is wrong with which field: most of them are groups of boxes, which show nothing of their own. */
function inOneSentence({ status, sentence, fields }: Refusal): Refusal {
  const said = [...new Set(Object.values(fields))].join(' ');
  return { status, sentence: said === '' ? sentence : said, fields: {} };
}

function RuleFields({ rule, channels, clients, findingRules, timeZone }: Props) {
  const terms = rule?.terms ?? PRESET;
  const kinds = [...new Set([...findingRules, ...(terms.findingRules ?? [])])].toSorted();
  return (
    <>
      <FormField
        label="Name"
        name="name"
        defaultValue={rule?.name}
        required
        maxLength={100}
        autoComplete="off"
      />
      <ChannelSelect label="Tell" name="channelId" channels={channels} chosen={rule?.channelId} />
      <Boxes
        legend="Of findings that are"
        name="severity"
        isInLine
        choices={SEVERITIES.map((one) => ({ value: one, label: SEVERITY_WORD[one] }))}
        chosen={terms.severities}
      />
      <Boxes
        legend="When"
        name="tells"
        isInLine
        choices={TELLINGS.map((one) => ({ value: one, label: TELLING_WORDS[one] }))}
        chosen={terms.tells}
      />
      <AllOrSome
        label="Clients"
        name="sees"
        all="every client"
        some="some clients only"
        isSome={terms.clientIds !== null}
      >
        <Boxes
          legend="Clients"
          name="clientId"
          choices={clients.map(({ clientId, name }) => ({ value: clientId, label: name }))}
          chosen={terms.clientIds ?? []}
        />
      </AllOrSome>
      {kinds.length > 0 && (
        <AllOrSome
          label="Findings"
          name="kinds"
          all="every kind"
          some="some kinds only"
          isSome={terms.findingRules !== null}
        >
          <Boxes
            legend="Kinds of findings"
            name="findingRule"
            choices={kinds.map((one) => ({ value: one, label: one }))}
            chosen={terms.findingRules ?? []}
          />
        </AllOrSome>
      )}
      <SelectField
        label="How soon"
        name="when"
        help={`By the clock of ${timeZone}.`}
        defaultValue={terms.digestHour === null ? 'now' : String(terms.digestHour)}
      >
        <option value="now">as it happens</option>
        {Array.from({ length: 24 }, (_, hour) => (
          <option key={hour} value={hour}>
            once a day, at {clock(hour * 60)}
          </option>
        ))}
      </SelectField>
      <QuietFields terms={terms} />
      <EscalationFields rule={rule} terms={terms} channels={channels} />
    </>
  );
}

function QuietFields({ terms: { quiet } }: { terms: RuleTerms }) {
  const shown = quietShown(quiet);
  return (
    <AllOrSome
      label="Quiet hours"
      name="quiet"
      all="none"
      some="keep quiet at times"
      values={['no', 'yes']}
      isSome={quiet !== null}
    >
      <div className="grid grid-cols-2 gap-3">
        <FormField
          label="From"
          name="quietFrom"
          type="time"
          required
          defaultValue={clock(shown.fromMinute)}
        />
        <FormField label="Until" name="quietTo" type="time" required defaultValue={clock(shown.toMinute)} />
      </div>
      <Boxes
        legend="Beginning on"
        name="day"
        isInLine
        choices={DAY_NAMES.map((label, index) => ({ value: String(index + 1), label }))}
        chosen={shown.days.map(String)}
      />
      <Box name="weekend" label="All of Saturday and Sunday too" isChosen={shown.hasWeekend} />
      <Box name="criticalPasses" label="What is critical may pass" isChosen={shown.criticalPasses} />
    </AllOrSome>
  );
}

function EscalationFields({
  rule,
  terms,
  channels,
}: Pick<Props, 'rule' | 'channels'> & { terms: RuleTerms }) {
  return (
    <AllOrSome
      label="If nobody acknowledges it"
      name="escalates"
      all="leave it at that"
      some="tell somebody else"
      values={['no', 'yes']}
      isSome={terms.escalateAfterMinutes !== null}
    >
      <FormField
        label="After how many minutes"
        name="escalateAfterMinutes"
        type="number"
        min={5}
        max={10_080}
        required
        defaultValue={terms.escalateAfterMinutes ?? 30}
      />
      <ChannelSelect
        label="Then tell"
        name="escalationChannelId"
        channels={channels}
        chosen={rule?.escalationChannelId ?? undefined}
      />
    </AllOrSome>
  );
}

function ChannelSelect({
  label,
  name,
  channels,
  chosen,
}: Pick<Props, 'channels'> & { label: string; name: string; chosen: string | undefined }) {
  return (
    <SelectField label={label} name={name} defaultValue={chosen}>
      {channels.map((channel) => (
        <option key={channel.channelId} value={channel.channelId}>
          {channel.name}
        </option>
      ))}
    </SelectField>
  );
}
