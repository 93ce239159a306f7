import type { Tx } from './database';

/** The screens of which views are kept. */
export type ViewedScreen = 'fleet' | 'findings';

/** A view of a screen that a person keeps: filters and order, as the query of the screen's address. */
export interface KeptView {
  readonly name: string;
  readonly query: string;
}

/** Whose views, and of which screen. */
export interface ViewsOf {
  readonly personId: string;
  readonly screen: ViewedScreen;
}

/** How many a person may keep of a screen. */
export const KEPT_VIEWS_MAX = 30;

/** A person's views by name. */
export async function listKeptViews(
  tx: Tx,
  mspId: string,
  { personId, screen }: ViewsOf,
): Promise<KeptView[]> {
  return tx.keptView.findMany({
    where: { mspId, personId, screen, removedAt: null },
    select: { name: true, query: true },
    orderBy: { name: 'asc' },
    take: KEPT_VIEWS_MAX,
  });
}

/** Keeps a view; one of this name, removed or not, is replaced. */
export async function putKeptView(
  tx: Tx,
  mspId: string,
  { personId, screen }: ViewsOf,
  { name, query }: KeptView,
  savedAt: Date,
): Promise<void> {
  await tx.keptView.upsert({
    where: { mspId_personId_screen_name: { mspId, personId, screen, name } },
    create: { mspId, personId, screen, name, query, savedAt },
    update: { query, savedAt, removedAt: null },
  });
}

/** Takes a view away; false: there is none of this name. */
export async function removeKeptView(
  tx: Tx,
  mspId: string,
  { personId, screen }: ViewsOf,
  name: string,
  removedAt: Date,
): Promise<boolean> {
  const { count } = await tx.keptView.updateMany({
    where: { mspId, personId, screen, name, removedAt: null },
    data: { removedAt },
  });
  return count === 1;
}
