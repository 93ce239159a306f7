import { z } from 'zod';
import { WATCHDOG_FAILURES, type OwnFacts, type OwnQueue, type QueueFact } from '@/domain/health/own-facts';
import { workerScope } from '../auth/system-scope';
import type { Database, Tx } from './database';
import { instant } from './fact-rows';
import { listMspIds } from './work-due';

/** As JSON of Postgres has it. */
const jsonInstant = z.string().transform(Date.parse);
const queueRow = z.object({
  waiting: z.int(),
  oldest: jsonInstant.nullable(),
  failing: z.int(),
  failingSince: jsonInstant.nullable(),
});
const queueRows = z.object({
  reports: queueRow,
  verdicts: queueRow,
  mail: queueRow,
  notifications: queueRow,
});

type Queues = Record<OwnQueue, QueueFact>;

const NOTHING: QueueFact = { oldestAt: null, failingSince: null, waiting: 0, failing: 0 };

/** What waits at `now` over all MSPs, one after the other, each in its own scope. */
export async function measureQueues(database: Database, now: Date): Promise<Queues> {
  let sum: Queues = { reports: NOTHING, verdicts: NOTHING, mail: NOTHING, notifications: NOTHING };
  for (const mspId of await listMspIds(database)) {
    const found = await database.inScope(workerScope(mspId), (tx) => readQueues(tx, mspId, now));
    sum = {
      reports: together(sum.reports, found.reports),
      verdicts: together(sum.verdicts, found.verdicts),
      mail: together(sum.mail, found.mail),
      notifications: together(sum.notifications, found.notifications),
    };
  }
  return sum;
}

/** What waits of an MSP at `now`. Of what is to be evaluated at an instant, only what is due. */
export async function readQueues(tx: Tx, mspId: string, now: Date): Promise<Queues> {
  const rows = await tx.$queryRaw`
    SELECT
      (SELECT jsonb_build_object('waiting', count(*), 'oldest', min(received_at),
          'failing', count(*) FILTER (WHERE attempts > 0), 'failingSince', min(received_at) FILTER (WHERE attempts > 0))
        FROM app.inbox WHERE msp_id = ${mspId}::uuid AND state = 'pending') AS reports,
      (SELECT jsonb_build_object('waiting', count(*), 'oldest', min(least(dirty_at, changes_at)), 'failing', 0, 'failingSince', NULL)
        FROM app.system_status WHERE msp_id = ${mspId}::uuid AND least(dirty_at, changes_at) <= ${now}) AS verdicts,
      (SELECT jsonb_build_object('waiting', count(*), 'oldest', min(created_at),
          'failing', count(*) FILTER (WHERE problem IS NOT NULL), 'failingSince', min(created_at) FILTER (WHERE problem IS NOT NULL))
        FROM app.mail_outbox WHERE msp_id = ${mspId}::uuid AND state = 'waiting') AS mail,
      (SELECT jsonb_build_object('waiting', count(*), 'oldest', min(created_at),
          'failing', count(*) FILTER (WHERE problem IS NOT NULL), 'failingSince', min(created_at) FILTER (WHERE problem IS NOT NULL))
        FROM app.notification WHERE msp_id = ${mspId}::uuid AND state = 'waiting') AS notifications`;
  const [found] = z.tuple([queueRows]).parse(rows);
  return {
    reports: factOf(found.reports),
    verdicts: factOf(found.verdicts),
    mail: factOf(found.mail),
    notifications: factOf(found.notifications),
  };
}

function factOf({ waiting, oldest, failing, failingSince }: z.output<typeof queueRow>): QueueFact {
  return { waiting, oldestAt: oldest, failing, failingSince };
}

