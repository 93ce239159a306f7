import { ingestScope } from '../auth/system-scope';
import { storeReports, type StoreOutcome, type VerifiedDelivery } from '../data/ingest-reports';
import type { IngestStore } from '../data/ingest-store';
import { AppError } from '../errors';

/** Keeps deliveries; those of one MSP that arrive together share a transaction. */
export interface ReportCommitter {
  /**
   * Resolves after COMMIT.
   * @throws AppError `unavailable` when too much is waiting already or the database does not answer
   */
  commit(mspId: string, delivery: VerifiedDelivery): Promise<StoreOutcome>;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

interface Waiting {
  readonly delivery: VerifiedDelivery;
  readonly resolve: (outcome: StoreOutcome) => void;
  readonly reject: (error: Error) => void;
}

const BATCH_REPORTS_MAX = 200;
const BATCH_BYTES_MAX = 8 * 1024 * 1024;
const WAITING_REPORTS_MAX = 5000;
const WAITING_BYTES_MAX = 128 * 1024 * 1024;

/** @param onStored called once a batch, after its commit, with the MSP that has new reports */
export function createReportCommitter(
  store: IngestStore,
  onStored: (mspId: string) => void,
): ReportCommitter {
  const queues = new Map<string, Waiting[]>();
  const running = new Map<string, Promise<void>>();
  let waitingCount = 0;
  let waitingBytes = 0;

  async function flush(mspId: string, queue: Waiting[]): Promise<void> {
    for (;;) {
      const batch = takeBatch(queue);
      if (batch.length === 0) break;
      await settle(mspId, batch);
      waitingCount -= batch.length;
      waitingBytes -= bytesOf(batch);
    }
    queues.delete(mspId);
    running.delete(mspId);
  }

  async function settle(mspId: string, batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await storeBatch(store, mspId, batch);
      batch.forEach(({ resolve }, index) => resolve(outcomes[index] ?? 'conflict'));
      if (outcomes.includes('stored')) onStored(mspId);
    } catch (error) {
      // One delivery that the database refuses must not take its neighbours with it.
      if (batch.length > 1 && isRefusal(error)) {
        for (const one of batch) await settle(mspId, [one]);
        return;
      }
      for (const { reject } of batch) reject(unavailable(error));
    }
  }

  return {
    commit: (mspId, delivery) => {
      if (waitingCount >= WAITING_REPORTS_MAX || waitingBytes >= WAITING_BYTES_MAX)
        return Promise.reject(unavailable(null));
      waitingCount++;
      waitingBytes += delivery.body.length;
      return new Promise((resolve, reject) => {
        const queue = queues.get(mspId) ?? [];
        queue.push({ delivery, resolve, reject });
        queues.set(mspId, queue);
        if (!running.has(mspId)) {
          // One turn of the event loop lets the deliveries that have just been read join.
          const done = new Promise<void>((next) => setImmediate(next)).then(() => flush(mspId, queue));
          running.set(mspId, done);
        }
      });
    },
    drained: async () => {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}

/** The next deliveries, in order; a second one of the same number waits for the next batch. */
function takeBatch(queue: Waiting[]): Waiting[] {
  const batch: Waiting[] = [];
  const later: Waiting[] = [];
  const names = new Set<string>();
  let bytes = 0;
  let taken = 0;
  for (const one of queue) {
    if (batch.length >= BATCH_REPORTS_MAX || bytes >= BATCH_BYTES_MAX) break;
    taken++;
    const { agentId, epoch, sequence, body } = one.delivery;
    const name = `${agentId} ${epoch} ${sequence}`;
    if (names.has(name)) {
      later.push(one);
      continue;
    }
    names.add(name);
    batch.push(one);
    bytes += body.length;
  }
  queue.splice(0, taken, ...later);
  return batch;
}

function storeBatch(store: IngestStore, mspId: string, batch: readonly Waiting[]): Promise<StoreOutcome[]> {
  return store.inScope(ingestScope(mspId), (query) =>
    storeReports(
      query,
      mspId,
      batch.map(({ delivery }) => delivery),
    ),
  );
}

function bytesOf(batch: readonly Waiting[]): number {
  return batch.reduce((sum, { delivery }) => sum + delivery.body.length, 0);
}

/** Data exceptions and broken constraints (SQLSTATE classes 22 and 23): the statement's fault, not the server's. */
function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(22|23)/.test(code);
}

function unavailable(cause: unknown): AppError {
  return new AppError('unavailable', 'Reports cannot be kept at this moment. Please send it again.', {
    cause,
    retryAfterSeconds: 5,
  });
}
