import type { Instant } from '../time/instant';
import type { Attribute } from './facts';

/** What an attribute says at an instant: expired declarations give way to what tool or probe said beside them. */
export function attributeAt<T>(attribute: Attribute<T> | null, at: Instant): Attribute<T> | null {
  let current = attribute;
  while (current !== null && current.until !== null && current.until <= at) current = current.otherwise;
  return current;
}

/** As `attributeAt`, without what was only inferred: inference may lower a claim, never raise one. */
export function attestedAt<T>(attribute: Attribute<T> | null, at: Instant): Attribute<T> | null {
  const current = attributeAt(attribute, at);
  return current === null || current.source === 'inferred' ? null : current;
}

/** Whether a declaration has run out and no other declaration stands in for it. */
export function isDeclarationExpired(attribute: Attribute<unknown> | null, at: Instant): boolean {
  if (attribute === null || attribute.source !== 'declared') return false;
  if (attribute.until === null || attribute.until > at) return false;
  return attributeAt(attribute, at)?.source !== 'declared';
}
