import type { DeclaredAttributeName } from './declare-dialog';
import type { Refusal } from './send-json';

/** What something can be declared of. */
export interface DeclarableSubject {
  readonly kind: 'repository' | 'system';
  readonly id: string;
  readonly name: string;
}

export interface DeclarableSite {
  readonly siteId: string;
  readonly name: string;
  readonly ownerKind: 'client' | 'msp' | 'provider';
}

const DAY_MS = 86_400_000;

/** The form's fields as the route takes them. `newSiteId`: of a place that was just made, instead of a chosen one. */
export function declarationOf(
  form: FormData,
  subject: DeclarableSubject,
  attribute: DeclaredAttributeName,
  newSiteId: string | null,
) {
  return {
    subject:
      subject.kind === 'system'
        ? { kind: 'system', systemId: subject.id }
        : { kind: 'repository', repositoryId: subject.id },
    said: { attribute, value: valueOf(form, attribute, newSiteId) },
    reason: fieldText(form, 'reason'),
    validUntil:
      attribute === 'off' ? instantOf(fieldText(form, 'offUntil')) : untilOf(fieldText(form, 'validity')),
  };
}

/** null: until it is withdrawn. */
function untilOf(validityDays: string): string | null {
  return validityDays === '' ? null : new Date(Date.now() + Number(validityDays) * DAY_MS).toISOString();
}

function valueOf(form: FormData, attribute: DeclaredAttributeName, newSiteId: string | null): unknown {
  const text = (name: string): string => fieldText(form, name);
  const siteId = newSiteId ?? (text('site') === '' ? null : text('site'));
  switch (attribute) {
    case 'site':
      return siteId;
    case 'media':
      return text('media');
    case 'failure-domain':
      return text('failureDomain');
    case 'immutability':
      return { kind: text('immutability'), until: instantOf(text('lockedUntil')) };
    case 'taken-out':
      return { at: instantOf(text('at')) ?? new Date().toISOString(), siteId };
    case 'off':
      return {
        from: instantOf(text('offFrom')) ?? new Date().toISOString(),
        until: instantOf(text('offUntil')) ?? '',
      };
    case 'access':
      return {
        owner: text('owner'),
        deletableBy: text('deletableBy'),
        hasSecondFactor: form.get('hasSecondFactor') !== null,
        hasSeparateCredentials: form.get('hasSeparateCredentials') !== null,
      };
    case 'key-custody':
      return { owner: text('owner'), keptAt: text('keptAt'), heldBy: text('heldBy') };
    case 'brought-back':
      return { at: instantOf(text('at')) ?? new Date().toISOString() };
  }
}

/** What was entered in a field, trimmed; '': nothing, or no such field. */
export function fieldText(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** A date or date and time as the browser's own zone has it; null: left empty. */
function instantOf(local: string): string | null {
  return local === '' ? null : new Date(local).toISOString();
}

/** What is wrong with the value itself, whichever field of it. */
export function valueProblem(refusal: Refusal | null): string | undefined {
  const field = Object.keys(refusal?.fields ?? {}).find(
    (name) => name === 'value' || name.startsWith('said'),
  );
  return field === undefined ? undefined : refusal?.fields[field];
}
