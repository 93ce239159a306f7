import type { Week } from './run-week';
import type { Expected, ExpectedFinding, ExpectedMessage } from './week-oracle';

/** What a week left, in the oracle's words. */
export async function outcomeOf({ query, received }: Week): Promise<Expected> {
  const names = new Map(
    (await query(CAUSE_NAMES)).map((row) => [String(row['causeId']), String(row['name'])] as const),
  );
  const findings = (await query(FINDINGS)).map((row): ExpectedFinding => ({
    hostname: String(row['hostname']),
    rule: String(row['rule']),
    subject: String(row['subject']),
    severity: row['severity'] as ExpectedFinding['severity'],
    openedAt: Number(row['openedAt']),
    closedAt: row['closedAt'] === null ? null : Number(row['closedAt']),
  }));
  const open = await query(
    `SELECT cause_id AS "causeId" FROM app.finding_cause WHERE closed_at IS NULL AND severity <> 'note'`,
  );
  const once = new Map(received.map((message) => [message.id, message]));
  const messages = [...once.values()].map(({ at, causes }): ExpectedMessage => ({
    at: Date.parse(at),
    subjects: causes.map(({ causeId, step }) => `${step} ${names.get(causeId)}`).toSorted(),
  }));
  const openCauses = open.map((row) => names.get(String(row['causeId'])) ?? '').toSorted();
  return { findings, messages, openCauses };
}

/** The same in one order, an entry a line: what differs is read at a glance. */
export function linesOf({ findings, messages, openCauses }: Expected): string[] {
  return [
    ...findings
      .map(
        ({ hostname, rule, subject, severity, openedAt, closedAt }) =>
          `finding ${hostname}: ${rule} (${severity}) of ${subject} from ${time(openedAt)} to ${time(closedAt)}`,
      )
      .toSorted(),
    ...messages.map(({ at, subjects }) => `message ${time(at)}: ${subjects.join('; ')}`).toSorted(),
    ...openCauses.map((name) => `open at the end: ${name}`),
  ];
}

function time(at: number | null): string {
  return at === null ? 'the end' : new Date(at).toISOString().slice(5, 16);
}

const FINDINGS = `
  SELECT y.name AS hostname, f.rule, f.subject_name AS subject, f.severity,
    extract(epoch FROM f.opened_at) * 1000 AS "openedAt", extract(epoch FROM f.closed_at) * 1000 AS "closedAt"
  FROM app.finding f JOIN app.system y USING (msp_id, system_id)`;

const CAUSE_NAMES = `
  SELECT c.cause_id AS "causeId", CASE split_part(c.cause_key, ':', 1)
    WHEN 'repository' THEN (SELECT 'repository ' || o.name || ' of ' || k.name FROM app.repository o
      WHERE o.repository_id::text = split_part(c.cause_key, ':', 2))
    WHEN 'job' THEN (SELECT 'job ' || j.name FROM app.job j WHERE j.job_id::text = split_part(c.cause_key, ':', 2))
    WHEN 'agent' THEN (SELECT 'agent ' || a.name FROM app.agent a WHERE a.agent_id::text = split_part(c.cause_key, ':', 2))
    WHEN 'data-set' THEN (SELECT 'data of ' || y.name FROM app.data_set d JOIN app.system y USING (msp_id, system_id)
      WHERE d.data_set_id::text = split_part(c.cause_key, ':', 2)) END AS name
  FROM app.finding_cause c JOIN app.client k USING (msp_id, client_id)`;
