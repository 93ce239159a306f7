import type { StatusCounts } from './system-status';

/** What several failing systems have in common, in words: 'nas-hq-01 did not answer'. */
export interface SharedCause {
  clientName: string;
  /** A clause without a full stop. */
  text: string;
  systemCount: number;
}

/** The fleet in one sentence, from the counts of its clients by status. */
export function fleetSentence(clients: StatusCounts): string {
  const total = clients['non-compliant'] + clients.unknown + clients['at-risk'] + clients.compliant;
  if (total === 0) return 'No client has a system yet.';
  const failing = clients['non-compliant'];
  if (failing > 0)
    return `${failing} of ${counted(total, 'client')} ${failing === 1 ? 'is' : 'are'} not protected.`;
  if (clients.unknown > 0)
    return `Nothing is known to be unprotected, but ${counted(clients.unknown, 'client')} cannot be judged.`;
  if (clients['at-risk'] > 0)
    return `Every client is protected; ${counted(clients['at-risk'], 'client')} ${clients['at-risk'] === 1 ? 'is' : 'are'} at risk.`;
  return total === 1 ? 'The only client is protected.' : `All ${total} clients are protected.`;
}

/**
 * How much of the failing systems the greatest causes explain, at most three: 'Two causes explain 13 of the 20 failing systems:
 * nas-hq-01 did not answer (Harrowmere) and tdw-vault refuses access (Tindalworth).' Null: no cause is shared.
 */
export function causesSentence(causes: readonly SharedCause[], failingSystems: number): string | null {
  const shared = causes
    .filter((cause) => cause.systemCount > 1)
    .toSorted((a, b) => b.systemCount - a.systemCount || a.clientName.localeCompare(b.clientName))
    .slice(0, 3);
  if (shared.length === 0) return null;
  const explained = shared.reduce((sum, cause) => sum + cause.systemCount, 0);
  const names = shared.map((cause) => `${cause.text} (${cause.clientName})`);
  const subject = shared.length === 1 ? 'One cause explains' : `${NUMBERS[shared.length - 1]} causes explain`;
  const all = explained >= failingSystems;
  const of = all ? `all ${failingSystems}` : `${explained} of the ${failingSystems}`;
  return `${subject} ${of} failing systems: ${joined(names)}.`;
}

const NUMBERS = ['One', 'Two', 'Three'];

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
