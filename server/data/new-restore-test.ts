import { z } from 'zod';
import { dueAtOf, type TestedCopy } from '@/domain/restore-test/tested-copy';
import type { Instant } from '@/domain/time/instant';
import type { TenantScope } from '../tenancy/tenant-scope';
import { listClientNames } from './clients';
import type { Database, Tx } from './database';
import { instant } from './fact-rows';
import { judgeSeen } from './judge-seen';
import { selectRestoreRecords } from './restore-records';
import { readTestedCopies } from './tested-copies';

/** Of each repository; older points are named in the method. */
const POINTS_MAX = 40;
const SYSTEMS_MAX = 2000;

/** How far the person got who wants to record a test; null: not chosen yet. */
export interface NewTestView {
  readonly clientId: string | null;
  readonly systemId: string | null;
  readonly pointId: string | null;
  readonly retestOf: string | null;
}

interface TestablePoint {
  readonly pointId: string;
  readonly repository: string;
  readonly point: string;
  readonly takenAt: Instant;
}

/** What there is to choose from. */
export interface NewTestChoices {
  readonly clients: readonly { readonly clientId: string; readonly name: string }[];
  readonly clientId: string | null;
  /** Of the chosen client, those that have recovery points. */
  readonly systems: readonly { readonly systemId: string; readonly name: string }[];
  readonly systemId: string | null;
}

/** What a restore test can be recorded of. */
export interface ChosenSystem {
  readonly systemId: string;
  readonly systemName: string;
  readonly clientName: string;
  readonly timeZone: string;
  readonly policy: TestedCopy['policy'];
  readonly rtoSeconds: number | null;
  readonly rpoSeconds: number;
  readonly cadenceDays: number;
  /** Of the newest point; null: nothing was tested before. */
  readonly dueAt: Instant | null;
  readonly points: readonly TestablePoint[];
  readonly pointId: string | null;
  /** Failures of the system that nobody followed up. */
  readonly failures: readonly { readonly recordId: string; readonly at: Instant }[];
  readonly retestOf: string | null;
}

const systemRow = z.object({ systemId: z.string(), name: z.string() });
const pointRow = z.object({
  pointId: z.string(),
  repository: z.string(),
  point: z.string(),
  takenAt: instant,
});

/** What there is to choose from; a point or a failed record leads to its system and client. */
export async function readNewTestChoices(
  database: Database,
  scope: TenantScope,
  view: NewTestView,
): Promise<NewTestChoices> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const clients = await listClientNames(tx, mspId);
    const subject = await subjectOf(tx, mspId, view);
    const clientId =
      subject?.clientId ?? clients.find((one) => one.clientId === view.clientId)?.clientId ?? null;
    const systems = clientId === null ? [] : await listTestableSystems(tx, mspId, clientId);
    return { clients, clientId, systems, systemId: subject?.systemId ?? null };
  });
}

/** What is known of the system that was chosen; null: none is, it has nothing to restore, or it is not the reader's to see. */
export async function readChosenSystem(
  database: Database,
  scope: TenantScope,
  systemId: string | null,
  view: NewTestView,
  now: Date,
): Promise<ChosenSystem | null> {
  if (systemId === null) return null;
  const { mspId } = scope;
  // What was promised, and repositories of the MSP's own, not everybody sees.
  return judgeSeen(
    database,
    scope,
    (tx) => subjectOf(tx, mspId, { clientId: null, systemId, pointId: null, retestOf: null }),
    (tx) => chosenSystem(tx, mspId, systemId, view, now),
  );
}

/** The system by its main name, whichever of the ids is there. */
async function subjectOf(
  tx: Tx,
  mspId: string,
  { systemId, pointId, retestOf }: NewTestView,
): Promise<{ systemId: string; clientId: string } | null> {
  const rows = await tx.$queryRaw`
    WITH named AS (
      SELECT y.system_id FROM app.system y WHERE y.msp_id = ${mspId}::uuid AND y.system_id = ${systemId}::uuid
      UNION ALL
      SELECT p.system_id FROM app.recovery_point p WHERE p.msp_id = ${mspId}::uuid AND p.point_id = ${pointId}::uuid
      UNION ALL
      SELECT r.system_id FROM app.restore_record r WHERE r.msp_id = ${mspId}::uuid AND r.record_id = ${retestOf}::uuid
    )
    SELECT m.system_id::text AS "systemId", m.client_id::text AS "clientId"
    FROM named n JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = n.system_id
    JOIN app.system m ON m.msp_id = ${mspId}::uuid AND m.system_id = coalesce(y.merged_into_id, y.system_id) LIMIT 1`;
  return z.array(z.object({ systemId: z.string(), clientId: z.string() })).parse(rows)[0] ?? null;
}

async function listTestableSystems(
  tx: Tx,
  mspId: string,
  clientId: string,
): Promise<NewTestChoices['systems']> {
  return z.array(systemRow).parse(
    await tx.$queryRaw`
      SELECT y.system_id::text AS "systemId", y.name FROM app.system y
      WHERE y.msp_id = ${mspId}::uuid AND y.client_id = ${clientId}::uuid AND y.archived_at IS NULL
        AND y.merged_into_id IS NULL AND EXISTS (SELECT FROM app.recovery_point p
          WHERE p.msp_id = ${mspId}::uuid AND p.system_id = y.system_id)
      ORDER BY lower(y.name), y.system_id LIMIT ${SYSTEMS_MAX}`,
  );
}

async function chosenSystem(
  tx: Tx,
  mspId: string,
  systemId: string,
  { pointId, retestOf }: NewTestView,
  now: Date,
): Promise<ChosenSystem | null> {
  const points = z.array(pointRow).parse(
    await tx.$queryRaw`
      SELECT p.point_id::text AS "pointId", o.name AS repository, p.point_key AS point, p.taken_at AS "takenAt"
      FROM (SELECT q.*, row_number() OVER (PARTITION BY q.repository_id ORDER BY q.taken_at DESC, q.point_id) AS place
        FROM app.recovery_point q JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = q.system_id
        WHERE q.msp_id = ${mspId}::uuid AND coalesce(y.merged_into_id, y.system_id) = ${systemId}::uuid) p
      JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = p.repository_id
      WHERE p.place <= ${POINTS_MAX} OR p.point_id = ${pointId}::uuid
      ORDER BY lower(o.name), o.repository_id, p.taken_at DESC`,
  );
  const newest = points.reduce<TestablePoint | null>(
    (best, one) => (best === null || one.takenAt > best.takenAt ? one : best),
    null,
  );
  if (newest === null) return null;
  const asked = points.find((one) => one.pointId === pointId) ?? newest;
  const [tested] = await readTestedCopies(
    tx,
    mspId,
    [{ pointId: asked.pointId, endedAt: now.getTime() }],
    now,
  );
  if (!tested) return null;
  const failures = await selectRestoreRecords(tx, mspId, { systemId, hasOpenFailure: true, limit: 50 });
  return {
    systemId,
    systemName: tested.systemName,
    clientName: tested.client.name,
    timeZone: tested.client.timeZone,
    policy: tested.policy,
    rtoSeconds: tested.rtoSeconds,
    rpoSeconds: tested.rpoSeconds,
    cadenceDays: Math.round(tested.cadenceSeconds / 86_400),
    dueAt: dueAtOf(tested),
    points,
    pointId: points.some((one) => one.pointId === pointId) ? pointId : null,
    failures: failures.map(({ recordId, performedAt }) => ({ recordId, at: performedAt })),
    retestOf: failures.some((one) => one.recordId === retestOf) ? retestOf : null,
  };
}
