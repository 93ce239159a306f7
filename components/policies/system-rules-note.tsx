import type { RuleClaim } from '@/domain/policy/rule-claims';
import { Mark } from '../backup/status-mark';
import { claimsText } from './assignment-rule-words';
import { type ContestedSystem, DecideConflictDialog } from './decide-conflict-dialog';

interface Props {
  rules: {
    readonly conflict: (ContestedSystem & { readonly claims: readonly RuleClaim[] }) | null;
    readonly assignedBy: string | null;
    readonly tags: readonly { readonly tag: string; readonly ruleName: string }[];
    readonly overruled: readonly { readonly ruleName: string; readonly policyName: string }[];
  };
  mayChange: boolean;
}

/** What rules gave a system, and where they contradict each other or a person. */
export function SystemRulesNote({ rules, mayChange }: Props) {
  const { conflict, assignedBy, tags, overruled } = rules;
  return (
    <>
      {conflict && (
        <div className="bg-risk-bg text-13 mb-2 flex flex-wrap items-center justify-between gap-2 rounded-md px-2.5 py-1.5">
          <p className="min-w-0 flex-1 basis-64 [overflow-wrap:anywhere]">
            <Mark tone="risk">Rules contradict each other</Mark>: {claimsText(conflict.claims)}. Nothing
            changes until somebody decides.
          </p>
          {mayChange && <DecideConflictDialog systems={[conflict]} claims={conflict.claims} />}
        </div>
      )}
      {assignedBy !== null && (
        <p className="text-13 text-ink-2 mb-2">Its own policy was assigned by the rule ‘{assignedBy}’.</p>
      )}
      {tags.length > 0 && (
        <p className="text-13 text-ink-2 mb-2">
          Given by rules: {tags.map(({ tag, ruleName }) => `${tag} (‘${ruleName}’)`).join(', ')}.
        </p>
      )}
      {overruled.length > 0 && (
        <p className="text-13 text-ink-2 mb-2">
          A person assigned its own policy, which stays:{' '}
          {overruled.map(({ ruleName, policyName }) => `‘${ruleName}’ would say ${policyName}`).join(', ')}.
        </p>
      )}
    </>
  );
}
