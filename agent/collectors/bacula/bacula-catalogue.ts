import { z } from 'zod';
import type { BaculaSettings } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import type { ProgramRequest } from '@/agent/tools/run-program';

/** More jobs than these are not read: the oldest are left out, and the listing is not called whole. */
export const JOBS_MAX = 20_000;

/** The data are there, whether or not more is written to the volume. */
const HELD = "('Append','Full','Used','Archive','Read-Only','Busy','Disabled')";
/** The volume was let go of: what was on it may be overwritten at any time, or is. */
const EMPTIED = "('Purged','Recycle','Cleaning','Scratch')";

const volumesWhere = (condition: string): string =>
  `(select count(distinct jm.MediaId) from JobMedia jm left join Media m on m.MediaId = jm.MediaId where jm.JobId = j.JobId${condition})`;
const firstOf = (what: string): string =>
  `(select min(${what}) from JobMedia jm join Media m on m.MediaId = jm.MediaId left join Storage s on s.StorageId = m.StorageId where jm.JobId = j.JobId)`;

/** Two storages with one media type may read each other's volumes: a volume without a storage is known by its type. */
const STORAGE_OF_VOLUME = 'coalesce(s.Name, m.MediaType)';

/** The words of SQL that SQLite and PostgreSQL have in common; nothing of the configuration stands in them. */
const QUERIES = {
  version: 'select VersionId as "VersionId" from Version',
  storages: `select ${STORAGE_OF_VOLUME} as "Storage", sum(m.VolBytes) as "Bytes" from Media m left join Storage s on s.StorageId = m.StorageId group by ${STORAGE_OF_VOLUME}`,
  jobs: `select j.JobId as "JobId", j.Job as "Job", j.Name as "Name", j.Type as "Type", j.Level as "Level", j.JobStatus as "JobStatus", c.Name as "Client", f.FileSet as "FileSet", j.FileSetId as "FileSetId", j.SchedTime as "SchedTime", j.StartTime as "StartTime", j.EndTime as "EndTime", j.JobTDate as "JobTDate", j.JobFiles as "JobFiles", j.JobBytes as "JobBytes", j.ReadBytes as "ReadBytes", j.JobErrors as "JobErrors", j.JobMissingFiles as "JobMissingFiles", j.PurgedFiles as "PurgedFiles", j.PriorJobId as "PriorJobId", ${volumesWhere('')} as "Volumes", ${volumesWhere(` and m.VolStatus in ${HELD}`)} as "HeldVolumes", ${volumesWhere(` and (m.VolStatus is null or m.VolStatus in ${EMPTIED})`)} as "GoneVolumes", ${firstOf('m.VolumeName')} as "Volume", ${firstOf(STORAGE_OF_VOLUME)} as "Storage" from Job j left join Client c on c.ClientId = j.ClientId left join FileSet f on f.FileSetId = j.FileSetId order by j.JobId desc limit ${JOBS_MAX + 1}`,
} as const;
export type Query = keyof typeof QUERIES;

/** Reading it is all that is allowed: by SQLite's own switch, by the transaction in PostgreSQL. */
export function catalogueRequest(
  settings: BaculaSettings,
  query: Query,
  env: Environment,
): Pick<ProgramRequest, 'program' | 'args' | 'env' | 'cwd'> {
  const sql = QUERIES[query];
  const { sqlite, program } = settings;
  if (sqlite !== undefined) {
    const options = ['-batch', '-bail', '-readonly', '-init', '/dev/null', '-cmd', '.timeout 5000', '-json'];
    return { program: program ?? 'sqlite3', args: [...options, sqlite, sql], env, cwd: '/' };
  }
  const { host, port, database, db_user: user } = settings;
  const args = [
    '--no-psqlrc',
    '--no-password',
    '--no-align',
    '--tuples-only',
    '--quiet',
    '--set=ON_ERROR_STOP=1',
    ...(host === undefined ? [] : [`--host=${host}`]),
    ...(port === undefined ? [] : [`--port=${port}`]),
    ...(user === undefined ? [] : [`--username=${user}`]),
    `--dbname=${database}`,
    '--command=set session characteristics as transaction read only',
    `--command=select row_to_json(told) from (${sql}) told`,
  ];
  return { program: program ?? 'psql', args, env, cwd: '/' };
}

/** The rows that were printed: one array (SQLite, nothing for none), or one a line (PostgreSQL). null: something else. */
export function readRows<T extends z.ZodType>(row: z.ZodArray<T>, stdout: string): z.output<T>[] | null {
  const text = stdout.trim();
  const json = text.startsWith('[') ? text : `[${text.split('\n').filter(Boolean).join(',')}]`;
  try {
    return row.parse(JSON.parse(json));
  } catch {
    return null;
  }
}

export const versionListing = z.array(z.object({ VersionId: z.int() }));
export const storageListing = z.array(
  z.object({ Storage: z.string().min(1), Bytes: z.int().min(0).nullish().catch(null) }),
);

/** Bareos counts the versions of its tables from 2000 on; Bacula's have two digits, or four that begin with 1. */
export const toolOf = (versionId: number): 'bacula' | 'bareos' =>
  versionId >= 2000 && versionId < 3000 ? 'bareos' : 'bacula';
