import { setting, config } from '@/server/config';
import type { ClaimedConnector } from '@/server/data/pull-connectors';
import { listMspsWithWork } from '@/server/data/work-due';
import { pullReach } from '@/server/pull/pull-networks';
import { metrics } from '@/server/metrics/metrics';
import { claimPull, pullFromServer } from '@/server/services/pull-from-server';
import type { WorkerParts } from './queues';

/** Pulls that run beside each other. */
export interface PullPool {
  /** Begins what is due, as far as there is room; does not wait for it. */
  fill(parts: Pick<WorkerParts, 'database' | 'log'>): Promise<void>;
  /** Interrupts what runs; resolves when nothing does any more. */
  stop(): Promise<void>;
}

/** One server that hangs takes one place, and one MSP never takes all. */
const AT_ONCE = 8;
const AT_ONCE_OF_MSP = 3;
const MSPS_MAX = 50;

export function createPullPool(): PullPool {
  const running = new Map<Promise<void>, string>();
  const ending = new AbortController();

  const countOf = (mspId: string): number => [...running.values()].filter((one) => one === mspId).length;

  async function run(
    { database, log }: Pick<WorkerParts, 'database' | 'log'>,
    mspId: string,
    claimed: ClaimedConnector,
  ): Promise<void> {
    const { channelId } = claimed;
    try {
      const ended = await pullFromServer(database, mspId, claimed, {
        secretKey: setting('secretKey'),
        reach: pullReach(config().pullNetworks),
        signal: ending.signal,
        now: () => new Date(),
      });
      if (ended) metrics().reports.inc({ channel: 'pull', outcome: 'taken' }, ended.fresh);
      if (ended?.problem) metrics().reports.inc({ channel: 'pull', outcome: 'unavailable' });
      if (ended?.problem) log.warn({ mspId, channelId, problem: ended.problem }, 'a pull came to nothing');
      else if (ended) log.debug({ mspId, channelId, items: ended.items, fresh: ended.fresh }, 'pulled');
    } catch (error) {
      log.error({ err: error, mspId, channelId }, 'a pull failed');
    }
  }

  return {
    fill: async (parts) => {
      const waiting = await listMspsWithWork(parts.database, ['pull'], new Date(), MSPS_MAX);
      // Each MSP has one turn before any has a second.
      for (let turn = waiting; turn.length > 0;) {
        const next: string[] = [];
        for (const mspId of turn) {
          if (running.size >= AT_ONCE || ending.signal.aborted) return;
          if (countOf(mspId) >= AT_ONCE_OF_MSP) continue;
          const claimed = await claimPull(parts.database, mspId, new Date());
          if (!claimed) continue;
          const pull = run(parts, mspId, claimed);
          running.set(pull, mspId);
          void pull.then(() => running.delete(pull));
          next.push(mspId);
        }
        turn = next;
      }
    },
    stop: async () => {
      ending.abort();
      await Promise.all(running.keys());
    },
  };
}
