import { AppError } from '../errors';

/** Keeps what arrives; items of one MSP that arrive together share a transaction. */
export interface Committer<Item, Outcome> {
  /**
   * Resolves after COMMIT.
   * @throws AppError `unavailable` when too much is waiting already or the database does not answer
   */
  commit(mspId: string, item: Item): Promise<Outcome>;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

export interface CommitterParts<Item, Outcome> {
  /** Keeps a batch in one transaction; outcomes in the same order. No two of its items have one name. */
  store(mspId: string, batch: readonly Item[]): Promise<readonly Outcome[]>;
  bytesOf(item: Item): number;
  /** Items of one name are kept one after the other; null: it is like no other. */
  nameOf(item: Item): string | null;
  /** Called once a batch, after its commit. */
  onStored(mspId: string, outcomes: readonly Outcome[]): void;
}

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

const BATCH_ITEMS_MAX = 200;
const BATCH_BYTES_MAX = 8 * 1024 * 1024;
const WAITING_ITEMS_MAX = 5000;
const WAITING_BYTES_MAX = 128 * 1024 * 1024;

export function createCommitter<Item, Outcome>(
  parts: CommitterParts<Item, Outcome>,
): Committer<Item, Outcome> {
  type Queue = Waiting<Item, Outcome>[];
  const queues = new Map<string, Queue>();
  const running = new Map<string, Promise<void>>();
  let waitingCount = 0;
  let waitingBytes = 0;

  async function flush(mspId: string, queue: Queue): Promise<void> {
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

  async function settle(mspId: string, batch: Queue): Promise<void> {
    try {
      const outcomes = await parts.store(
        mspId,
        batch.map(({ item }) => item),
      );
      if (outcomes.length !== batch.length) throw new Error('not every item has an outcome');
      batch.forEach(({ resolve }, index) => resolve(outcomes[index] as Outcome));
      parts.onStored(mspId, outcomes);
    } catch (error) {
      // One item that the database refuses must not take its neighbours with it.
      if (batch.length > 1 && isRefusal(error)) {
        for (const one of batch) await settle(mspId, [one]);
        return;
      }
      for (const { reject } of batch) reject(unavailable(error));
    }
  }

  /** The next items, in order; a second one of the same name waits for the next batch. */
  function takeBatch(queue: Queue): Queue {
    const batch: Queue = [];
    const later: Queue = [];
    const names = new Set<string>();
    let bytes = 0;
    let taken = 0;
    for (const one of queue) {
      if (batch.length >= BATCH_ITEMS_MAX || bytes >= BATCH_BYTES_MAX) break;
      taken++;
      const name = parts.nameOf(one.item);
      if (name !== null && names.has(name)) {
        later.push(one);
        continue;
      }
      if (name !== null) names.add(name);
      batch.push(one);
      bytes += parts.bytesOf(one.item);
    }
    queue.splice(0, taken, ...later);
    return batch;
  }

  function bytesOf(batch: Queue): number {
    return batch.reduce((sum, { item }) => sum + parts.bytesOf(item), 0);
  }

  return {
    commit: (mspId, item) => {
      if (waitingCount >= WAITING_ITEMS_MAX || waitingBytes >= WAITING_BYTES_MAX)
        return Promise.reject(unavailable(null));
      waitingCount++;
      waitingBytes += parts.bytesOf(item);
      return new Promise((resolve, reject) => {
        const queue = queues.get(mspId) ?? [];
        queue.push({ item, resolve, reject });
        queues.set(mspId, queue);
        if (!running.has(mspId)) {
          // One turn of the event loop lets the items that have just been read join.
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
