import {
  countCoverage,
  COVERAGE_STATES,
  type CoverageCounts,
  type CoverageState,
  type CoveredMachine,
  coverMachines,
} from '@/domain/coverage/coverage';
import type { TenantScope } from '../tenancy/tenant-scope';
import { listClientNames } from './clients';
import { listExclusions } from './coverage-exclusions';
import {
  type CurrentImport,
  listCurrentImports,
  listKnownSystems,
  listListedMachines,
} from './coverage-facts';
import type { Database, Tx } from './database';
import { groupBy } from './group-by';

export const COVERAGE_PAGE_SIZE = 100;
/** The first is the preset. */
export const COVERAGE_SORTS = ['state', 'machine', 'client'] as const;
export const COVERAGE_FILTERS = [...COVERAGE_STATES, 'excluded'] as const;

/** What is asked for; null and empty: all. */
export interface CoverageView {
  readonly search: string;
  /** `excluded`: labelled so, in whatever state. The others are without what is excluded, but for `backed-up`. */
  readonly state: (typeof COVERAGE_FILTERS)[number] | null;
  readonly clientId: string | null;
  readonly sort: (typeof COVERAGE_SORTS)[number];
  readonly isReversed: boolean;
  /** From 1 on. */
  readonly page: number;
}

/** A machine as a row of the list. */
export type CoverageRow = CoveredMachine & { readonly clientId: string; readonly clientName: string };

export interface CoverageScreen {
  readonly clients: readonly { readonly clientId: string; readonly name: string }[];
  /** Of the client that is asked for, else of all that have an inventory. */
  readonly counts: CoverageCounts;
  readonly filterCounts: Readonly<Record<(typeof COVERAGE_FILTERS)[number], number>>;
  /** The lists that hold, by client. */
  readonly imports: readonly (CurrentImport & { readonly clientName: string })[];
  /** Of those asked for, how many clients nobody gave an inventory of. */
  readonly clientsWithoutInventory: number;
  readonly machines: readonly CoverageRow[];
  readonly total: number;
}

/** The coverage screen: a page of its list, and the numbers over all. */
export async function readCoverage(
  database: Database,
  scope: TenantScope,
  view: CoverageView,
  now: Date,
): Promise<CoverageScreen> {
  return database.inScope(scope, async (tx) => {
    const clients = await listClientNames(tx, scope.mspId);
    const asked = clients.filter((one) => view.clientId === null || one.clientId === view.clientId);
    const { imports, rows } = await coverClients(tx, scope.mspId, asked, now);
    const found = sorted(
      rows.filter((row) => isAskedFor(row, view)),
      view,
    );
    return {
      clients,
      counts: countCoverage(rows),
      filterCounts: {
        'not-covered': rows.filter((row) => isIn(row, 'not-covered')).length,
        'not-in-inventory': rows.filter((row) => isIn(row, 'not-in-inventory')).length,
        'backed-up': rows.filter((row) => isIn(row, 'backed-up')).length,
        excluded: rows.filter((row) => isIn(row, 'excluded')).length,
      },
      imports,
      clientsWithoutInventory: asked.length - imports.length,
      machines: found.slice((view.page - 1) * COVERAGE_PAGE_SIZE, view.page * COVERAGE_PAGE_SIZE),
      total: found.length,
    };
  });
}

/** All rows of a view, as an export says them. */
export async function readCoverageList(
  database: Database,
  scope: TenantScope,
  view: CoverageView,
  now: Date,
): Promise<CoverageRow[]> {
  return database.inScope(scope, async (tx) => {
    const clients = await listClientNames(tx, scope.mspId);
    const asked = clients.filter((one) => view.clientId === null || one.clientId === view.clientId);
    const { rows } = await coverClients(tx, scope.mspId, asked, now);
    return sorted(
      rows.filter((row) => isAskedFor(row, view)),
      view,
    );
  });
}

/** How a client's inventory is covered; null: it has none. */
export async function clientCoverage(
  tx: Tx,
  mspId: string,
  client: NamedClient,
  now: Date,
): Promise<CoverageCounts | null> {
  const { imports, rows } = await coverClients(tx, mspId, [client], now);
  return imports.length > 0 ? countCoverage(rows) : null;
}

type NamedClient = Readonly<{ clientId: string; name: string }>;

/** Of those clients that have an inventory: without one, nobody can say what is missing. */
async function coverClients(
  tx: Tx,
  mspId: string,
  clients: readonly NamedClient[],
  now: Date,
): Promise<{ imports: CoverageScreen['imports']; rows: CoverageRow[] }> {
  const imports = await listCurrentImports(
    tx,
    mspId,
    clients.map((one) => one.clientId),
  );
  const clientIds = imports.map((one) => one.clientId);
  if (clientIds.length === 0) return { imports: [], rows: [] };
  const machines = groupBy(await listListedMachines(tx, mspId, clientIds), byClient);
  const systems = groupBy(await listKnownSystems(tx, mspId, clientIds, now), byClient);
  const exclusions = groupBy(await listExclusions(tx, mspId, clientIds), byClient);
  const importOf = new Map(imports.map((one) => [one.clientId, one]));
  const listed = clients.filter((one) => importOf.has(one.clientId));
  return {
    imports: listed.flatMap(({ clientId, name }) => {
      const found = importOf.get(clientId);
      return found ? [{ ...found, clientName: name }] : [];
    }),
    rows: listed.flatMap(({ clientId, name }) =>
      coverMachines(
        machines.get(clientId) ?? [],
        systems.get(clientId) ?? [],
        exclusions.get(clientId) ?? [],
        now.getTime(),
      ).map((machine) => ({ ...machine, clientId, clientName: name })),
    ),
  };
}

const byClient = (one: { clientId: string }): string => one.clientId;

function isAskedFor(row: CoverageRow, { state, search }: CoverageView): boolean {
  if (state !== null && !isIn(row, state)) return false;
  const text = search.toLowerCase();
  const names = [row.name, row.clientName, row.listed?.siteName ?? '', row.system?.name ?? ''];
  return names.some((name) => name.toLowerCase().includes(text));
}

function isIn(row: CoverageRow, filter: (typeof COVERAGE_FILTERS)[number]): boolean {
  if (filter === 'excluded') return row.exclusion !== null;
  return row.state === filter && (filter === 'backed-up' || row.exclusion === null);
}

function sorted(rows: readonly CoverageRow[], { sort, isReversed }: CoverageView): CoverageRow[] {
  const texts = new Map(rows.map((row) => [row, sortTexts(row, sort)]));
  const order = rows.toSorted((a, b) => compareTexts(texts.get(a) ?? [], texts.get(b) ?? []));
  return isReversed ? order.toReversed() : order;
}

function sortTexts(row: CoverageRow, sort: CoverageView['sort']): string[] {
  const name = row.name.toLowerCase();
  const client = row.clientName.toLowerCase();
  switch (sort) {
    case 'state':
      return [`${rankOf(row.state)}${row.exclusion ? 1 : 0}`, client, name];
    case 'machine':
      return [name, client];
    case 'client':
      return [client, `${rankOf(row.state)}`, name];
  }
}

function rankOf(state: CoverageState): number {
  return COVERAGE_STATES.indexOf(state);
}

function compareTexts(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((text, place) => text !== b[place]);
  if (index === -1) return 0;
  return (a[index] ?? '') < (b[index] ?? '') ? -1 : 1;
}
