import { findingText, type Words } from '../protection/sentence';
import type { OpenFinding } from '../protection/verdict';
import { sentenceCase } from '../text/sentence-case';

interface TitledCause {
  readonly systemCount: number;
  readonly systemName: string | null;
  readonly rules: readonly string[];
  readonly lead: Pick<OpenFinding, 'rule' | 'subject' | 'detail'> | null;
}

/** Subjects that are no part of a system, or the system itself. */
const NAMED: readonly OpenFinding['subject']['kind'][] = ['repository', 'machine', 'system', 'drill'];

/** What a cause is called: what broke; where it lies in one system alone, after its name. */
export function causeTitle({ systemCount, systemName, rules, lead }: TitledCause, words: Words): string {
  if (lead === null) return rules.join(', ');
  const text = findingText(lead, words);
  const isOfSystem = systemCount <= 1 && systemName !== null && !NAMED.includes(lead.subject.kind);
  return isOfSystem ? `${systemName}: ${text}` : sentenceCase(text);
}
