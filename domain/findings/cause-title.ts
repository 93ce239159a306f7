import { findingText, type Words } from '../protection/sentence';
import type { OpenFinding } from '../protection/verdict';
import { sentenceCase } from '../text/sentence-case';

interface TitledCause {
  readonly systemCount: number;
  readonly systemName: string | null;
  readonly rules: readonly string[];
  readonly lead: Pick<OpenFinding, 'rule' | 'subject' | 'detail'> | null;
}

/** What a cause is called: what broke; where it lies in one system alone, after its name. */
export function causeTitle({ systemCount, systemName, rules, lead }: TitledCause, words: Words): string {
  if (lead === null) return rules.join(', ');
  const text = findingText(lead, words);
  const isOfSystem = systemCount <= 1 && systemName !== null && lead.subject.kind !== 'repository';
  return isOfSystem ? `${systemName}: ${text}` : sentenceCase(text);
}
