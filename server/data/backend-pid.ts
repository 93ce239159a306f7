import type { ClientBase } from 'pg';

/** The server's process behind a connection, which the seal covers. */
export function backendPid(client: ClientBase): number {
  // node-postgres sets processID from BackendKeyData; its types leave it out.
  const { processID } = client as unknown as { processID: number | null };
  if (!processID) throw new Error('the connection has no backend process id: is a pooler in between?');
  return processID;
}
