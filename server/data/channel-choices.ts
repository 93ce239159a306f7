import { z } from 'zod';
import type { Tx } from './database';

const EACH_MAX = 300;

const rows = {
  repositories: z.array(z.object({ repositoryId: z.string(), name: z.string() })),
  jobs: z.array(z.object({ jobId: z.string(), name: z.string(), systemName: z.string() })),
};

/** What of a client's a channel can be told to tell of, by name, at most 300 of each. */
export interface ChannelChoices {
  readonly hosts: readonly string[];
  readonly repositories: z.output<typeof rows.repositories>;
  /** Jobs that agents report. */
  readonly jobs: z.output<typeof rows.jobs>;
}

export async function listChannelChoices(tx: Tx, mspId: string, clientId: string): Promise<ChannelChoices> {
  const systems = await tx.system.findMany({
    where: { mspId, clientId, archivedAt: null },
    select: { name: true },
    orderBy: { name: 'asc' },
    take: EACH_MAX,
  });
  const repositories = await tx.repository.findMany({
    where: { mspId, clientId },
    select: { repositoryId: true, name: true },
    orderBy: { name: 'asc' },
    take: EACH_MAX,
  });
  const jobs = await tx.$queryRaw`
    SELECT j.job_id::text AS "jobId", j.name, y.name AS "systemName"
    FROM app.job j
    JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = j.system_id AND y.archived_at IS NULL
    JOIN app.agent a ON a.msp_id = ${mspId}::uuid AND a.agent_id = j.agent_id AND a.channel = 'agent'
    WHERE j.msp_id = ${mspId}::uuid AND j.client_id = ${clientId}::uuid
    ORDER BY lower(y.name), lower(j.name), j.job_id LIMIT ${EACH_MAX}`;
  return {
    hosts: systems.map(({ name }) => name),
    repositories: rows.repositories.parse(repositories),
    jobs: rows.jobs.parse(jobs),
  };
}
