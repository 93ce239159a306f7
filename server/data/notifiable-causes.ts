import { z } from 'zod';
import { causeTitle } from '@/domain/findings/cause-title';
import { SEVERITIES } from '@/domain/findings/harm';
import type { NotifiableCause, Subject } from '@/domain/notify/decide-messages';
import type { ToldCause } from '@/domain/notify/message-content';
import { instantText } from '@/domain/notify/message-text';
import { toldFindingRules } from '@/domain/notify/notification-rule';
import { DAY } from '@/domain/time/instant';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { causeColumns, causeJoins, selectedCause } from './finding-queue';
import type { KeptRule } from './notification-rules';
import { isServed } from './served';

/** How long something is remembered that was not told yet: longer than any quiet hours. */
const LOOK_BACK_MS = 8 * DAY;
/** Causes that a rule looks at in one go, gravest first. */
export const NOTIFIABLE_CAUSES_MAX = 5000;

const millis = z.coerce.number();
const notifiableRow = z.object({
  causeId: z.string(),
  clientId: z.string(),
  severity: z.enum(SEVERITIES),
  findingRules: z.array(z.string()),
  episode: z.int(),
  isOpen: z.boolean(),
  isWaived: z.boolean(),
  isAcknowledged: z.boolean(),
  snoozedUntil: millis.nullable(),
  hasOpened: z.boolean(),
  hasWorsened: z.boolean(),
  happenedAt: millis,
  told: z
    .object({
      step: z.enum(['opened', 'worse', 'over', 'resolved']),
      severity: z.enum(SEVERITIES),
      episode: z.int(),
      at: millis,
      isEscalated: z.boolean(),
    })
    .nullable(),
});

/**
 * The causes that a rule may have something to tell of: to those something happened since the rule came to be, in the last eight days,
 * and it told less or something else of them last. What it tells is decided by `decideMessages`.
 */
export async function notifiableCauses(
  tx: Tx,
  mspId: string,
  { ruleId, activeFrom, terms }: KeptRule,
  now: Date,
): Promise<NotifiableCause[]> {
  const from = new Date(Math.max(activeFrom.getTime(), now.getTime() - LOOK_BACK_MS));
  const { severities, clientIds, tells, escalateAfterMinutes } = terms;
  const findingRules = toldFindingRules(terms);
  const rows = await tx.$queryRaw`
    WITH happened AS MATERIALIZED (
      SELECT e.cause_id, min(e.at) AS first_at, max(e.at) AS last_at, bool_or(e.kind IN ('opened', 'reopened')) AS has_opened,
        bool_or(e.kind = 'worsened') AS has_worsened
      FROM app.finding_event e
      WHERE e.msp_id = ${mspId}::uuid AND e.at >= ${from} AND e.change_id IS NULL AND e.kind NOT LIKE 'ticket-%'
      GROUP BY e.cause_id)
    SELECT c.cause_id::text AS "causeId", c.client_id::text AS "clientId", c.severity, c.rules AS "findingRules",
      c.flap_count AS episode, c.closed_at IS NULL AS "isOpen",
      c.finding_count > 0 AND c.waived_count = c.finding_count AS "isWaived", c.acknowledged_at IS NOT NULL AS "isAcknowledged",
      trunc(extract(epoch FROM c.snoozed_until) * 1000)::float8 AS "snoozedUntil", h.has_opened AS "hasOpened",
      h.has_worsened AS "hasWorsened", trunc(extract(epoch FROM coalesce((SELECT min(e.at) FROM app.finding_event e
        WHERE e.msp_id = ${mspId}::uuid AND e.cause_id = c.cause_id AND e.change_id IS NULL AND e.at >= ${from}
          AND e.kind NOT LIKE 'ticket-%'
          AND (t.at IS NULL OR e.at > t.at)), h.last_at)) * 1000)::float8 AS "happenedAt",
      CASE WHEN t.step IS NOT NULL THEN jsonb_build_object('step', t.step, 'episode', t.episode,
        'severity', (ARRAY['critical', 'warning', 'note'])[t.severity_rank],
        'at', trunc(extract(epoch FROM s.first_at) * 1000), 'isEscalated', s.is_escalated) END AS told
    FROM happened h
    JOIN app.finding_cause c ON c.msp_id = ${mspId}::uuid AND c.cause_id = h.cause_id
    LEFT JOIN LATERAL (
      SELECT n.step, n.severity_rank, n.episode, n.at FROM app.notification_told n
      WHERE n.msp_id = ${mspId}::uuid AND n.rule_id = ${ruleId}::uuid AND n.cause_id = c.cause_id AND n.step <> 'escalated'
      ORDER BY n.at DESC, n.episode DESC, n.severity_rank LIMIT 1) t ON true
    LEFT JOIN LATERAL (
      SELECT min(n.at) AS first_at, bool_or(n.step = 'escalated') AS is_escalated FROM app.notification_told n
      WHERE n.msp_id = ${mspId}::uuid AND n.rule_id = ${ruleId}::uuid AND n.cause_id = c.cause_id AND n.episode = t.episode) s
      ON true
    WHERE (c.closed_at IS NOT NULL OR c.waived_count < c.finding_count OR c.finding_count = 0)
      AND ${isServed(mspId, Prisma.sql`c.client_id`)}
      AND CASE WHEN t.step IN ('opened', 'worse') THEN
          (c.closed_at IS NOT NULL AND ${tells.includes('resolved')}::boolean)
          OR (c.closed_at IS NULL AND (c.severity_rank < t.severity_rank
            OR (${escalateAfterMinutes !== null}::boolean AND c.acknowledged_at IS NULL AND NOT s.is_escalated)))
        ELSE (t.step IS NULL OR t.episode < c.flap_count) AND c.severity = ANY (${severities}::text[])
          AND (${clientIds}::uuid[] IS NULL OR c.client_id = ANY (${clientIds}::uuid[]))
          AND (${findingRules}::text[] IS NULL OR c.rules && ${findingRules}::text[]) END
    ORDER BY c.severity_rank, h.first_at, c.cause_id LIMIT ${NOTIFIABLE_CAUSES_MAX}`;
  return z.array(notifiableRow).parse(rows);
}

const describedRow = causeColumns.extend({ openedAt: z.date() });

/** Some of what a rule tells, in the order given, described as it is now. */
export async function describeSubjects(
  tx: Tx,
  mspId: string,
  subjects: readonly Subject[],
  timeZone: string,
): Promise<ToldCause[]> {
  const ids = subjects.map(({ causeId }) => causeId);
  const rows = z.array(describedRow).parse(
    await tx.$queryRaw`SELECT ${selectedCause}, c.last_opened_at AS "openedAt" FROM app.finding_cause c ${causeJoins(mspId)}
      WHERE c.msp_id = ${mspId}::uuid AND c.cause_id = ANY (${ids}::uuid[])`,
  );
  const words = { formatInstant: (at: number) => instantText(at, timeZone) };
  const causes = new Map(rows.map((row) => [row.causeId, row]));
  return subjects.flatMap(({ causeId, step }) => {
    const cause = causes.get(causeId);
    if (!cause) return [];
    const { severity, clientName, systemCount, findingCount, openedAt, closedAt, lead } = cause;
    return [
      {
        causeId,
        step,
        severity,
        clientName,
        title: causeTitle(cause, words),
        systemCount,
        findingCount,
        openedAt: openedAt.getTime(),
        closedAt: closedAt?.getTime() ?? null,
        isDrill: lead?.rule === 'drill',
      },
    ];
  });
}
