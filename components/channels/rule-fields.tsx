import { Plus, X } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import {
  type CaptureName,
  CAPTURES,
  type JsonRule,
  RULE_STATUSES,
  type RuleDefinition,
  type RuleSign,
  SIGNS_MAX,
  type TextCapture,
  type TextRule,
} from '@/domain/message-rules/message-rule';
import { FormField } from '../forms/form-field';
import { Button } from '../ui/button';
import { problemAt } from './message-rule-form';
import { CAPTURE_WORD, ENDING_WORD } from './message-rule-words';

interface Props<Rule> {
  rule: Rule;
  /** What was refused, by field. */
  problems: Readonly<Record<string, string>>;
  onChange: (rule: RuleDefinition) => void;
}

/** What a rule says, field by field: all that pointing fills in can be written by hand. */
export function RuleFields({ rule, ...rest }: Props<RuleDefinition>) {
  return rule.kind === 'text' ? <TextFields rule={rule} {...rest} /> : <JsonFields rule={rule} {...rest} />;
}

function TextFields({ rule, problems, onChange }: Props<TextRule>) {
  const signs = (list: 'holds' | (typeof RULE_STATUSES)[number], name: string) => (
    <Signs
      name={name}
      signs={rule[list]}
      problemOf={(index) => problemAt(problems, rule, list, index)}
      onChange={(next) => onChange({ ...rule, [list]: next })}
    />
  );
  return (
    <>
      <Part
        title="It holds for"
        help="All of this must be so. Of a webhook nobody is the sender: leave that empty."
      >
        <FormField
          label="Sender"
          help="An address, or the part after the @ for all of a domain. Anybody can write any sender."
          name="from"
          value={rule.from ?? ''}
          maxLength={254}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange({ ...rule, from: event.currentTarget.value || null })}
          error={problems['definition.from']}
        />
        {signs('holds', 'Must stand in it')}
        {problems['definition.holds'] && <Problem>{problems['definition.holds']}</Problem>}
      </Part>
      <Part
        title="How the run ended"
        help="Any one sign is enough. A failure counts before a warning, and both before a success; where nothing is found the message stays aside."
      >
        {RULE_STATUSES.map((status) => (
          <div key={status}>{signs(status, ENDING_WORD[status])}</div>
        ))}
        {problems['definition.endings'] && <Problem>{problems['definition.endings']}</Problem>}
      </Part>
      <Part title="What else it tells" help="What is not found is left out.">
        {CAPTURES.map((name) => (
          <TextCaptureFields
            key={name}
            name={name}
            capture={rule.captures[name]}
            problem={problems[`definition.captures.${name}.find`]}
            onChange={(capture) => onChange({ ...rule, captures: { ...rule.captures, [name]: capture } })}
          />
        ))}
        <ZoneField rule={rule} problems={problems} onChange={onChange} />
      </Part>
    </>
  );
}

