import { z } from 'zod';
import { apiRepositories, ofClientQuery, pageQuery } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { type ListedRepository, listRepositoriesById } from '@/server/data/repositories';
import { webDatabase } from '@/server/data/web-database';
import { idCursor, LIMIT_PRESET, listAnswer, readQuery } from '../list-answer';

const query = z.strictObject({ ...pageQuery, ...ofClientQuery });

/** The repositories, by id. */
export const GET = withRoute(
  { permission: 'view-fleet', query, answer: apiRepositories },
  async ({ request, scope }) => {
    const { cursor, limit = LIMIT_PRESET, clientId = null } = readQuery(request, query);
    const part = { after: idCursor(cursor), limit: limit + 1, clientId };
    const repositories = await webDatabase().inScope(scope, (tx) =>
      listRepositoriesById(tx, scope.mspId, part),
    );
    return listAnswer(repositories, limit, ({ repositoryId }) => repositoryId, repositoryAnswer);
  },
);

function repositoryAnswer(repository: ListedRepository) {
  const {
    repositoryId,
    clientId,
    location,
    facts,
    systemCount,
    pointCount,
    storedBytes,
    freeBytes,
    totalBytes,
  } = repository;
  const { name, tool } = facts;
  return {
    repositoryId,
    clientId,
    name,
    tool,
    location,
    systemCount,
    pointCount,
    storedBytes,
    freeBytes,
    totalBytes,
  };
}
