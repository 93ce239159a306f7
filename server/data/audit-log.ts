import { z } from 'zod';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { holdingPattern } from './like-pattern';

/** Events that one page shows. */
export const AUDIT_PAGE_SIZE = 100;

/** What events are about → the first word of their actions. */
export const AUDIT_SUBJECTS = {
  people: ['person', 'invitation', 'sign-in', 'msp', 'fleet-view', 'findings-view'],
  declarations: ['declaration'],
  machines: ['agent', 'enrolment-token', 'report'],
  inbox: ['reports', 'system', 'data-set'],
  clients: ['client', 'site'],
  policies: ['policy'],
  verdicts: ['verdict'],
  findings: ['finding'],
  'restore tests': ['restore-test'],
  evidence: ['evidence-note', 'legal-hold', 'personal-values', 'reports'],
} as const satisfies Record<string, readonly string[]>;
export type AuditSubject = keyof typeof AUDIT_SUBJECTS;

/** Which events are asked for. */
export interface AuditFilter {
  /** In the action, in names and values, without regard to case; empty: any. */
  readonly search: string;
  readonly subject: AuditSubject | null;
  readonly clientId: string | null;
  /** A person or an agent. */
  readonly actorId: string | null;
  /** Half-open; null: no bound. */
  readonly from: Date | null;
  readonly to: Date | null;
}

const stored = z.object({
  seq: z.bigint().transform(Number),
  at: z.date(),
  action: z.string(),
  clientId: z.string().nullable(),
  body: z.string(),
  hash: z.string(),
});
const named = z
  .record(z.string(), z.unknown())
  .nullable()
  .transform((values) => values ?? {});
const said = z.object({
  actor: z.object({ id: z.string().nullable(), role: z.string().nullable() }),
  target: named,
  details: named,
});
// A log that somebody changed is shown all the same: the check says where.
const NOTHING_SAID: z.output<typeof said> = { actor: { id: null, role: null }, target: {}, details: {} };

const row = stored
  .extend({
    /** What the chain holds commitments to only, until it is erased. */
    private: z.record(z.string(), z.string()),
  })
  .transform((event) => ({ ...event, ...(said.safeParse(parsedBody(event.body)).data ?? NOTHING_SAID) }));
/** An event of the log. `body`: the exact text that `hash` (SHA-256, hex) is over; actor, target and details are read from it. */
export type AuditRow = z.output<typeof row>;

/** What an event's text says; null: it is no JSON. */
export function parsedBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** At most `limit` events before the one of this number (null: from the newest), newest first. */
export async function listAuditEvents(
  tx: Tx,
  mspId: string,
  filter: AuditFilter,
  before: number | null,
  limit: number,
): Promise<AuditRow[]> {
  const rows = await tx.$queryRaw`
    SELECT e.seq, e.at, e.action, e.client_id::text AS "clientId", e.body, encode(e.hash, 'hex') AS hash,
      coalesce((SELECT jsonb_object_agg(p.field, p.value) FROM audit.event_private p
        WHERE p.msp_id = e.msp_id AND p.seq = e.seq), '{}') AS private
    FROM audit.event e
    WHERE e.msp_id = ${mspId}::uuid AND ${matching(filter)}
      AND (${before}::bigint IS NULL OR e.seq < ${before}::bigint)
    ORDER BY e.seq DESC LIMIT ${limit}`;
  return z.array(row).parse(rows);
}

function matching({ search, subject, clientId, actorId, from, to }: AuditFilter): Prisma.Sql {
  const words = subject === null ? null : AUDIT_SUBJECTS[subject];
  const like = holdingPattern(search);
  const conditions = [
    words && Prisma.sql`split_part(e.action, '.', 1) = ANY (${[...words]}::text[])`,
    clientId && Prisma.sql`e.client_id = ${clientId}::uuid`,
    actorId && Prisma.sql`e.actor_id = ${actorId}::uuid`,
    from && Prisma.sql`e.at >= ${from}`,
    to && Prisma.sql`e.at < ${to}`,
    search !== '' &&
      Prisma.sql`(e.body ILIKE ${like} OR EXISTS (SELECT FROM audit.event_private p
        WHERE p.msp_id = e.msp_id AND p.seq = e.seq AND p.value ILIKE ${like}))`,
  ].filter((condition) => condition !== null && condition !== false);
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join(conditions, ' AND ');
}

const nameRow = z.object({
  id: z.string(),
  kind: z.enum(['system', 'agent', 'repository', 'history-import']),
  name: z.string(),
});
/** What an id of an event's target stands for, where there is a page of it. */
export type AuditName = z.output<typeof nameRow>;

/** The systems, agents, repositories and imports of history of these ids, as they are called now. */
export async function listAuditNames(tx: Tx, mspId: string, ids: readonly string[]): Promise<AuditName[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw`
    SELECT system_id::text AS id, 'system' AS kind, name FROM app.system
      WHERE msp_id = ${mspId}::uuid AND system_id = ANY (${[...ids]}::uuid[])
    UNION ALL SELECT import_id::text, 'history-import', name FROM app.history_import
      WHERE msp_id = ${mspId}::uuid AND import_id = ANY (${[...ids]}::uuid[])
    UNION ALL SELECT agent_id::text, 'agent', name FROM app.agent
      WHERE msp_id = ${mspId}::uuid AND channel <> 'import' AND agent_id = ANY (${[...ids]}::uuid[])
    UNION ALL SELECT repository_id::text, 'repository', name FROM app.repository
      WHERE msp_id = ${mspId}::uuid AND repository_id = ANY (${[...ids]}::uuid[])`;
  return z.array(nameRow).parse(rows);
}

const linkRow = stored.extend({
  actorId: z.string().nullable(),
  /** Salted hashes of the private values that are kept still. */
  commitments: z.record(z.string(), z.string()),
});
/** An event as the check of the chain reads it. */
export type AuditLink = z.output<typeof linkRow>;

/** At most `limit` events after the one of this number, oldest first. */
export async function listAuditLinks(
  tx: Tx,
  mspId: string,
  after: number,
  limit: number,
): Promise<AuditLink[]> {
  const rows = await tx.$queryRaw`
    SELECT e.seq, e.at, e.action, e.client_id::text AS "clientId", e.actor_id::text AS "actorId", e.body,
      encode(e.hash, 'hex') AS hash,
      coalesce((SELECT jsonb_object_agg(p.field, encode(sha256(p.salt || convert_to(p.value, 'utf8')), 'hex'))
        FROM audit.event_private p WHERE p.msp_id = e.msp_id AND p.seq = e.seq), '{}') AS commitments
    FROM audit.event e
    WHERE e.msp_id = ${mspId}::uuid AND e.seq > ${after}::bigint ORDER BY e.seq LIMIT ${limit}`;
  return z.array(linkRow).parse(rows);
}