function JsonFields({ rule, problems, onChange }: Props<JsonRule>) {
  return (
    <>
      <Part
        title="It holds for"
        help="All of these fields must be there, with this value where one is given."
      >
        {rule.holds.map(({ pointer, equals }, index) => (
          <Row
            // Rows have no other name than their place.
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            label={`Condition ${index + 1}`}
            problem={problemAt(problems, rule, 'holds', index)}
            onRemove={() => onChange({ ...rule, holds: without(rule.holds, index) })}
          >
            <Text
              label={`Field of condition ${index + 1}`}
              value={pointer}
              onChange={(next) =>
                onChange({ ...rule, holds: changed(rule.holds, index, { pointer: next, equals }) })
              }
            />
            <Text
              label={`Value of condition ${index + 1}`}
              placeholder="any value"
              value={equals ?? ''}
              onChange={(next) =>
                onChange({
                  ...rule,
                  holds: changed(rule.holds, index, { pointer, equals: next === '' ? null : next }),
                })
              }
            />
          </Row>
        ))}
        {rule.holds.length === 0 && <Nothing>Nothing is asked yet: choose a field of the message.</Nothing>}
        {problems['definition.holds'] && <Problem>{problems['definition.holds']}</Problem>}
      </Part>
      <Part
        title="How the run ended"
        help="A success needs every field named here to be there with a value named here. What is not named is not known: the message stays aside."
      >
        {rule.outcomes.map(({ pointer, value, means }, index) => (
          <Row
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            label={`Ending ${index + 1}`}
            problem={problemAt(problems, rule, 'outcomes', index)}
            onRemove={() => onChange({ ...rule, outcomes: without(rule.outcomes, index) })}
          >
            <Text
              label={`Field of ending ${index + 1}`}
              value={pointer}
              onChange={(next) =>
                onChange({
                  ...rule,
                  outcomes: changed(rule.outcomes, index, { pointer: next, value, means }),
                })
              }
            />
            <Text
              label={`Value of ending ${index + 1}`}
              value={value}
              onChange={(next) =>
                onChange({
                  ...rule,
                  outcomes: changed(rule.outcomes, index, { pointer, value: next, means }),
                })
              }
            />
            <Choice
              label={`Meaning of ending ${index + 1}`}
              value={means}
              choices={RULE_STATUSES.map((status) => [status, ENDING_WORD[status]])}
              onChange={(next) =>
                onChange({
                  ...rule,
                  outcomes: changed(rule.outcomes, index, { pointer, value, means: next }),
                })
              }
            />
          </Row>
        ))}
        {rule.outcomes.length === 0 && (
          <Nothing>Nothing yet: choose the field that says how it ended.</Nothing>
        )}
        <AddButton
          label="Add an ending"
          isFull={rule.outcomes.length >= 3 * SIGNS_MAX}
          onClick={() =>
            onChange({
              ...rule,
              outcomes: [
                ...rule.outcomes,
                { pointer: rule.outcomes.at(-1)?.pointer ?? '', value: '', means: 'failed' },
              ],
            })
          }
        />
        {problems['definition.endings'] && <Problem>{problems['definition.endings']}</Problem>}
      </Part>
      <Part
        title="What else it tells"
        help="Fields of the message, such as /job/name. What is not there is left out."
      >
        {CAPTURES.map((name) => (
          <Row key={name} label={CAPTURE_WORD[name]} problem={problems[`definition.captures.${name}`]}>
            <span className="text-13 w-20 flex-none">{CAPTURE_WORD[name]}</span>
            <Text
              label={`Field of ${CAPTURE_WORD[name].toLowerCase()}`}
              placeholder="not told"
              value={rule.captures[name] ?? ''}
              onChange={(next) =>
                onChange({ ...rule, captures: { ...rule.captures, [name]: next === '' ? null : next } })
              }
            />
          </Row>
        ))}
        <ZoneField rule={rule} problems={problems} onChange={onChange} />
      </Part>
    </>
  );
}

function changed<One>(list: readonly One[], index: number, one: One): One[] {
  return list.map((former, place) => (place === index ? one : former));
}

function without<One>(list: readonly One[], index: number): One[] {
  return list.filter((_, place) => place !== index);
}

const PLACES = [
  ['anywhere', 'anywhere'],
  ['subject', 'in the subject'],
  ['text', 'in the text'],
] as const;

function Signs({
  name,
  signs,
  problemOf,
  onChange,
}: {
  name: string;
  signs: readonly RuleSign[];
  problemOf: (index: number) => string | undefined;
  onChange: (signs: RuleSign[]) => void;
}) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1 text-sm font-medium">{name}</legend>
      {signs.map((sign, index) => (
        <Row
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          label={`${name}, sign ${index + 1}`}
          problem={problemOf(index)}
          onRemove={() => onChange(without(signs, index))}
        >
          <Choice
            label={`How ${name.toLowerCase()}, sign ${index + 1}, is written`}
            value={sign.by}
            choices={[
              ['words', 'words'],
              ['pattern', 'pattern'],
            ]}
            onChange={(by) => onChange(changed(signs, index, { ...sign, by }))}
          />
          <Text
            label={`${name}, sign ${index + 1}`}
            value={sign.find}
            onChange={(find) => onChange(changed(signs, index, { ...sign, find }))}
          />
          <Choice
            label={`Where ${name.toLowerCase()}, sign ${index + 1}, stands`}
            value={sign.in}
            choices={PLACES}
            onChange={(place) => onChange(changed(signs, index, { ...sign, in: place }))}
          />
        </Row>
      ))}
      <AddButton
        label={`Add a sign: ${name.toLowerCase()}`}
        isFull={signs.length >= SIGNS_MAX}
        onClick={() => onChange([...signs, { in: 'anywhere', by: 'words', find: '' }])}
      />
    </fieldset>
  );
}

