import { z } from 'zod';
import type { Tx } from './database';
import { type Enrolment, findEnrolment } from './enrolment-tokens';
import { listDerivedFacts } from './raw-reports';

/** The first report since an agent spent its token. */
interface FirstReport {
  readonly rawReportId: string;
  readonly receivedAt: Date;
  readonly state: 'pending' | 'processed' | 'quarantined';
  /** Why it was put aside, or what of it was left out. */
  readonly reason: string | null;
  /** How far the machine's clock was behind ours, in milliseconds; negative: ahead. */
  readonly clockSkewMs: number;
  readonly runs: number;
  readonly points: number;
  readonly repositories: number;
  /** What it speaks of, by name. */
  readonly systems: readonly { systemId: string; name: string }[];
}

/** How far an enrolment has come. */
export interface EnrolmentProgress {
  readonly enrolment: Enrolment;
  readonly agent: { agentId: string; hostname: string; os: string | null; version: string } | null;
  readonly firstReport: FirstReport | null;
}

const agentRow = z.object({
  agentId: z.string(),
  hostname: z.string(),
  os: z.string().nullable(),
  version: z.string(),
});
const reportRow = z.object({
  rawReportId: z.string(),
  agentId: z.string(),
  clientId: z.string().nullable(),
  receivedAt: z.date(),
  sentAt: z.date(),
  state: z.enum(['pending', 'processed', 'quarantined']),
  reason: z.string().nullable(),
});

/** null: not there, or another MSP's. */
export async function readEnrolmentProgress(
  tx: Tx,
  mspId: string,
  enrolmentId: string,
): Promise<EnrolmentProgress | null> {
  const enrolment = await findEnrolment(tx, mspId, enrolmentId);
  if (!enrolment) return null;
  const { agentId, spentAt } = enrolment;
  if (agentId === null || spentAt === null) return { enrolment, agent: null, firstReport: null };
  const agent = await tx.agent.findUnique({ where: { mspId_agentId: { mspId, agentId } } });
  return {
    enrolment,
    agent: agent && agentRow.parse(agent),
    firstReport: await readFirstReport(tx, mspId, agentId, spentAt),
  };
}

async function readFirstReport(
  tx: Tx,
  mspId: string,
  agentId: string,
  since: Date,
): Promise<FirstReport | null> {
  const rows = await tx.$queryRaw`
    SELECT r.raw_report_id::text AS "rawReportId", r.agent_id::text AS "agentId", r.client_id::text AS "clientId",
      r.received_at AS "receivedAt", r.sent_at AS "sentAt", i.state, i.reason
    FROM app.raw_report r
    JOIN app.inbox i ON i.msp_id = r.msp_id AND i.raw_report_id = r.raw_report_id
    WHERE r.msp_id = ${mspId}::uuid AND r.agent_id = ${agentId}::uuid AND r.received_at >= ${since}
    ORDER BY r.received_at, r.raw_report_id LIMIT 1`;
  const [report] = z.array(reportRow).parse(rows);
  if (!report) return null;
  const facts = await listDerivedFacts(tx, mspId, report);
  const countOf = (kind: (typeof facts)[number]['kind']): number =>
    facts.filter((fact) => fact.kind === kind).length;
  const systems = facts.flatMap(({ systemId, systemName }): [string, string][] =>
    systemId !== null && systemName !== null ? [[systemId, systemName]] : [],
  );
  const { rawReportId, receivedAt, sentAt, state, reason } = report;
  return {
    rawReportId,
    receivedAt,
    state,
    reason,
    clockSkewMs: receivedAt.getTime() - sentAt.getTime(),
    runs: countOf('run'),
    points: countOf('recovery-point'),
    repositories: countOf('repository'),
    systems: [...new Map(systems)].map(([systemId, name]) => ({ systemId, name })),
  };
}
