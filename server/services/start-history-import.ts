import { RowReader } from '@/domain/history/read-row';
import type { HistorySettings } from '@/domain/history/settings';
import { type HistoryLack, HistorySurveyor, lacksOf } from '@/domain/history/survey';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import {
  cancelHistoryImport,
  findHistoryImport,
  type HistoryImport,
  readHistoryFile,
  readSystemsByName,
  startWaiting,
} from '../data/history-imports';
import { hintWork } from '../data/work-due';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { openHistoryBytes, slicesOf } from './history-file';
import { readAll } from './preview-history';

const SAY_FIRST: Readonly<Record<HistoryLack, readonly [string, string]>> = {
  system: ['columns.system', 'Choose the column that names the system, or the system that all rows are of.'],
  job: ['jobName', 'Choose the column that names the job, or say what the job is called.'],
  status: ['columns.status', 'Choose the column that says how a run ended.'],
  when: ['columns.started', 'Choose the column that says when a run started or ended.'],
  dates: ['dates', 'Choose how the file writes dates: by itself it can be read in several ways.'],
  statuses: ['statuses', 'Say of each word of the status what it means.'],
  'too-many-statuses': [
    'columns.status',
    'This column has too many different words to be the status. Choose another.',
  ],
  'ambiguous-systems': ['systems', 'Choose which system is meant where a name is of several.'],
};

/**
 * Has the worker bring a draft in, read by these settings. Nothing of it is seen before all of it is there.
 * @throws AppError `not-found` for an import that is not there, `conflict` for one that is no draft any more, `invalid-request` while
 *   something of it is not explained, names a system of somebody else, or no run would be made
 */
export async function startHistoryImport(
  database: Database,
  scope: TenantScope,
  importId: string,
  settings: HistorySettings,
  now: Date,
): Promise<void> {
  const { mspId } = scope;
  const draft = await demandExplained(database, scope, importId, settings, now);
  await database.inScope(scope, async (tx) => {
    if (!(await startWaiting(tx, mspId, importId, settings, now))) throw noDraft();
    await hintWork(tx, mspId, 'history', now);
    await tell(tx, 'history-import.started', draft, {
      rows: draft.rowCount,
      dates: settings.dates,
      timeZone: settings.timeZone,
      statuses: Object.fromEntries(settings.statuses.map(({ word, as }) => [word, as])),
    });
  });
}

async function demandExplained(
  database: Database,
  scope: TenantScope,
  importId: string,
  settings: HistorySettings,
  now: Date,
): Promise<HistoryImport> {
  const { mspId } = scope;
  const { draft, bytes, systems } = await database.inScope(scope, async (tx) => {
    const found = await findHistoryImport(tx, mspId, importId);
    if (!found) throw nothingHere();
    if (found.state !== 'draft') throw noDraft();
    await demandOwnSystems(tx, mspId, found.clientId, settings);
    return {
      draft: found,
      bytes: await readHistoryFile(tx, mspId, importId),
      systems: await readSystemsByName(tx, mspId, found.clientId),
    };
  });
  const file = bytes && openHistoryBytes(bytes);
  if (!file || typeof file === 'string') throw noDraft();
  const surveyor = new HistorySurveyor(settings, systems);
  const reader = new RowReader(settings, file.head.length, systems, now.getTime());
  let hasRun = false;
  for await (const slice of slicesOf(file.rows())) {
    for (const row of slice) surveyor.add(row);
    hasRun ||= readAll(reader, slice).runs.length > 0;
  }
  const lacks = lacksOf(settings, surveyor.survey());
  if (lacks.length > 0)
    throw new AppError('invalid-request', 'Something of the file is not explained yet.', {
      fields: Object.fromEntries(lacks.map((lack) => SAY_FIRST[lack])),
    });
  if (!hasRun) throw wrong('file', 'No run would be made of this file. The preview says why.');
  return draft;
}

/** A name may be said to mean systems of the file's own client, and no others. */
async function demandOwnSystems(
  tx: Tx,
  mspId: string,
  clientId: string,
  { systemId, systems }: HistorySettings,
): Promise<void> {
  const chosen = new Set([systemId, ...systems.map((one) => one.systemId)].filter((id) => id !== null));
  const own = await tx.system.count({
    where: { mspId, clientId, archivedAt: null, systemId: { in: [...chosen] } },
  });
  if (own !== chosen.size) throw wrong('systems', 'Choose systems of this client.');
}

/**
 * Throws a file away before it is brought in, or while it is: nothing of it is seen, and its words are not kept. Doing it twice changes
 * nothing.
 * @throws AppError `not-found` for an import that is not there, `conflict` for one that is done: it can be withdrawn
 */
export async function throwHistoryAway(
  database: Database,
  scope: TenantScope,
  importId: string,
  now: Date,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    const found = await findHistoryImport(tx, mspId, importId);
    if (!found) throw nothingHere();
    if (await cancelHistoryImport(tx, mspId, importId, now))
      await tell(tx, 'history-import.thrown-away', found, { rows: found.rowCount });
    else if ((await findHistoryImport(tx, mspId, importId))?.state === 'done')
      throw new AppError('conflict', 'This file is brought in already. Take its runs back instead.');
  });
}

function tell(
  tx: Tx,
  action: string,
  { importId, clientId, name, fileName }: HistoryImport,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  return appendAuditEvent(tx, {
    action,
    clientId,
    target: { historyImportId: importId },
    details: { name, fileName, ...details },
  });
}

function wrong(field: string, sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { [field]: sentence } });
}

function noDraft(): AppError {
  return new AppError('conflict', 'This file is brought in or thrown away already. Load the page again.');
}
