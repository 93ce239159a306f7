import type { PolicyField, PolicyFields } from '../policy/policy-overrides';

/** What a clause of a framework says of a value, for whoever promises that framework to a client. */
export interface FrameworkNote {
  /** As policies name it. */
  readonly framework: string;
  readonly clause: string;
  readonly sentence: string;
}

interface Rule {
  readonly field: PolicyField;
  readonly framework: string;
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
    framework: 'CIS v8',
    clause: 'CIS Controls v8, 11.2',
    sentence: 'Asks for automated backups weekly or more often; this allows longer.',
    isShort: ({ rpoSeconds }) => rpoSeconds > 7 * DAY_S,
  },
  {
    field: 'requiresEncryption',
    framework: 'CIS v8',
    clause: 'CIS Controls v8, 11.3',
    sentence:
      'Asks that recovery data is protected as well as the original; unencrypted copies would pass here.',
    isShort: ({ requiresEncryption }) => !requiresEncryption,
  },
  {
    field: 'rule',
    framework: 'CIS v8',
    clause: 'CIS Controls v8, 11.4',
    sentence: 'Asks for an isolated instance of recovery data; this rule asks for none offsite or immutable.',
    isShort: ({ rule }) => (rule.offsite ?? 0) === 0 && (rule.immutable ?? 0) === 0,
  },
  {
    field: 'rule',
    framework: 'Cyber insurance',
    clause: 'Cyber insurance questionnaires',
    sentence: 'Most ask for an offline or immutable copy; this rule does not.',
    isShort: ({ rule }) => (rule.immutable ?? 0) === 0,
  },
  {
    field: 'restoreTestCadenceSeconds',
    framework: 'CIS v8',
    clause: 'CIS Controls v8, 11.5',
    sentence: 'Asks to test the recovery of a sample each quarter; this is longer.',
    isShort: ({ restoreTestCadenceSeconds }) => restoreTestCadenceSeconds > 92 * DAY_S,
  },
  {
    field: 'restoreTestCadenceSeconds',
    framework: 'DORA',
    clause: 'DORA, Article 11(6)(a)',
    sentence: 'Asks for tests at least yearly; this is longer.',
    isShort: ({ restoreTestCadenceSeconds }) => restoreTestCadenceSeconds > 366 * DAY_S,
  },
];

/** What frameworks say of the value of one field; empty: nothing against it. */
export function frameworkNotes(field: PolicyField, fields: PolicyFields): FrameworkNote[] {
  return RULES.filter((rule) => rule.field === field && rule.isShort(fields)).map(noteOf);
}

/** What one framework says of a policy's values; empty: nothing against them. */
export function notesOfFramework(framework: string, fields: PolicyFields): FrameworkNote[] {
  return RULES.filter((rule) => rule.framework === framework && rule.isShort(fields)).map(noteOf);
}

function noteOf({ framework, clause, sentence }: Rule): FrameworkNote {
  return { framework, clause, sentence };
}
