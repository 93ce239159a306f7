import { subscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';

/** Node counts a connection as idle a moment after its answer is finished. */
const MOMENT_MS = 20;

/**
 * Once the process is stopping, has each connection closed when its request is answered: clients keep theirs for a minute, and a server that is
 * being closed waits for them.
 */
export function closeWhenAnswered(isStopping: () => boolean): void {
  subscribe('http.server.response.finish', (message) => {
    const { server } = message as { server: Server };
    if (isStopping()) setTimeout(() => server.closeIdleConnections(), MOMENT_MS);
  });
}
