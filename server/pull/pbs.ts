import { z } from 'zod';
import { isPbsTaskOf, pbsTaskKind } from '@/domain/pull/pbs-task';
import { DAY } from '@/domain/time/instant';
import { type Asker, PullFailure } from './ask';
import {
  type ConnectionOf,
  type Connector,
  FIRST_PULL_DAYS,
  OVERLAP_MS,
  type PulledItem,
  type PullLimits,
} from './connector';

const TASKS = '/api2/json/nodes/localhost/tasks';
const PAGE_SIZE = 500;
/** A window of a day takes so many requests at most; windows begin only while as many are left. */
const WINDOW_REQUESTS_MAX = 20;

const task = z.looseObject({
  upid: z.string().min(1).max(1000),
  worker_type: z.string().max(100),
  worker_id: z.string().max(1000).nullish(),
  starttime: z.int().min(0),
  endtime: z.int().min(0).nullish(),
  status: z.string().nullish(),
});
const taskList = z.object({ data: z.array(task) });
const version = z.object({ data: z.object({ version: z.string().max(50), release: z.string().max(50) }) });
const datastores = z.object({ data: z.array(z.object({ store: z.string().max(100) })) });

/**
 * Proxmox Backup Server, from its public API documents (pbs.proxmox.com/docs/api-viewer): the list of tasks, which tells how backups,
 * checks, garbage collection, pruning and synchronisation ended. The copies themselves are not listed.
 */
export function pbsConnector(connection: ConnectionOf<'pbs'>, asker: Asker): Connector {
  const { baseUrl, credentials, settings } = connection;
  const get = async <Shape>(path: string, shape: z.ZodType<Shape>) => {
    const authorization = `PBSAPIToken=${credentials.tokenId}:${credentials.secret}`;
    const { json, certificate } = await asker.ask(new URL(path, baseUrl), { headers: { authorization } });
    const read = shape.safeParse(json);
    if (!read.success)
      throw new PullFailure('unexpected-answer', { detail: read.error.issues[0]?.message ?? null });
    return { answer: read.data, certificate };
  };

  /** Tasks that began in a window, and the first of them that has not ended; null: all have. */
  async function window(
    from: number,
    until: number,
  ): Promise<{ items: PulledItem[]; unfinishedAt: number | null }> {
    const items: PulledItem[] = [];
    let unfinishedAt: number | null = null;
    for (let page = 0; ; page++) {
      if (page >= WINDOW_REQUESTS_MAX) throw new PullFailure('too-many-requests');
      const query = new URLSearchParams({
        since: String(Math.floor(from / 1000)),
        until: String(Math.floor(until / 1000)),
        start: String(page * PAGE_SIZE),
        limit: String(PAGE_SIZE),
      });
      const { data } = (await get(`${TASKS}?${query}`, taskList)).answer;
      for (const one of data) {
        const kind = pbsTaskKind(one.worker_type);
        if (kind === null || !isPbsTaskOf({ kind, workerId: one.worker_id ?? '' }, settings)) continue;
        if (one.endtime == null) unfinishedAt = Math.min(unfinishedAt ?? Infinity, one.starttime * 1000);
        else items.push({ id: one.upid, path: TASKS, json: JSON.stringify(one) });
      }
      if (data.length < PAGE_SIZE) return { items, unfinishedAt };
    }
  }

  return {
    test: async () => {
      const { answer, certificate } = await get('/api2/json/version', version);
      const { data: stores } = (await get('/api2/json/admin/datastore', datastores)).answer;
      await get(`${TASKS}?limit=1`, taskList);
      const names = stores.map(({ store }) => store).join(', ');
      return {
        server: `Proxmox Backup Server ${answer.data.version}-${answer.data.release}`,
        facts: [
          stores.length === 0
            ? 'no datastore that this token may see'
            : `${stores.length} datastore${stores.length === 1 ? '' : 's'} that this token may see: ${names}`,
        ],
        certificate,
      };
    },
    pull: async function* ({ cursorAt, now }: PullLimits) {
      const first = now - FIRST_PULL_DAYS * DAY;
      let reached = Math.max(cursorAt ?? first, first);
      let heldAt: number | null = null;
      // the list has the newest first: only windows can be told from the oldest on
      for (let from = reached - OVERLAP_MS; from < now; from += DAY) {
        if (asker.left() < WINDOW_REQUESTS_MAX) return;
        const until = Math.min(from + DAY, now + OVERLAP_MS);
        const { items, unfinishedAt } = await window(from, until);
        heldAt ??= unfinishedAt;
        reached = Math.min(until, now, heldAt ?? Infinity);
        yield { items, cursorAt: reached, hasMore: until < now };
      }
    },
  };
}
