import { DEFAULT_POLICY, type ProtectionPolicy } from '../protection/policy';
import type { PolicyOverrides } from './overrides-schema';

export type { PolicyOverrides } from './overrides-schema';
export type PolicyField = keyof PolicyOverrides;
/** Every field with its value. */
export type PolicyFields = Omit<ProtectionPolicy, 'name'>;

/** What can be said of a single job. A data set has one verdict, so everything else ends at the system. */
export const JOB_FIELDS = [
  'schedule',
  'latenessSeconds',
  'greatestDurationSeconds',
  'maintenanceWindows',
  'dayRule',
] as const satisfies readonly PolicyField[];

const { name: _name, ...DEFAULT_FIELDS } = DEFAULT_POLICY;
/** In the order of the schema. */
export const POLICY_FIELDS = Object.keys(DEFAULT_FIELDS) as readonly PolicyField[];

/** Fields with those of a policy over them. */
export function withOverrides(inherited: PolicyFields, overrides: PolicyOverrides): PolicyFields {
  const set = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return { ...inherited, ...Object.fromEntries(set) };
}

/** Whether it can be said of a single job. */
export function isJobField(field: PolicyField): boolean {
  const own: readonly PolicyField[] = JOB_FIELDS;
  return own.includes(field);
}

/** The fields set here that no single job can have. */
export function fieldsBeyondJob(overrides: PolicyOverrides): PolicyField[] {
  return POLICY_FIELDS.filter((field) => overrides[field] !== undefined && !isJobField(field));
}

/** Whether two values of a field are the same. */
export function isSameValue(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

/** Keys in their order: two rules written in another order are one. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** One field of a policy as it changes from one version to the next; undefined: inherited. */
export interface FieldChange {
  readonly field: PolicyField;
  readonly from: unknown;
  readonly to: unknown;
}

/** What differs between two versions, in the order of the fields. */
export function overrideChanges(from: PolicyOverrides, to: PolicyOverrides): FieldChange[] {
  return POLICY_FIELDS.filter((field) => !isSameValue(from[field], to[field])).map((field) => ({
    field,
    from: from[field],
    to: to[field],
  }));
}
