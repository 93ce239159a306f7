import type { OpenableRule } from '../findings/catalogue';
import type { RepositoryFacts } from './facts';
import type { Prepared } from './prepared';
import type { OpenFinding } from './verdict';

/** A finding before anybody asks whether it is waived. */
export type Gap = Omit<OpenFinding, 'isWaived' | 'rule'> & { rule: OpenableRule };

/** What most checks find. */
export const NO_GAPS: readonly Gap[] = [];

export function dataSetSubject(prepared: Prepared): OpenFinding['subject'] {
  return { kind: 'data-set', id: prepared.facts.dataSet.id, name: prepared.facts.dataSet.name };
}

export function repositorySubject(repository: RepositoryFacts): OpenFinding['subject'] {
  return { kind: 'repository', id: repository.id, name: repository.name };
}

/** Subject and cause of what lies in a repository itself: the same for all its data sets. */
export function ofRepository(repository: RepositoryFacts): Pick<Gap, 'subject' | 'causeKey'> {
  return { subject: repositorySubject(repository), causeKey: `repository:${repository.id}` };
}
