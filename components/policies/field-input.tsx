import { clsx } from 'clsx';
import { useState } from 'react';
import { FRAMEWORKS } from '@/domain/frameworks/clause-evidence';
import type { ContractTerms } from '@/domain/policy/contract-terms';
import type { PolicyField, PolicyFields } from '@/domain/policy/policy-overrides';
import type { CopiesRule } from '@/domain/protection/policy';
import type { MaintenanceWindow } from '@/domain/schedule/maintenance';
import type { Schedule } from '@/domain/schedule/schedule';
import type { RetentionPolicy } from '@/domain/retention/retention-policy';
import { buttonClass } from '../ui/button';
import { ContractInput } from './contract-input';
import { MaintenanceInput } from './maintenance-input';
import { ScheduleInput } from './schedule-input';
import { type FieldShown, isSameRule, RULE_PRESETS, UNIT_SECONDS } from './policy-fields';
import { RetentionInput } from './retention-input';

type Value = PolicyFields[PolicyField];

interface Props {
  shown: FieldShown;
  value: Value;
  isDisabled: boolean;
  /** undefined: what was typed is no value. */
  onChange: (value: Value | undefined) => void;
}

const FRAME = 'border-edge bg-bg inline-flex h-8 items-center gap-1.5 rounded-md border px-2.5 text-13';

/** Where one field of a policy is entered. */
export function FieldInput({ shown, value, isDisabled, onChange }: Props) {
  const { control, label } = shown;
  switch (control.kind) {
    case 'rule':
      return (
        <RuleInput label={label} rule={value as CopiesRule} isDisabled={isDisabled} onChange={onChange} />
      );
    case 'schedule':
      return (
        <ScheduleInput
          label={label}
          schedule={value as Schedule | null}
          isDisabled={isDisabled}
          onChange={onChange}
        />
      );
    case 'maintenance':
      return (
        <MaintenanceInput
          label={label}
          windows={value as readonly MaintenanceWindow[]}
          isDisabled={isDisabled}
          onChange={onChange}
        />
      );
    case 'retention':
      return (
        <RetentionInput
          label={label}
          retention={value as RetentionPolicy | null}
          isDisabled={isDisabled}
          onChange={onChange}
        />
      );
    case 'contract':
      return (
        <ContractInput
          label={label}
          terms={value as ContractTerms | null}
          isDisabled={isDisabled}
          onChange={onChange}
        />
      );
    case 'frameworks':
      return (
        <FrameworksInput
          label={label}
          chosen={value as readonly string[]}
          isDisabled={isDisabled}
          onChange={onChange}
        />
      );
    case 'time':
      return (
        <AmountInput
          label={label}
          unit={control.unit}
          none={control.none}
          amount={value === null ? null : Number(value) / UNIT_SECONDS[control.unit]}
          isDisabled={isDisabled}
          onChange={(amount) => onChange(amount && Math.round(amount * UNIT_SECONDS[control.unit]))}
        />
      );
    case 'number':
      return (
        <AmountInput
          label={label}
          unit={control.unit}
          none={control.none}
          amount={value === null ? null : Number(value)}
          isDisabled={isDisabled}
          onChange={onChange}
        />
      );
    case 'choice':
      return (
        <select
          aria-label={label}
          value={JSON.stringify(value)}
          disabled={isDisabled}
          className={FRAME}
          onChange={(event) => onChange(JSON.parse(event.currentTarget.value) as Value)}
        >
          {control.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.name}
            </option>
          ))}
        </select>
      );
  }
}

