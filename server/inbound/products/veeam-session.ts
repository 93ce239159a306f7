import { z } from 'zod';
import { veeamSessionKind } from '@/domain/pull/veeam-session';
import type { InboundItem, InboundStatus } from '../inbound-report';
import type { InboundWebhook } from '../inbound-webhook';
import { decided, lineOf, told, worstOf } from '../read-text';

const instant = z.string().max(50);
const result = z.object({
  result: z.string().max(50),
  message: z.string().max(100_000).nullish(),
  isCanceled: z.boolean().nullish(),
});
const session = z.object({
  id: z.string().min(1).max(100),
  name: z.string().min(1).max(1000),
  sessionType: z.string().max(100),
  creationTime: instant,
  endTime: instant.nullish(),
  state: z.string().max(50),
  result: result.nullish(),
  /** What `/sessions/{id}/taskSessions` lists, put with it by the connector; left out: nobody knows. */
  taskSessions: z
    .array(
      z.object({
        name: z.string().min(1).max(500),
        state: z.string().max(50).nullish(),
        result: result.nullish(),
      }),
    )
    .max(10_000)
    .optional(),
});

/** A session of Veeam Backup & Replication, as its REST API has it (`/api/v1/sessions`). */
export const veeamSession: InboundWebhook = {
  product: 'veeam_vbr',
  confidence: 'unverified',
  parse: (json) => {
    const read = session.safeParse(json);
    if (!read.success) return null;
    const { name, sessionType, creationTime, endTime, state, result: ended, taskSessions } = read.data;
    const kind = veeamSessionKind(sessionType);
    if (kind === null) return [];
    const items = taskSessions?.map(itemOf) ?? null;
    const said = state === 'Stopped' ? statusOf(ended) : null;
    return [
      told({
        status: items === null ? said : withItems(said, items),
        kind: kind === 'backup' ? ('job_result' as const) : ('replication' as const),
        job: name,
        operation: sessionType,
        started_at: isoOf(creationTime),
        ended_at: isoOf(endTime),
        // A time that cannot be read is still that of one session.
        is_dated: true,
        message: said === 'success' ? null : lineOf(ended?.message, 2000),
        items: items !== null && items.length > 0 ? items : null,
      }),
    ];
  },
};

/** `Success`, `Warning`, `Failed`; `None` says nothing. What somebody stopped has not succeeded. */
function statusOf(ended: z.output<typeof result> | null | undefined): InboundStatus | null {
  if (!ended) return null;
  if (ended.isCanceled === true) return 'failed';
  switch (ended.result) {
    case 'Success':
      return 'success';
    case 'Warning':
      return 'warning';
    case 'Failed':
      return 'failed';
    default:
      return null;
  }
}

/** A success needs machines, and each of them to have ended well: one of none says nothing. */
function withItems(said: InboundStatus | null, items: readonly InboundItem[]): InboundStatus | null {
  const each = items.map(({ status }) => status);
  const isWhole = each.length > 0 && each.every((status) => status !== null);
  return decided(said === 'success' && !isWhole ? null : said, worstOf(each));
}

type Task = NonNullable<z.output<typeof session>['taskSessions']>[number];

function itemOf({ name, state, result: ended }: Task): InboundItem {
  const status = state == null || state === 'Stopped' ? statusOf(ended) : null;
  return told({ name, status, message: status === 'success' ? null : lineOf(ended?.message, 2000) });
}

/** Of a time without a zone nothing: the server's is not known. */
function isoOf(text: string | null | undefined): string | null {
  const isZoned = text != null && /(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
  const at = isZoned ? Date.parse(text) : Number.NaN;
  return Number.isFinite(at) ? new Date(at).toISOString() : null;
}
