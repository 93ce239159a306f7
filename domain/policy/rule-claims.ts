import { compare } from '../text/compare';

/** That a rule would have a policy hold for a system. */
export interface RuleClaim {
  readonly assignmentRuleId: string;
  readonly ruleName: string;
  readonly policyId: string;
  readonly policyName: string;
}

/** Whether people have said what becomes of a conflict of these claims: a decision covers all that its person saw. */
export function isDecided(claims: readonly RuleClaim[], decided: readonly (readonly RuleClaim[])[]): boolean {
  return decided.some((seen) => {
    const known = new Set(seen.map(claimKey));
    return claims.every((claim) => known.has(claimKey(claim)));
  });
}

/** The policies that claims name, each once, by name. */
export function claimedPolicies(claims: readonly RuleClaim[]): { policyId: string; policyName: string }[] {
  const policies = new Map(claims.map(({ policyId, policyName }) => [policyId, { policyId, policyName }]));
  return [...policies.values()].toSorted((a, b) => compare(a.policyName, b.policyName));
}

/** Stands for claims, in whatever order: those of two systems that are alike are one question. */
export function claimsKey(claims: readonly RuleClaim[]): string {
  return claims.map(claimKey).toSorted().join(', ');
}

function claimKey({ assignmentRuleId, policyId }: RuleClaim): string {
  return `${assignmentRuleId} ${policyId}`;
}