function TextCaptureFields({
  name,
  capture,
  problem,
  onChange,
}: {
  name: CaptureName;
  capture: TextCapture | null;
  problem: string | undefined;
  onChange: (capture: TextCapture | null) => void;
}) {
  const word = CAPTURE_WORD[name];
  const said = capture ?? { in: 'text' as const, by: 'after' as const, find: '' };
  return (
    <Row label={word} problem={problem}>
      <span className="text-13 w-20 flex-none">{word}</span>
      <Choice
        label={`How ${word.toLowerCase()} is found`}
        value={said.by}
        choices={[
          ['after', 'after the words'],
          ['pattern', 'by the pattern'],
        ]}
        onChange={(by) => onChange({ ...said, by })}
      />
      <Text
        label={`${word} is found by`}
        placeholder="not told"
        value={said.find}
        onChange={(find) => onChange(find === '' ? null : { ...said, find })}
      />
      <Choice
        label={`Where ${word.toLowerCase()} stands`}
        value={said.in}
        choices={PLACES}
        onChange={(place) => onChange({ ...said, in: place })}
      />
    </Row>
  );
}

function ZoneField({ rule, problems, onChange }: Props<RuleDefinition>) {
  return (
    <FormField
      label="Zone of times that name none"
      help="Such as Europe/Berlin. Left empty: the client’s."
      name="timeZone"
      value={rule.timeZone ?? ''}
      maxLength={64}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange({ ...rule, timeZone: event.currentTarget.value || null })}
      error={problems['definition.timeZone']}
    />
  );
}

function Part({ title, help, children }: { title: string; help: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="border-line flex flex-col gap-3 border-t pt-4">
      <div>
        <h2>{title}</h2>
        <p className="text-ink-3 text-xs">{help}</p>
      </div>
      {children}
    </section>
  );
}

function Row({
  label,
  problem,
  onRemove,
  children,
}: {
  label: string;
  problem: string | undefined;
  onRemove?: () => void;
  children: ReactNode;
}) {
  return (
    <div>
      <fieldset aria-label={label} className="flex min-w-0 items-center gap-1.5 max-sm:flex-wrap">
        {children}
        {onRemove && (
          <Button kind="quiet" className="size-8 !px-0" aria-label={`Remove: ${label}`} onClick={onRemove}>
            <X size={14} aria-hidden="true" />
          </Button>
        )}
      </fieldset>
      {problem && <Problem>{problem}</Problem>}
    </div>
  );
}

function Problem({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="text-bad mt-1 text-xs">
      {children}
    </p>
  );
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className="text-13 text-ink-3">{children}</p>;
}

const INPUT = 'border-edge bg-bg text-ink h-8 rounded-md border text-13';

function Text({
  label,
  value,
  placeholder,
  onChange,
}: {
  label: string;
  value: string;
  placeholder?: string;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <input
      id={id}
      aria-label={label}
      value={value}
      placeholder={placeholder}
      maxLength={200}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.currentTarget.value)}
      className={`${INPUT} placeholder:text-ink-3 min-w-0 flex-1 px-2 font-mono text-xs max-sm:min-w-40`}
    />
  );
}

function Choice<Value extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: Value;
  choices: readonly (readonly [Value, string])[];
  onChange: (value: Value) => void;
}) {
  return (
    <select
      aria-label={label}
      value={value}
      // The browser hands back one of the choices.
      onChange={(event) => onChange(event.currentTarget.value as Value)}
      className={`${INPUT} flex-none px-1.5`}
    >
      {choices.map(([one, word]) => (
        <option key={one} value={one}>
          {word}
        </option>
      ))}
    </select>
  );
}

function AddButton({ label, isFull, onClick }: { label: string; isFull: boolean; onClick: () => void }) {
  if (isFull) return null;
  return (
    <Button kind="quiet" className="-ml-2 h-7 self-start px-2" aria-label={label} onClick={onClick}>
      <Plus size={14} aria-hidden="true" /> Add
    </Button>
  );
}
