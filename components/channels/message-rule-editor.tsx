'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { RuleDefinition, RuleReach } from '@/domain/message-rules/message-rule';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { useNotify } from '../ui/toaster';
import { emptyRule, leftOutText, missingIn, withMeaning, writtenRule } from './message-rule-form';
import { RuleFields } from './rule-fields';
import { RuleMessagePanel, type RuleMessageView } from './rule-message-panel';
import { RuleAnswer, RulePreviewLists } from './rule-preview-panel';
import { useMessageRulePreview } from './use-message-rule-preview';

type Reach = 'channel' | 'client' | 'msp';

interface EditedRule {
  readonly messageRuleId: string;
  readonly version: number;
  readonly name: string;
  readonly reach: Reach;
  readonly definition: RuleDefinition;
}

interface Props {
  message: RuleMessageView & { readonly rawReportId: string };
  /** Whose messages it can be asked of, narrowest first. */
  reaches: readonly (RuleReach & { readonly reach: Reach; readonly name: string })[];
  /** null: a new one. */
  rule: EditedRule | null;
}

interface Saved {
  readonly messageRuleId: string;
  readonly retriedCount: number;
}

const RULES = '/api/v1/message-rules';

/** Makes a rule for messages from one of them, or changes one; beside it stands what it makes of that message and of others. */
export function MessageRuleEditor({ message, reaches, rule }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [name, setName] = useState(rule?.name ?? '');
  const [reach, setReach] = useState<Reach>(rule?.reach ?? reaches[0]?.reach ?? 'msp');
  const [definition, setDefinition] = useState<RuleDefinition>(
    rule?.definition ?? emptyRule(kindOf(message), message.from),
  );
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  const { clientId, channelId } = reaches.find((one) => one.reach === reach) ?? {
    clientId: null,
    channelId: null,
  };
  const terms = {
    clientId,
    channelId,
    definition: writtenRule(definition),
    exampleReportId: message.rawReportId,
  };
  const missing = missingIn(definition);
  const preview = useMessageRulePreview(missing === null ? JSON.stringify(terms) : null);
  const problems = { ...(preview.state === 'refused' && preview.refusal.fields), ...refusal?.fields };
  const leftOut = leftOutText(definition);

  function change(next: RuleDefinition) {
    setRefusal(null);
    setDefinition(next);
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const body = { ...terms, name };
    const sent =
      rule === null
        ? await sendJson<Saved>('POST', RULES, body)
        : await sendJson<Saved>('PUT', `${RULES}/${rule.messageRuleId}`, {
            ...body,
            baseVersion: rule.version,
          });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    const { messageRuleId, retriedCount } = sent.answer;
    notify({ text: `${name} is saved.` });
    router.push(`/agents/channels/rules/${messageRuleId}?again=${retriedCount}`);
    router.refresh();
  }

  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="mt-4">
      <div className="grid gap-x-6 gap-y-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3 lg:sticky lg:top-14 lg:-mx-1 lg:max-h-[calc(100dvh-72px)] lg:self-start lg:overflow-y-auto lg:px-1">
          <RuleAnswer preview={preview} missing={missing} />
          <RuleMessagePanel
            message={message}
            kind={definition.kind}
            onMeaning={(pointed, meaning) => change(withMeaning(definition, pointed, meaning))}
          />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <FormProblem refusal={refusal && { ...refusal, fields: {} }} />
          <FormField
            label="Name"
            help="It stands beside all that is read by it, such as the product that sends these messages."
            name="name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            maxLength={100}
            autoComplete="off"
            error={problems['name']}
          />
          <SelectField
            label="Asked of"
            help="Messages that a product’s own parser reads stay as that reads them."
            name="reach"
            value={reach}
            // The browser hands back one of the choices.
            onChange={(event) => setReach(event.currentTarget.value as Reach)}
            error={problems['clientId'] ?? problems['channelId']}
          >
            {reaches.map((one) => (
              <option key={one.reach} value={one.reach}>
                {one.name}
              </option>
            ))}
          </SelectField>
          {message.rows !== null && message.texts.length > 0 && rule === null && (
            <KindField kind={definition.kind} onChange={(kind) => change(emptyRule(kind, message.from))} />
          )}
          <RuleFields rule={definition} problems={problems} onChange={change} />
          {leftOut !== null && (
            <output className="bg-risk-bg text-risk block rounded-md px-3 py-2 text-sm">{leftOut}</output>
          )}
          <p className="text-ink-3 text-xs">
            A rule proves a claim at most: a run, and a hollow point where the channel’s repository was named.
            Only the first 64 KiB of a text are looked at; of a longer one only a failure counts.
          </p>
          <div className="flex items-center justify-end gap-3">
            <SubmitButton isBusy={isBusy} isDisabled={missing !== null || preview.state === 'refused'}>
              {rule === null ? 'Save and read again' : 'Save'}
            </SubmitButton>
          </div>
        </div>
      </div>
      {missing === null && <RulePreviewLists preview={preview} />}
    </form>
  );
}

/** What a message says in a text is looked at first, unless it has none. */
function kindOf({ rows, texts }: RuleMessageView): 'text' | 'json' {
  return rows !== null && texts.every(({ body }) => body.trim() === '') ? 'json' : 'text';
}

function KindField({ kind, onChange }: { kind: 'text' | 'json'; onChange: (kind: 'text' | 'json') => void }) {
  return (
    <SelectField
      label="Read as"
      name="kind"
      value={kind}
      // The browser hands back one of the choices.
      onChange={(event) => onChange(event.currentTarget.value as 'text' | 'json')}
    >
      <option value="json">fields (JSON, a form or an address)</option>
      <option value="text">a text</option>
    </SelectField>
  );
}
