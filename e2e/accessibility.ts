import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** Where nothing but the colours differs from what was looked at before. */
export const COLOUR_RULES = ['color-contrast', 'link-in-text-block'] as const;

interface LookAt {
  /** A selector of the part that is looked at; left out: the page. */
  readonly within?: string;
  /** These rules alone. */
  readonly rules?: readonly string[];
  /** All but these. */
  readonly without?: readonly string[];
}

/** What axe objects to on a page: each rule that is broken, and where. */
export async function violationsOf(
  page: Page,
  { within, rules, without }: LookAt = {},
): Promise<readonly (readonly [string, readonly string[]])[]> {
  // Its way through frames of other sites, of which we have none, opens a page for every look and takes twice as long.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  if (within) axe.include(within);
  if (rules) axe.withRules([...rules]);
  if (without) axe.disableRules([...without]);
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map((node) => node.target.join(' '))]);
}
