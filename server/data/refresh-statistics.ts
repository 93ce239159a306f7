import type { Database } from './database';

/**
 * Tells Postgres how many rows there are of what: after many at once it would guess, and read whole tables again and
 * again, until it looks by itself a minute later. Needs the migrator's database.
 */
export async function refreshStatistics(migratorDatabase: Database): Promise<void> {
  await migratorDatabase.withoutScope(
    (
      tx,
    ) => tx.$executeRaw`ANALYZE app.system, app.data_set, app.agent, app.agent_stream, app.raw_report, app.inbox,
      app.repository, app.declaration, app.job, app.run, app.run_identity, app.recovery_point, app.verification,
      app.restore_test, app.policy, app.policy_version, app.policy_assignment, app.system_tag, app.verdict,
      app.system_status, app.status_change, app.finding, app.finding_cause, app.finding_event, app.reported_problem,
      app.work_due`,
  );
}
