import { findingText, type Words } from '../protection/sentence';
import type { OpenFinding } from '../protection/verdict';
import { sentenceCase } from '../text/sentence-case';

interface TitledCause {
  readonly systemCount: number;
  readonly systemName: string | null;
  /** Of that system. */
  readonly dataSetCount: number;
  readonly rules: readonly string[];
  readonly lead: Pick<OpenFinding, 'rule' | 'subject' | 'detail'> | null;
}

/** Subjects that are no part of a system, or the system itself. */
const NAMED: readonly OpenFinding['subject']['kind'][] = ['repository', 'machine', 'system', 'drill'];

/**
 * What a cause is called: what broke; where it lies in one system alone, after its name, and after its data set's where that system
 * has several.
 */
export function causeTitle(cause: TitledCause, words: Words): string {
  const { systemCount, systemName, dataSetCount, rules, lead } = cause;
  if (lead === null) return rules.join(', ');
  const text = findingText(lead, words);
  if (systemCount > 1 || systemName === null || NAMED.includes(lead.subject.kind)) return sentenceCase(text);
  const isOneOfSeveral = lead.subject.kind === 'data-set' && dataSetCount > 1;
  return `${systemName}${isOneOfSeveral ? `, ${lead.subject.name}` : ''}: ${text}`;
}
