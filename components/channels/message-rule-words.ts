import type { CaptureName, RuleStatus } from '@/domain/message-rules/message-rule';
import { durationText } from '@/domain/protection/sentence';
import { sizeText } from '../format/amounts';
import { exactText } from '../format/words';
import type { TriedFact } from './use-message-rule-preview';

export const ENDING_WORD: Readonly<Record<RuleStatus, string>> = {
  failed: 'Failure',
  warning: 'Warning',
  success: 'Success',
};

export const CAPTURE_WORD: Readonly<Record<CaptureName, string>> = {
  job: 'Job',
  host: 'System',
  started: 'Started',
  ended: 'Ended',
  duration: 'Duration',
  bytes: 'Size',
  reason: 'Reason',
};

/** What a captured text is as a fact; null: it cannot be read as one. */
export function factText(fact: TriedFact, timeZone: string): string | null {
  switch (fact.name) {
    case 'job':
    case 'host':
    case 'reason':
      return fact.value;
    case 'duration':
      return fact.value === null ? null : durationText(fact.value * 1000);
    case 'bytes':
      return fact.value === null ? null : sizeText(fact.value);
    case 'started':
    case 'ended':
      if (fact.value === null) return null;
      return fact.value.isLocal
        ? `${fact.value.at.replace('T', ' ')}, in the client’s zone (${timeZone})`
        : exactText(Date.parse(fact.value.at), timeZone);
  }
}

/** Why a captured text is no fact, in words. */
export function unreadText({ name, said }: TriedFact): string {
  const what = {
    job: 'a name',
    host: 'a name',
    reason: 'a text',
    started: 'a time for sure',
    ended: 'a time for sure',
    duration: 'a duration',
    bytes: 'a size',
  } as const satisfies Record<CaptureName, string>;
  return `“${said}” cannot be read as ${what[name]}: it is left out`;
}
