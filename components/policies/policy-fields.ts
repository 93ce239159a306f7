import type { ContractTerms } from '@/domain/policy/contract-terms';
import type { PolicyField, PolicyFields } from '@/domain/policy/policy-overrides';
import { RULE_321, RULE_32110, RULE_SAAS, type CopiesRule } from '@/domain/protection/policy';
import { promisedText } from '@/domain/protection/sentence';
import type { MaintenanceWindow } from '@/domain/schedule/maintenance';
import type { Schedule } from '@/domain/schedule/schedule';
import { scheduleWords } from '@/domain/schedule/schedule-words';
import type { RetentionPolicy } from '@/domain/retention/retention-policy';
import { retentionText } from '../format/keep-text';

export type PolicySection =
  'Copies' | 'Freshness' | 'Schedule' | 'Proof' | 'Retention' | 'Contract' | 'What counts';

/** How a field is entered. */
type FieldControl =
  | { readonly kind: 'rule' }
  | { readonly kind: 'schedule' }
  | { readonly kind: 'maintenance' }
  | { readonly kind: 'retention' }
  | { readonly kind: 'contract' }
  | { readonly kind: 'frameworks' }
  /** A time in a unit; `none`: what an empty field means, left out: it must be filled. */
  | { readonly kind: 'time'; readonly unit: 'min' | 'h' | 'days'; readonly none?: string }
  | { readonly kind: 'number'; readonly unit: string; readonly none?: string }
  /** `value` is the field's value as JSON. */
  | {
      readonly kind: 'choice';
      readonly choices: readonly { readonly value: string; readonly name: string }[];
    };

export interface FieldShown {
  readonly field: PolicyField;
  readonly section: PolicySection;
  readonly label: string;
  readonly help: string;
  readonly control: FieldControl;
}

const YES_NO = choices(['true', 'accepted'], ['false', 'not accepted']);

function choices(...pairs: readonly (readonly [value: string, name: string])[]): FieldControl {
  return { kind: 'choice', choices: pairs.map(([value, name]) => ({ value, name })) };
}

function shown(
  section: PolicySection,
  field: PolicyField,
  label: string,
  help: string,
  control: FieldControl,
): FieldShown {
  return { section, field, label, help, control };
}

/** Every field of a policy, in the order of the editor. */
export const FIELDS_SHOWN: readonly FieldShown[] = [
  shown('Copies', 'rule', 'Rule', 'copies, media, places, offsite, immutable, errors', { kind: 'rule' }),
  shown(
    'Copies',
    'mediaAmong',
    'Media are counted over',
    'whether production’s own disk is one of them',
    choices(['"all"', 'production and copies'], ['"backups"', 'copies alone']),
  ),
  shown('Copies', 'immutabilityWindowSeconds', 'Lock lasts', 'from now, at least', {
    kind: 'time',
    unit: 'days',
  }),
  shown(
    'Copies',
    'acceptsAppendOnly',
    'Append-only',
    'as immutable, though its administrator could delete',
    YES_NO,
  ),
  shown('Copies', 'offsiteDistanceKmMin', 'Least distance offsite', 'where both places are known', {
    kind: 'number',
    unit: 'km',
    none: 'another site is enough',
  }),
  shown(
    'Copies',
    'requiresEncryption',
    'Encryption',
    'of every copy',
    choices(['true', 'required'], ['false', 'not required']),
  ),
  shown('Freshness', 'rpoSeconds', 'RPO', 'greatest age of the newest point of a copy', {
    kind: 'time',
    unit: 'h',
  }),
  shown('Freshness', 'offsiteRpoSeconds', 'RPO offsite', 'may be longer than on site', {
    kind: 'time',
    unit: 'h',
    none: 'as on site',
  }),
  shown('Freshness', 'warningWindowSeconds', 'Warn before', 'at risk when it would fail within', {
    kind: 'time',
    unit: 'h',
  }),
  shown('Freshness', 'silenceSeconds', 'Silent after', 'nothing heard: unknown, not green', {
    kind: 'time',
    unit: 'h',
  }),
  shown(
    'Freshness',
    'offlineToleranceSeconds',
    'May be away for',
    'laptops: ages are measured when last seen',
    { kind: 'time', unit: 'days', none: 'does not travel' },
  ),
  shown('Schedule', 'schedule', 'Jobs are due', 'by the clock of the site; empty: nothing is missed', {
    kind: 'schedule',
  }),
  shown('Schedule', 'latenessSeconds', 'May begin later by', 'then it is missed', {
    kind: 'time',
    unit: 'min',
  }),
  shown('Schedule', 'greatestDurationSeconds', 'Takes at most', 'then a run that goes on is stalled', {
    kind: 'time',
    unit: 'h',
  }),
  shown('Schedule', 'maintenanceWindows', 'Maintenance', 'what is due within is excused', {
    kind: 'maintenance',
  }),
  shown(
    'Schedule',
    'dayRule',
    'A day is named by',
    'of several runs on it',
    choices(
      ['"worst"', 'its worst run'],
      ['"last"', 'its last run'],
      ['"best"', 'its best run'],
      ['"warning-if-mixed"', 'a warning if mixed'],
    ),
  ),
  shown(
    'Proof',
    'verificationDepth',
    'Check reads',
    'how deep an integrity check looks',
    choices(
      ['"structure"', 'the structure'],
      ['"data-subset"', 'part of the data'],
      ['"data"', 'all of the data'],
    ),
  ),
  shown('Proof', 'verificationCadenceSeconds', 'Check', 'of every counted copy, at least every', {
    kind: 'time',
    unit: 'days',
  }),
  shown('Proof', 'restoreTestCadenceSeconds', 'Restore test', 'level L4 or L5, at least every', {
    kind: 'time',
    unit: 'days',
  }),
  shown('Proof', 'rtoSeconds', 'RTO', 'how long a full restore may take, held against timed restores', {
    kind: 'time',
    unit: 'h',
    none: 'no RTO',
  }),
  shown(
    'Proof',
    'accessAttestationCadenceSeconds',
    'Access attested',
    'a person signs off who can reach and delete copies, at least every',
    { kind: 'time', unit: 'days', none: 'no attestation' },
  ),
  shown(
    'Proof',
    'keyCustodyAttestationCadenceSeconds',
    'Key custody attested',
    'a person signs off where the key of encrypted copies is, at least every',
    { kind: 'time', unit: 'days', none: 'no attestation' },
  ),
  shown('Retention', 'retention', 'Keep', 'a point of each period, by the clock of the site', {
    kind: 'retention',
  }),
  shown('Contract', 'contractTerms', 'Contract terms', 'what was promised in writing, and where it stands', {
    kind: 'contract',
  }),
  shown('Contract', 'frameworks', 'Frameworks', 'that bind the client: they say how long evidence is kept', {
    kind: 'frameworks',
  }),
  shown(
    'What counts',
    'requiredCapture',
    'Kind of backup',
    'other kinds do not count as copies',
    choices(
      ['null', 'any'],
      ['"image"', 'images'],
      ['"files"', 'files'],
      ['"database"', 'databases'],
      ['"mailboxes"', 'mailboxes'],
    ),
  ),
  shown('What counts', 'acceptsWarnings', 'Runs with warnings', 'as runs that made a whole point', YES_NO),
  shown(
    'What counts',
    'acceptsOutcomeNotSeen',
    'Points whose run nobody saw',
    'without being at risk for it',
    YES_NO,
  ),
  shown(
    'What counts',
    'acceptsClaims',
    'Messages that claim success',
    'without being at risk for it',
    YES_NO,
  ),
];

