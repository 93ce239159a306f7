import type { PolicyField, PolicyFields } from '../policy/policy-overrides';

/** What a clause of a framework says of a value, for whoever promises that framework to a client. */
export interface FrameworkNote {
  readonly clause: string;
  readonly sentence: string;
}

interface Rule {
  readonly field: PolicyField;
  readonly clause: string;
  /** In our words, after the clause (evidence-and-frameworks.md, 'Clauses'). */
  readonly sentence: string;
  /** Whether the value falls short of what the clause asks for. */
  isShort(fields: PolicyFields): boolean;
}

const DAY_S = 86_400;

/** Only what a clause really says: none of these frameworks sets a least retention of backups, and PCI DSS asks for no restore test. */
const RULES: readonly Rule[] = [
  {
    field: 'rpoSeconds',
    clause: 'CIS Controls v8, 11.2',
    sentence: 'Asks for automated backups weekly or more often; this allows longer.',
    isShort: ({ rpoSeconds }) => rpoSeconds > 7 * DAY_S,
  },
  {
    field: 'requiresEncryption',
    clause: 'CIS Controls v8, 11.3',
    sentence:
      'Asks that recovery data is protected as well as the original; unencrypted copies would pass here.',
    isShort: ({ requiresEncryption }) => !requiresEncryption,
  },
  {
    field: 'rule',
    clause: 'CIS Controls v8, 11.4',
    sentence: 'Asks for an isolated instance of recovery data; this rule asks for none offsite or immutable.',
    isShort: ({ rule }) => (rule.offsite ?? 0) === 0 && (rule.immutable ?? 0) === 0,
  },
  {
    field: 'rule',
    clause: 'Cyber insurance questionnaires',
    sentence: 'Most ask for an offline or immutable copy; this rule does not.',
    isShort: ({ rule }) => (rule.immutable ?? 0) === 0,
  },
  {
    field: 'restoreTestCadenceSeconds',
    clause: 'CIS Controls v8, 11.5',
    sentence: 'Asks to test the recovery of a sample each quarter; this is longer.',
    isShort: ({ restoreTestCadenceSeconds }) => restoreTestCadenceSeconds > 92 * DAY_S,
  },
  {
    field: 'restoreTestCadenceSeconds',
    clause: 'DORA, Article 11(6)(a)',
    sentence: 'Asks for tests at least yearly; this is longer.',
    isShort: ({ restoreTestCadenceSeconds }) => restoreTestCadenceSeconds > 366 * DAY_S,
  },
];

/** What frameworks say of the value of one field; empty: nothing against it. */
export function frameworkNotes(field: PolicyField, fields: PolicyFields): FrameworkNote[] {
  return RULES.filter((rule) => rule.field === field && rule.isShort(fields)).map(({ clause, sentence }) => ({
    clause,
    sentence,
  }));
}