function together(one: QueueFact, other: QueueFact): QueueFact {
  return {
    waiting: (one.waiting ?? 0) + (other.waiting ?? 0),
    failing: (one.failing ?? 0) + (other.failing ?? 0),
    oldestAt: earlier(one.oldestAt, other.oldestAt),
    failingSince: earlier(one.failingSince, other.failingSince),
  };
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

const databaseRow = z.object({
  heardAt: instant.nullable(),
  databaseBytes: z.bigint().transform(Number),
  evidenceKeySince: instant.nullable(),
  stampWaitsSince: instant.nullable(),
  stampToken: z.instanceof(Uint8Array).nullable(),
});

/** What belongs to no MSP: when the ingestion process was last alive, the size of the database, and what the evidence log is signed with. */
export async function readInstallation(database: Database): Promise<z.output<typeof databaseRow>> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`
    WITH stamped AS (SELECT checkpoint_id, tsa_token FROM audit.checkpoint WHERE tsa_at IS NOT NULL ORDER BY checkpoint_id DESC LIMIT 1)
    SELECT (SELECT at FROM app.ingest_beat) AS "heardAt", pg_database_size(current_database()) AS "databaseBytes",
      (SELECT max(valid_from) FROM audit.evidence_key WHERE valid_to IS NULL) AS "evidenceKeySince",
      (SELECT min(c.at) FROM audit.checkpoint c WHERE c.checkpoint_id > coalesce((SELECT checkpoint_id FROM stamped), 0))
        AS "stampWaitsSince",
      (SELECT tsa_token FROM stamped) AS "stampToken"`,
  );
  return z.tuple([databaseRow]).parse(rows)[0];
}

/** Keeps what was measured, for the health page. `facts` are without figures (`withoutFigures`). */
export async function keepOwnHealth(database: Database, facts: OwnFacts): Promise<void> {
  await database.withoutScope(
    (tx) =>
      tx.$executeRaw`INSERT INTO app.own_health AS h (health_id, measured_at, facts)
        VALUES (1, ${new Date(facts.measuredAt)}, ${JSON.stringify(facts)}::jsonb)
        ON CONFLICT (health_id) DO UPDATE SET measured_at = excluded.measured_at, facts = excluded.facts
        WHERE h.measured_at <= excluded.measured_at`,
  );
}

const at = z.number().nullable();
const queueFact = z.object({ oldestAt: at, failingSince: at, waiting: at, failing: at });
const ownFacts = z.object({
  measuredAt: z.number(),
  sweptAt: at,
  heardAt: at,
  queues: z
    .object({ reports: queueFact, verdicts: queueFact, mail: queueFact, notifications: queueFact })
    .nullable(),
  backup: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('elsewhere') }),
    z.object({ kind: z.literal('unreadable') }),
    z.object({
      kind: z.literal('here'),
      takenAt: at,
      isPlanned: z.boolean(),
      isBeside: z.boolean(),
      drill: z.object({ at: z.number(), isGood: z.boolean() }).nullable(),
    }),
  ]),
  disk: z.union([
    z.literal('elsewhere'),
    z.object({ freeBytes: z.number(), totalBytes: z.number() }),
    z.null(),
  ]),
  databaseBytes: z.number().nullable(),
  evidenceKeySince: at,
  timeStamps: z.object({ isAsked: z.boolean(), waitsSince: at }),
  certificates: z.array(
    z.object({ of: z.enum(['documents', 'browsers', 'agents', 'time-stamps']), endsAt: at }),
  ),
  watchdog: z.object({
    isOn: z.boolean(),
    last: z.object({ at: z.number(), failure: z.enum(WATCHDOG_FAILURES).nullable() }).nullable(),
  }),
  outside: z.object({ isTold: z.boolean(), lastTold: z.boolean().nullable() }),
}) satisfies z.ZodType<OwnFacts>;

/** What was measured last; null: nothing was, or by a version that measured otherwise. */
export async function readOwnHealth(tx: Tx): Promise<OwnFacts | null> {
  const rows = await tx.$queryRaw`SELECT facts FROM app.own_health`;
  const [kept] = z.array(z.object({ facts: z.unknown() })).parse(rows);
  return ownFacts
    .nullable()
    .catch(null)
    .parse(kept?.facts ?? null);
}
