'use client';

import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { captureKind } from '@/contract/report';
import type { RuleConditions } from '@/domain/policy/assignment-rules';
import { AllOrSome, Boxes } from '../forms/choice-boxes';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { counted } from '../format/amounts';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { missingIn, ruleTermsIn, type RuleTermsIn } from './assignment-rule-form';
import { HELD_WORD } from './assignment-rule-words';
import { RuleMatchesPanel } from './rule-matches-panel';
import { useRulePreview } from './use-rule-preview';

/** A rule as its editor begins. */
interface EditedRule extends RuleTermsIn {
  readonly assignmentRuleId: string;
  readonly version: number;
  readonly isEnabled: boolean;
}

/** What rules choose from. */
interface RuleChoices {
  readonly policies: readonly { readonly policyId: string; readonly name: string }[];
  readonly clients: readonly { readonly clientId: string; readonly name: string }[];
  readonly sites: readonly {
    readonly siteId: string;
    readonly name: string;
    readonly clientName: string | null;
  }[];
  readonly tools: readonly string[];
  readonly operatingSystems: readonly string[];
  readonly tags: readonly string[];
}

interface Props extends RuleChoices {
  /** null: a new one. */
  rule: EditedRule | null;
}

interface Saved {
  readonly assignmentRuleId?: string;
  readonly version?: number;
  readonly applied: {
    readonly taggedCount: number;
    readonly assignedCount: number;
    readonly conflictCount: number;
  } | null;
}

const RULES = '/api/v1/assignment-rules';

/** Makes a rule or changes one, beside the systems that it is met by now. It is asked of these only by who ticks that. */
export function AssignmentRuleDialog({ rule, ...choices }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [terms, setTerms] = useState<RuleTermsIn | null>(rule);
  const [applies, setApplies] = useState(false);
  const missing = terms === null ? 'Say what it gives: tags, a policy, or both.' : missingIn(terms);
  const preview = useRulePreview(
    isOpen && terms !== null && missing === null ? draftOf(terms, rule, applies) : null,
  );
  const isWaiting = applies && !(preview.state === 'ready' && preview.judged.state === 'ready');

  function open(isNowOpen: boolean) {
    setIsOpen(isNowOpen);
    setRefusal(null);
    setTerms(rule);
    setApplies(false);
  }

  async function undo({ assignmentRuleId, version }: Saved) {
    const sent =
      rule === null
        ? await sendJson('PUT', `${RULES}/${assignmentRuleId}/removal`)
        : await sendJson('PUT', `${RULES}/${rule.assignmentRuleId}`, {
            ...termsOf(rule),
            seen: null,
            baseVersion: version,
          });
    if (!sent.isOk) notify({ text: sent.refusal.sentence });
    router.refresh();
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const seen = applies && preview.state === 'ready' ? preview.seen : null;
    const body = { ...ruleTermsIn(new FormData(event.currentTarget)), seen };
    setIsBusy(true);
    const sent =
      rule === null
        ? await sendJson<Saved>('POST', RULES, body)
        : await sendJson<Saved>('PUT', `${RULES}/${rule.assignmentRuleId}`, {
            ...body,
            baseVersion: rule.version,
          });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) {
      if (sent.refusal.status === 409) preview.askAgain();
      return;
    }
    setIsOpen(false);
    const { answer } = sent;
    const text = savedText(body.name, answer);
    notify(answer.applied === null ? { text, undo: () => void undo(answer) } : { text });
    router.refresh();
  }

  return (
    <FormDialog
      title={rule === null ? 'New rule' : `Change ${rule.name}`}
      description="Asked of every system that a report makes known, once, when it is first seen."
      trigger={rule === null ? <NewButton /> : <ChangeButton name={rule.name} />}
      isOpen={isOpen}
      onOpenChange={open}
    >
      <form
        method="post"
        onSubmit={(event) => void submit(event)}
        onChange={({ currentTarget: form }) => {
          // Fields that a choice brings are there after it.
          setTimeout(() => setTerms(ruleTermsIn(new FormData(form))), 0);
        }}
        className="flex flex-col gap-4"
      >
        <FormProblem refusal={refusal && unplaced(refusal)} />
        <FormField
          label="Name"
          help="It stands beside all that it gives, such as Database servers."
          name="name"
          defaultValue={rule?.name}
          required
          maxLength={100}
          autoComplete="off"
          error={refusal?.fields['name']}
        />
        <Conditions conditions={rule?.conditions ?? null} choices={choices} />
        <Effects rule={rule} choices={choices} refusal={refusal} />
        <section aria-label="Systems that meet it now" className="border-line border-t pt-3">
          <RuleMatchesPanel preview={preview} missing={missing} isJudged={applies} />
          {preview.state === 'ready' && effectCount(preview.matches) > 0 && (
            <AppliesBox
              isEnabled={rule?.isEnabled ?? true}
              matchedCount={preview.matches.count}
              isTicked={applies}
              onTick={setApplies}
            />
          )}
        </section>
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy} isDisabled={missing !== null || isWaiting}>
            {rule === null ? 'Add' : 'Save'}
          </SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}

