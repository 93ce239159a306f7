import { clientStatus, type StatusCounts } from '../protection/system-status';
import { STATUSES } from '../protection/verdict';

/**
 * 'Are we protected?', answered for a client's leader from the counts of its systems as they are shown. The same counts give the
 * fleet's status of the client, so that both always agree: 'Yes' is said of a compliant client, or one at risk, alone. What is not
 * known is never a yes.
 */
export function clientSentence(systems: StatusCounts): string {
  const total = STATUSES.reduce((sum, status) => sum + systems[status], 0);
  const held = systems.compliant + systems['at-risk'];
  const heldText = `${held} of your ${counted(total, 'system')} ${held === 1 ? 'is' : 'are'} protected as agreed`;
  switch (clientStatus(systems)) {
    case null:
      return 'Nothing can be said yet: no system of yours reports.';
    case 'non-compliant': {
      if (held === 0 && systems.unknown === 0) return `No. ${noneOf(total)} protected as agreed.`;
      const unknown = systems.unknown > 0 ? `, and ${cannotBeJudged(systems.unknown)}` : '';
      return `Not completely. ${heldText}; ${areNot(systems['non-compliant'])}${unknown}.`;
    }
    case 'unknown':
      return held === 0
        ? `Nobody can say at the moment: ${noneOf(total).toLowerCase()} known to be protected.`
        : `Not known for all. ${heldText}; ${cannotBeJudged(systems.unknown)} at the moment.`;
    case 'at-risk':
      return total === 1
        ? 'Yes, but your only system is at risk.'
        : `Yes, but ${systems['at-risk']} of your ${total} systems ${systems['at-risk'] === 1 ? 'is' : 'are'} at risk.`;
    case 'compliant':
      return total === 1
        ? 'Yes. Your only system is protected as agreed.'
        : `Yes. All ${total} systems are protected as agreed.`;
  }
}

function noneOf(total: number): string {
  return total === 1 ? 'Your only system is not' : `None of your ${total} systems is`;
}

function areNot(count: number): string {
  return `${count} ${count === 1 ? 'is' : 'are'} not`;
}

function cannotBeJudged(count: number): string {
  return `${count} cannot be judged`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
