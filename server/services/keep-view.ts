import { z } from 'zod';
import { ownScreensScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import {
  KEPT_VIEWS_MAX,
  listKeptViews,
  putKeptView,
  removeKeptView,
  type ViewedScreen,
  type ViewsOf,
} from '../data/kept-views';
import { AppError } from '../errors';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';

const NAME_MAX = 60;

/** What the form sends. `formerName`: the view that is renamed; null: a new one. */
export const viewForm = z.strictObject({
  name: textLine('a name for the view', NAME_MAX),
  query: z.string().max(2000),
  formerName: z.string().max(NAME_MAX).nullable(),
});
export type ViewForm = z.infer<typeof viewForm>;

/** Which view is taken away. */
export const viewName = z.strictObject({ name: z.string().max(NAME_MAX) });

const ACTION_SUBJECT: Readonly<Record<ViewedScreen, string>> = {
  fleet: 'fleet-view',
  findings: 'findings-view',
};

/**
 * Keeps a view of a screen for the person, or gives one another name.
 * @throws AppError `conflict` when the person has one of this name, or as many as are kept
 */
export async function keepView(
  database: Database,
  scope: TenantScope,
  of: ViewsOf,
  { name, query, formerName }: ViewForm,
  nowMs: number,
): Promise<void> {
  const now = new Date(nowMs);
  await database.inScope(ownScreensScope(scope), async (tx) => {
    const others = (await listKeptViews(tx, scope.mspId, of)).filter((view) => view.name !== formerName);
    if (others.some((view) => view.name === name)) throw refusal('You have a view of this name already.');
    if (others.length >= KEPT_VIEWS_MAX)
      throw refusal(`You keep ${KEPT_VIEWS_MAX} views already. Take one away first.`);
    if (formerName !== null) await removeKeptView(tx, scope.mspId, of, formerName, now);
    await putKeptView(tx, scope.mspId, of, { name, query }, now);
    await record(tx, 'kept', of, { name, query, formerName });
  });
}

/** Takes a view away; one that is not there is as good as taken away. */
export async function dropView(
  database: Database,
  scope: TenantScope,
  of: ViewsOf,
  name: string,
  nowMs: number,
): Promise<void> {
  await database.inScope(ownScreensScope(scope), async (tx) => {
    const isRemoved = await removeKeptView(tx, scope.mspId, of, name, new Date(nowMs));
    if (isRemoved) await record(tx, 'removed', of, { name });
  });
}

function refusal(sentence: string): AppError {
  return new AppError('conflict', sentence, { fields: { name: sentence } });
}

function record(
  tx: Tx,
  verb: 'kept' | 'removed',
  { personId, screen }: ViewsOf,
  details: Record<string, string | null>,
): Promise<void> {
  const action = `${ACTION_SUBJECT[screen]}.${verb}`;
  return appendAuditEvent(tx, { action, clientId: null, target: { personId }, details });
}
