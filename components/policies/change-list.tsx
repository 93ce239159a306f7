import type { FieldChange, PolicyField, PolicyFields } from '@/domain/policy/policy-overrides';
import { FIELDS_SHOWN, valueText } from './policy-fields';

/** What changes, field by field: what was, struck out, and what comes. */
export function ChangeList({
  changes,
  inherited,
}: {
  changes: readonly FieldChange[];
  inherited: PolicyFields;
}) {
  return (
    <dl className="text-13">
      {changes.map(({ field, from, to }) => (
        <div key={field} className="border-line flex justify-between gap-3 border-b py-1">
          <dt>{FIELDS_SHOWN.find((one) => one.field === field)?.label}</dt>
          <dd className="text-right">
            <s className="text-ink-3">{changedText(field, from, inherited)}</s>{' '}
            <span className="sr-only">becomes</span>
            {changedText(field, to, inherited)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function changedText(field: PolicyField, value: unknown, inherited: PolicyFields): string {
  if (value !== undefined) return valueText(field, value as PolicyFields[PolicyField]);
  return `inherited (${valueText(field, inherited[field])})`;
}
