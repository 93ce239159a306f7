import { promisedText } from '../protection/sentence';
import type { RetentionPolicy } from '../retention/retention-policy';
import type { ContractTerms } from './contract-terms';
import { reachDays } from './policy-check';
import type { PolicyFields } from './policy-overrides';

/**
 * Where a contract promises more than the policy asks for, in words: then every finding can be closed and the contract broken. `today`:
 * YYYY-MM-DD. Empty: it promises nothing beyond, or no contract is known.
 */
export function contractRemarks(
  {
    contractTerms: terms,
    rpoSeconds,
    rtoSeconds,
    retention,
  }: Pick<PolicyFields, 'contractTerms' | 'rpoSeconds' | 'rtoSeconds' | 'retention'>,
  today: string,
): string[] {
  if (terms === null) return [];
  if (!bindsOn(terms, today)) {
    const when =
      terms.validFrom !== null && today < terms.validFrom
        ? `begins on ${terms.validFrom}`
        : `ended on ${terms.validUntil}`;
    return [`${terms.source} ${when}: its terms do not bind today.`];
  }
  const remarks: string[] = [];
  const add = (promised: string, asked: string) =>
    remarks.push(`${terms.source} promises ${promised}; ${asked}.`);
  if (terms.rpoSeconds !== null && terms.rpoSeconds < rpoSeconds)
    add(`an RPO of ${promisedText(terms.rpoSeconds)}`, `this asks for ${promisedText(rpoSeconds)}`);
  if (terms.rtoSeconds !== null && (rtoSeconds === null || terms.rtoSeconds < rtoSeconds))
    add(
      `an RTO of ${promisedText(terms.rtoSeconds)}`,
      rtoSeconds === null ? 'this asks for none' : `this asks for ${promisedText(rtoSeconds)}`,
    );
  if (terms.retentionDays !== null) {
    const kept = keptDays(retention);
    if (kept < terms.retentionDays)
      add(
        `points kept for ${daysText(terms.retentionDays)}`,
        kept === 0 ? 'this asks for no retention' : `this asks for ${daysText(kept)}`,
      );
  }
  return remarks;
}

/** How far back a promise of retention asks for points, in whole days; 0: it asks for none of an age. */
function keptDays(retention: RetentionPolicy | null): number {
  return retention === null
    ? 0
    : Math.floor(Math.min(reachDays(retention), retention.ageDaysMax ?? Infinity));
}

function daysText(days: number): string {
  return days === 1 ? 'a day' : `${days} days`;
}

/** Whether the terms bind on a day (YYYY-MM-DD): from their first to their last, both included. */
export function bindsOn({ validFrom, validUntil }: ContractTerms, today: string): boolean {
  return (validFrom === null || validFrom <= today) && (validUntil === null || today <= validUntil);
}
