import { captureKind } from '@/contract/report';
import type { RuleConditions } from '@/domain/policy/assignment-rules';

/** What the dialog of a rule says, as the routes take it. */
export interface RuleTermsIn {
  readonly name: string;
  readonly conditions: RuleConditions;
  readonly tags: readonly string[];
  readonly policyId: string | null;
}

export function ruleTermsIn(form: FormData): RuleTermsIn {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const chosen = (name: string): string[] | null =>
    text(`${name}s`) === 'some' ? form.getAll(name).filter((one) => typeof one === 'string') : null;
  return {
    name: text('name'),
    conditions: {
      hostPatterns: wordsOf(text('hostPatterns'), /[\s,;]+/u),
      // Systems have blanks in their names.
      osPatterns: wordsOf(text('osPatterns'), /[,;\n]+/u),
      clientIds: chosen('client'),
      siteIds: chosen('site'),
      tools: chosen('tool'),
      holds: chosen('hold')?.flatMap((one) => captureKind.safeParse(one).data ?? []) ?? null,
    },
    tags: wordsOf(text('tags'), /[\s,;]+/u) ?? [],
    policyId: text('policyId') || null,
  };
}

/** What has to be said before a draft can be looked at; null: nothing. */
export function missingIn({ conditions, tags, policyId }: RuleTermsIn): string | null {
  const { clientIds, siteIds, tools, holds } = conditions;
  if (clientIds?.length === 0) return 'Choose a client, or any.';
  if (siteIds?.length === 0) return 'Choose a site, or any.';
  if (tools?.length === 0) return 'Choose a tool, or any.';
  if (holds?.length === 0) return 'Choose what it holds, or anything.';
  return tags.length === 0 && policyId === null ? 'Say what it gives: tags, a policy, or both.' : null;
}

/** null: none. */
function wordsOf(text: string, between: RegExp): string[] | null {
  const words = text
    .split(between)
    .map((word) => word.trim())
    .filter((word) => word !== '');
  return words.length === 0 ? null : [...new Set(words)];
}