function NewButton(props: object) {
  return (
    <Button kind="primary" {...props}>
      <Plus size={14} aria-hidden="true" /> New rule
    </Button>
  );
}

function ChangeButton({ name, ...props }: { name: string }) {
  return (
    <Button kind="quiet" className="h-7 px-2" aria-label={`Change ${name}`} {...props}>
      Change
    </Button>
  );
}

function termsOf({ name, conditions, tags, policyId }: RuleTermsIn): RuleTermsIn {
  return { name, conditions, tags, policyId };
}

function draftOf(terms: RuleTermsIn, rule: EditedRule | null, isJudged: boolean): string {
  const name = terms.name || 'This rule';
  const assignmentRuleId = rule?.assignmentRuleId ?? null;
  return JSON.stringify({ ...termsOf(terms), name, assignmentRuleId, isJudged });
}

function effectCount(matches: { taggedCount: number; assignedCount: number; conflictCount: number }): number {
  return matches.taggedCount + matches.assignedCount + matches.conflictCount;
}

function savedText(name: string, { applied }: Saved): string {
  if (applied === null) return `${name} is asked of what is first seen from now on.`;
  const { taggedCount, assignedCount, conflictCount } = applied;
  const parts = [
    taggedCount > 0 && `${counted(taggedCount, 'system')} tagged`,
    assignedCount > 0 && `${counted(assignedCount, 'system')} under its policy`,
    conflictCount > 0 && `${counted(conflictCount, 'conflict')} to decide`,
  ].filter((part) => part !== false);
  return `${name}: ${parts.length === 0 ? 'nothing had to be changed' : parts.join(', ')}.`;
}

const PLACED = /^(name|tags|policyId)\b/;

/** What no field of the dialog shows is said in one sentence. */
function unplaced({ status, sentence, fields }: Refusal): Refusal {
  const isShown = Object.keys(fields).length > 0 && Object.keys(fields).every((field) => PLACED.test(field));
  const said = [...new Set(Object.values(fields))].join(' ');
  return isShown ? { status, sentence, fields } : { status, sentence: said || sentence, fields: {} };
}

function AppliesBox({
  isEnabled,
  matchedCount,
  isTicked,
  onTick,
}: {
  isEnabled: boolean;
  matchedCount: number;
  isTicked: boolean;
  onTick: (isTicked: boolean) => void;
}) {
  if (!isEnabled)
    return (
      <p className="text-13 text-ink-3 mt-2">It is switched off: switch it on to have it asked of these.</p>
    );
  const label =
    matchedCount === 1
      ? 'Do this to this system now, too'
      : `Do this to these ${matchedCount} systems now, too`;
  return (
    <label className="text-13 mt-2 flex min-h-7 items-center gap-2 font-medium">
      <input
        type="checkbox"
        aria-label={label}
        name="applies"
        checked={isTicked}
        onChange={(event) => onTick(event.currentTarget.checked)}
        className="accent-accent size-4 flex-none"
      />
      {label}
    </label>
  );
}

