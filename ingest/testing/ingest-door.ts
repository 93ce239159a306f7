import { createPublicKey } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setting } from '@/server/config';
import { openIngestStore } from '@/server/data/ingest-store';
import { log } from '@/server/log';
import { createOpenChannels } from '@/server/services/find-channel';
import { createReportIntake } from '@/server/services/ingest-report';
import { createMessageIntake } from '@/server/services/take-messages';
import { createIngestServer } from '../ingest-server';
import { createMailDoor, type MailDoor } from '../mail-door';

/** The ingestion process's server on a port of its own, over the database of a test. */
export async function openIngestDoor(
  ingestUrl: string,
  authservId: string | null = null,
  figures: { readonly metricsToken?: string; readonly migration?: string } = {},
): Promise<{ readonly url: string; readonly mails: MailDoor; close(): Promise<void> }> {
  const store = openIngestStore({ url: ingestUrl, contextKey: setting('contextKey') });
  const messages = createMessageIntake(store, () => {});
  const mails = createMailDoor(createOpenChannels(store), messages, authservId);
  const server = createIngestServer(
    {
      store,
      intake: createReportIntake(store, () => {}),
      messages,
      mails,
      identity: { publicKey: createPublicKey(setting('signingKey')), ingestUrl: null },
      log: log('ingest'),
      agentFile: 'none',
      ...figures,
    },
    () => false,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    mails,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close().closeAllConnections();
      await messages.drained();
      await store.close();
    },
  };
}
