import path from 'node:path';
import { z } from 'zod';
import { restoreRequest, type RestoreRequest } from '@/contract/restore-request';
import { readStateFile, writeStateFile } from '@/agent/state/state-file';

/** What became of each request, so that none is done twice. One is kept for as long as it could be sent again. */
const journal = z.object({
  requests: z.record(
    z.string(),
    z.object({ request: restoreRequest, state: z.enum(['begun', 'answered']), begun_at: z.iso.datetime() }),
  ),
});
type Journal = z.output<typeof journal>;

/** After its end a request is refused anyway; clocks may be put right meanwhile. */
const KEPT_MILLISECONDS = 30 * 86_400_000;

const journalFile = (stateDir: string): string => path.join(stateDir, 'restore-requests.json');

function read(stateDir: string): Journal {
  return readStateFile(journalFile(stateDir), journal) ?? { requests: {} };
}

/** Whether a request was begun before, whatever came of it. */
export function isBegun(stateDir: string, requestId: string): boolean {
  return Object.hasOwn(read(stateDir).requests, requestId);
}

/** Notes that a request is begun: on disk before anything is done, so that a machine that dies does not begin it again. */
export function noteBegun(stateDir: string, request: RestoreRequest, now: Date): void {
  const { requests } = read(stateDir);
  const kept = Object.entries(requests).filter(
    ([, one]) => now.getTime() - Date.parse(one.request.expires_at) < KEPT_MILLISECONDS,
  );
  writeStateFile(journalFile(stateDir), {
    requests: {
      ...Object.fromEntries(kept),
      [request.request_id]: { request, state: 'begun', begun_at: now.toISOString() },
    },
  });
}

/** Notes that its result is in the spool. */
export function noteAnswered(stateDir: string, requestId: string): void {
  const { requests } = read(stateDir);
  const one = requests[requestId];
  if (one)
    writeStateFile(journalFile(stateDir), {
      requests: { ...requests, [requestId]: { ...one, state: 'answered' } },
    });
}

/** Requests that were begun and never answered: the agent was killed meanwhile. */
export function listInterrupted(stateDir: string): { request: RestoreRequest; begunAt: string }[] {
  return Object.values(read(stateDir).requests)
    .filter(({ state }) => state === 'begun')
    .map(({ request, begun_at: begunAt }) => ({ request, begunAt }));
}