function Conditions({ conditions, choices }: { conditions: RuleConditions | null; choices: RuleChoices }) {
  const { clients, sites } = choices;
  const tools = [...new Set([...choices.tools, ...(conditions?.tools ?? [])])].toSorted();
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="text-13 text-ink-2 mb-2">
        A system meets it if all of this holds. What is left empty is not asked.
      </legend>
      <FormField
        label="Host name like"
        help="* stands for any characters; of several one is enough, such as: sql-* *-db"
        name="hostPatterns"
        defaultValue={conditions?.hostPatterns?.join(' ')}
        maxLength={4000}
        autoComplete="off"
        spellCheck={false}
      />
      <FormField
        label="Operating system like"
        help="As its agent says it, with commas between several, such as: Windows Server*, Ubuntu 24*"
        name="osPatterns"
        defaultValue={conditions?.osPatterns?.join(', ')}
        list="operating-systems"
        maxLength={4000}
        autoComplete="off"
        spellCheck={false}
      />
      <Words id="operating-systems" words={choices.operatingSystems} />
      <Some
        label="Client"
        name="client"
        any="any client"
        some="some clients only"
        choices={clients.map(({ clientId, name }) => ({ value: clientId, label: name }))}
        chosen={conditions?.clientIds ?? null}
      />
      <Some
        label="Site"
        name="site"
        any="any site, or none known"
        some="some sites only"
        choices={sites.map(({ siteId, name, clientName }) => ({
          value: siteId,
          label: clientName === null ? name : `${clientName}: ${name}`,
        }))}
        chosen={conditions?.siteIds ?? null}
      />
      <Some
        label="Backed up by"
        name="tool"
        any="any tool"
        some="some tools only"
        choices={tools.map((tool) => ({ value: tool, label: tool }))}
        chosen={conditions?.tools ?? null}
      />
      <Some
        label="Holds"
        name="hold"
        any="anything"
        some="some of these"
        choices={captureKind.options.map((one) => ({ value: one, label: HELD_WORD[one] }))}
        chosen={conditions?.holds ?? null}
      />
    </fieldset>
  );
}

function Some({
  label,
  name,
  any,
  some,
  choices,
  chosen,
}: {
  label: string;
  name: string;
  any: string;
  some: string;
  choices: readonly { readonly value: string; readonly label: string }[];
  chosen: readonly string[] | null;
}) {
  if (choices.length === 0) return null;
  return (
    <AllOrSome label={label} name={`${name}s`} all={any} some={some} isSome={chosen !== null}>
      <Boxes legend={label} name={name} choices={choices} chosen={chosen ?? []} />
    </AllOrSome>
  );
}

function Effects({
  rule,
  choices: { policies, tags },
  refusal,
}: {
  rule: EditedRule | null;
  choices: RuleChoices;
  refusal: Refusal | null;
}) {
  return (
    <fieldset className="border-line flex min-w-0 flex-col gap-3 border-t pt-3">
      <legend className="sr-only">What it gives</legend>
      <FormField
        label="Gives tags"
        help="Separated by spaces, such as: card-data ledger"
        name="tags"
        defaultValue={rule?.tags.join(' ')}
        list="rule-tags"
        maxLength={1000}
        autoComplete="off"
        error={Object.entries(refusal?.fields ?? {}).find(([field]) => field.startsWith('tags'))?.[1]}
      />
      <Words id="rule-tags" words={tags} />
      <SelectField
        label="Assigns the policy"
        help="To the system alone, in the version that is in force."
        name="policyId"
        defaultValue={rule?.policyId ?? ''}
        error={refusal?.fields['policyId']}
      >
        <option value="">none</option>
        {policies.map(({ policyId, name }) => (
          <option key={policyId} value={policyId}>
            {name}
          </option>
        ))}
      </SelectField>
    </fieldset>
  );
}

function Words({ id, words }: { id: string; words: readonly string[] }) {
  return (
    <datalist id={id}>
      {words.map((word) => (
        <option key={word} value={word}>
          {word}
        </option>
      ))}
    </datalist>
  );
}