export const UNIT_SECONDS = { min: 60, h: 3600, days: 86_400 } as const;

export const RULE_PRESETS: readonly { readonly name: string; readonly rule: CopiesRule }[] = [
  { name: '3-2-1', rule: RULE_321 },
  { name: '3-2-1-1-0', rule: RULE_32110 },
  {
    name: '4-3-2',
    rule: { copies: 4, media: null, locations: 3, offsite: 2, immutable: null, errors: null },
  },
  { name: 'SaaS', rule: RULE_SAAS },
];

/** A value of a field in words: '26 h', '3-2-1', 'not accepted'. */
export function valueText(field: PolicyField, value: PolicyFields[PolicyField]): string {
  const control = FIELDS_SHOWN.find((one) => one.field === field)?.control;
  switch (control?.kind) {
    case 'rule':
      return ruleText(value as CopiesRule);
    case 'schedule':
      return value === null ? 'none' : scheduleWords(value as Schedule);
    case 'maintenance':
      return windowsText(value as readonly MaintenanceWindow[]);
    case 'retention':
      return value === null ? 'nothing promised' : retentionText(value as RetentionPolicy);
    case 'contract':
      return value === null ? 'no contract entered' : contractText(value as ContractTerms);
    case 'frameworks':
      return (value as readonly string[]).join(', ') || 'none chosen';
    case 'time':
      return typeof value === 'number' ? promisedText(value) : (control.none ?? 'none');
    case 'number':
      return value === null ? (control.none ?? 'none') : `${Number(value)} ${control.unit}`;
    case 'choice':
      return (
        control.choices.find((choice) => choice.value === JSON.stringify(value))?.name ??
        JSON.stringify(value)
      );
    case undefined:
      return JSON.stringify(value);
  }
}

/** 'Contract 2026-17 (§ 4.2): RPO 4 h, kept for 90 days, until 2026-12-31'. */
function contractText(terms: ContractTerms): string {
  const { source, clause, rpoSeconds, rtoSeconds, retentionDays, evidenceYears, validFrom, validUntil } =
    terms;
  const parts = [
    rpoSeconds !== null && `RPO ${promisedText(rpoSeconds)}`,
    rtoSeconds !== null && `RTO ${promisedText(rtoSeconds)}`,
    retentionDays !== null && `kept for ${retentionDays} ${retentionDays === 1 ? 'day' : 'days'}`,
    evidenceYears !== null && `evidence for ${evidenceYears} ${evidenceYears === 1 ? 'year' : 'years'}`,
    validFrom !== null && `from ${validFrom}`,
    validUntil !== null && `until ${validUntil}`,
  ];
  return `${source}${clause === null ? '' : ` (${clause})`}: ${parts.filter(Boolean).join(', ')}`;
}

function windowsText(windows: readonly MaintenanceWindow[]): string {
  return windows.length === 0 ? 'none' : windows.map(({ name }) => name).join(', ');
}

/** '3-2-1', or what is asked for in words where no preset is it. */
export function ruleText(rule: CopiesRule): string {
  const preset = RULE_PRESETS.find((one) => isSameRule(one.rule, rule));
  if (preset) return preset.name;
  const parts = [
    rule.copies !== null && `${rule.copies} copies`,
    rule.media !== null && `${rule.media} media`,
    rule.locations !== null && `${rule.locations} places`,
    rule.offsite !== null && `${rule.offsite} offsite`,
    rule.immutable !== null && `${rule.immutable} immutable`,
    rule.errors !== null && 'no errors',
  ];
  return parts.filter(Boolean).join(', ');
}

export function isSameRule(a: CopiesRule, b: CopiesRule): boolean {
  return (Object.keys(a) as (keyof CopiesRule)[]).every((digit) => a[digit] === b[digit]);
}
