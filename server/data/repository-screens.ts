import type { AskedAttestation } from '@/domain/protection/attestation';
import { DAY } from '@/domain/time/instant';
import type { TenantScope } from '../tenancy/tenant-scope';
import { type MeasuredCapacity, readCapacityHistory } from './capacity-history';
import { listClientNames } from './clients';
import type { Database, Tx } from './database';
import { listDeclarations, type ListedDeclaration } from './declarations';
import { judgeSeen } from './judge-seen';
import {
  countRepositories,
  findRepository,
  listRepositories,
  type ListedRepository,
  type RepositoryCounts,
  type RepositoryListRow,
  type RepositoryView,
  withDeclarations,
} from './repositories';
import { type Dependent, listDependents } from './repository-dependents';
import { askedOfRepository } from './repository-attestations';
import { listRetentionRules, type ListedRetentionRule } from './retention-rules';
import { listSites, type Site } from './sites';

/** Days of capacity that the page of a repository draws. */
const HISTORY_DAYS = 400;

/** Everything the repositories' screen shows. */
export interface RepositoriesScreen {
  readonly repositories: readonly ListedRepository[];
  /** Repositories in the view, on all its pages. */
  readonly total: number;
  readonly counts: RepositoryCounts;
  /** Of the client that the view is limited to. */
  readonly clientName: string | null;
}

/** The repositories of the scope's clients as of `now`. */
export async function readRepositories(
  database: Database,
  scope: TenantScope,
  view: RepositoryView,
  now: Date,
): Promise<RepositoriesScreen> {
  const { mspId } = scope;
  const seen = await database.inScope(scope, async (tx) => ({
    rows: await listRepositories(tx, mspId, view, now),
    counts: await countRepositories(tx, mspId, view.clientId, now),
    clients: await listClientNames(tx, mspId),
  }));
  return {
    repositories: await declaredOf(database, scope, seen.rows),
    total: seen.rows[0]?.total ?? 0,
    counts: seen.counts,
    clientName: seen.clients.find(({ clientId }) => clientId === view.clientId)?.name ?? null,
  };
}

async function declaredOf(
  database: Database,
  scope: TenantScope,
  rows: readonly RepositoryListRow[],
): Promise<readonly ListedRepository[]> {
  const find = () => Promise.resolve(rows);
  return (await judgeSeen(database, scope, find, (tx: Tx) => withDeclarations(tx, scope.mspId, rows))) ?? [];
}

/** A repository with all that is known of it and all that rests on it. */
export interface RepositoryScreen {
  readonly repository: ListedRepository;
  /** Of its last 400 days, oldest first. */
  readonly history: readonly MeasuredCapacity[];
  /** What tools keep of it, by machine. */
  readonly retention: readonly ListedRetentionRule[];
  readonly dependents: readonly Dependent[];
  /** What the policies of what rests on it ask somebody to sign off. */
  readonly attestations: readonly AskedAttestation[];
  readonly declarations: readonly ListedDeclaration[];
  /** Where it could stand, for declaring it and for naming the places that were declared. */
  readonly sites: readonly Site[];
  readonly reports: RepositoryReports;
}

/** The reports that what is known of a repository comes from; null: none. */
interface RepositoryReports {
  readonly attributesReportId: string | null;
  readonly lastListingReportId: string | null;
  readonly mediaEvidence: string | null;
  readonly encryptionMode: string | null;
}

/** null: not there, or another MSP's. */
export async function readRepository(
  database: Database,
  scope: TenantScope,
  repositoryId: string,
  now: Date,
): Promise<RepositoryScreen | null> {
  const { mspId } = scope;
  const find = (tx: Tx) => findRepository(tx, mspId, repositoryId);
  return judgeSeen(database, scope, find, async (tx) => {
    const row = await find(tx);
    const [repository] = row ? await withDeclarations(tx, mspId, [row]) : [];
    if (!repository) return null;
    const dependents = await listDependents(tx, mspId, repositoryId, now);
    return {
      repository,
      history: await readCapacityHistory(
        tx,
        mspId,
        repositoryId,
        new Date(now.getTime() - HISTORY_DAYS * DAY),
      ),
      retention: await listRetentionRules(tx, mspId, repositoryId),
      dependents,
      attestations: await askedOfRepository(tx, mspId, repository, dependents, now),
      declarations: await listDeclarations(tx, mspId, [], [repositoryId]),
      sites: repository.clientId === null ? [] : await listSites(tx, mspId, repository.clientId),
      reports: await tx.repository.findUniqueOrThrow({
        where: { mspId_repositoryId: { mspId, repositoryId } },
        select: {
          attributesReportId: true,
          lastListingReportId: true,
          mediaEvidence: true,
          encryptionMode: true,
        },
      }),
    };
  });
}