/** Which frameworks bind, in the order of their list. */
function FrameworksInput({
  label,
  chosen,
  isDisabled,
  onChange,
}: {
  label: string;
  chosen: readonly string[];
  isDisabled: boolean;
  onChange: (chosen: string[]) => void;
}) {
  return (
    <fieldset className="flex flex-wrap gap-x-3 gap-y-1">
      <legend className="sr-only">{label}</legend>
      {FRAMEWORKS.map((name) => (
        <label key={name} className="text-13 inline-flex items-center gap-1.5">
          <input
            type="checkbox"
            aria-label={name}
            checked={chosen.includes(name)}
            disabled={isDisabled}
            onChange={(event) => {
              const isOn = event.currentTarget.checked;
              onChange(FRAMEWORKS.filter((one) => (one === name ? isOn : chosen.includes(one))));
            }}
            className="accent-accent size-4"
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}

interface AmountProps {
  label: string;
  unit: string;
  none: string | undefined;
  amount: number | null;
  isDisabled: boolean;
  /** null: left empty, where that means something; undefined: no amount. */
  onChange: (amount: number | null | undefined) => void;
}

function AmountInput({ label, unit, none, amount, isDisabled, onChange }: AmountProps) {
  const [text, setText] = useState(textOf(amount));
  const parsed = amountIn(text, none !== undefined);
  // What is typed stays as typed while it says the value; another value comes from outside.
  const shownText = parsed === undefined || isSameAmount(parsed, amount) ? text : textOf(amount);
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <span className={clsx(FRAME, parsed === undefined && 'border-bad')}>
        <input
          aria-label={`${label}, in ${unit}`}
          aria-invalid={parsed === undefined}
          inputMode="decimal"
          value={shownText}
          disabled={isDisabled}
          placeholder={none === undefined ? '' : '–'}
          onChange={(event) => {
            setText(event.currentTarget.value);
            onChange(amountIn(event.currentTarget.value, none !== undefined));
          }}
          className="w-12 bg-transparent text-right font-medium tabular-nums"
        />
        <span className="text-ink-3">{unit}</span>
      </span>
      {amount === null && none && <span className="text-ink-3 text-xs">{none}</span>}
      {parsed === undefined && <span className="text-bad text-xs">Enter a number of {unit}.</span>}
    </span>
  );
}

function textOf(amount: number | null): string {
  return amount === null ? '' : String(Math.round(amount * 1000) / 1000);
}

function amountIn(text: string, mayBeEmpty: boolean): number | null | undefined {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return mayBeEmpty ? null : undefined;
  return /^\d{1,6}(?:\.\d{1,3})?$/.test(trimmed) ? Number(trimmed) : undefined;
}

function isSameAmount(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a - b) < 0.001;
}

const DIGITS: readonly (readonly [keyof CopiesRule, string])[] = [
  ['copies', 'copies'],
  ['media', 'media'],
  ['locations', 'places'],
  ['offsite', 'offsite'],
  ['immutable', 'immutable'],
];

function RuleInput({
  label,
  rule,
  isDisabled,
  onChange,
}: {
  label: string;
  rule: CopiesRule;
  isDisabled: boolean;
  onChange: (rule: CopiesRule) => void;
}) {
  const preset = RULE_PRESETS.find((one) => isSameRule(one.rule, rule));
  const [isOwn, setIsOwn] = useState(preset === undefined);
  const isOpen = isOwn || preset === undefined;
  return (
    <div className="flex flex-col gap-2">
      <fieldset className="inline-flex flex-wrap">
        <legend className="sr-only">{label}</legend>
        {RULE_PRESETS.map((one) => (
          <Segment
            key={one.name}
            name={one.name}
            isOn={!isOpen && one === preset}
            isDisabled={isDisabled}
            onClick={() => {
              setIsOwn(false);
              onChange(one.rule);
            }}
          />
        ))}
        <Segment name="Own" isOn={isOpen} isDisabled={isDisabled} onClick={() => setIsOwn(true)} />
      </fieldset>
      {isOpen && (
        <span className="flex flex-wrap gap-2">
          {DIGITS.map(([digit, name]) => (
            <label key={digit} className="text-ink-3 flex flex-col items-center gap-0.5 text-xs">
              <input
                inputMode="numeric"
                maxLength={2}
                value={rule[digit] ?? ''}
                placeholder="–"
                disabled={isDisabled}
                aria-label={`${name}, empty: not asked for`}
                onChange={(event) => {
                  const typed = event.currentTarget.value.trim();
                  if (/^\d{0,2}$/.test(typed) && Number(typed) <= 20)
                    onChange({ ...rule, [digit]: typed === '' ? null : Number(typed) });
                }}
                className="border-edge bg-bg text-ink text-13 h-8 w-11 rounded-md border text-center font-medium"
              />
              {name}
            </label>
          ))}
          <label className="text-ink-3 flex flex-col items-center gap-0.5 text-xs">
            <span className="grid h-8 place-items-center">
              <input
                type="checkbox"
                checked={rule.errors === 0}
                disabled={isDisabled}
                aria-label="no errors: verified and restored"
                onChange={(event) => onChange({ ...rule, errors: event.currentTarget.checked ? 0 : null })}
                className="accent-accent size-4"
              />
            </span>
            no errors
          </label>
        </span>
      )}
    </div>
  );
}

function Segment({
  name,
  isOn,
  isDisabled,
  onClick,
}: {
  name: string;
  isOn: boolean;
  isDisabled: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      disabled={isDisabled}
      onClick={onClick}
      className={buttonClass(
        isOn ? 'primary' : 'plain',
        '-ml-px !rounded-none first:ml-0 first:!rounded-l-md last:!rounded-r-md disabled:opacity-100',
      )}
    >
      {name}
    </button>
  );
}
