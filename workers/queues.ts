import type { Logger } from 'pino';
import type { Database } from '@/server/data/database';
import type { DemoSender } from '@/server/demo/send-due-reports';
import type { DeliverySettings } from '@/server/notify/deliver';
import { metrics } from '@/server/metrics/metrics';
import { WORK_QUEUE, workPayload } from '@/server/queue/nudge';
import type { HealthKeeper } from '@/server/services/keep-health';
import type { EvidenceKeys } from '@/server/services/make-checkpoint';
import type { Press } from '@/server/services/make-due-documents';
import { workMsp } from '@/server/services/work-msp';

export interface WorkerParts {
  readonly database: Database;
  readonly log: Logger;
  /** How mail and notifications go out. */
  readonly mail: DeliverySettings;
  /** With what checkpoints of the evidence log are signed, and who time-stamps them; null: no key was given. */
  readonly evidence: { readonly keys: EvidenceKeys; readonly tsaUrl: string | null } | null;
  /** What documents are made with; null: no key was given. */
  readonly press: Press | null;
  /** The demo's agents; null where there is no demo. */
  readonly demo: DemoSender | null;
  /** Looks after how the installation itself stands. */
  readonly health: HealthKeeper;
}

/** One queue: what a job does, and how many run at once. Payloads hold ids only. */
export interface QueueDefinition {
  readonly name: string;
  readonly concurrency: number;
  work(parts: WorkerParts, payload: unknown): Promise<void>;
}

/** Every queue there is. A job is one call of a service and safe to run twice. */
export const QUEUES: readonly QueueDefinition[] = [
  {
    name: WORK_QUEUE,
    concurrency: 2,
    work: async (parts, payload) => doWork(parts, workPayload.parse(payload).mspId),
  },
];

/** Does an MSP's work and logs what failed. */
export async function doWork(
  { database, log }: Pick<WorkerParts, 'database' | 'log'>,
  mspId: string,
): Promise<void> {
  const done = await workMsp(database, mspId, () => new Date());
  const { reportVerdictSeconds } = metrics();
  for (const at of done.receivedAt)
    reportVerdictSeconds.observe(Math.max(0, Date.now() - at.getTime()) / 1000);
  for (const { rawReportId, error } of done.failures)
    log.error({ err: error, mspId, rawReportId }, 'a report could not be processed');
  if (done.reports + done.systems > 0)
    log.debug({ mspId, reports: done.reports, systems: done.systems }, 'worked');
}
