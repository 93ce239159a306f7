import { createPublicKey } from 'node:crypto';
import path from 'node:path';
import { config, setting } from '@/server/config';
import { openIngestStore } from '@/server/data/ingest-store';
import { log } from '@/server/log';
import { createNudger } from '@/server/queue/nudge';
import { openMessaging } from '@/server/queue/open-messaging';
import { createReportIntake } from '@/server/services/ingest-report';
import { startBeating } from './heartbeat';
import { createIngestServer } from './ingest-server';

/** The ingestion process: takes reports and enrolments, and nothing else. */
const CLOSE_MS_MAX = 10_000;

const logger = log('ingest');
process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'uncaught exception');
  process.exitCode = 1;
  stop();
});

const store = openIngestStore({ url: setting('databaseUrlIngest'), contextKey: setting('contextKey') });
const nudger = createNudger(openMessaging(setting('queueUrl'), 2), (error) =>
  logger.warn({ err: error }, 'the queue takes no job; the sweep will find the reports'),
);
const intake = createReportIntake(store, (mspId) => nudger.nudge(mspId));
const identity = {
  publicKey: createPublicKey(setting('signingKey')),
  ingestUrl: config().ingestOrigin,
};

let isStopping = false;
// Bundling puts the agent beside this program.
const agentFile = path.join(import.meta.dirname, 'holdfast-agent.mjs');
const server = createIngestServer({ store, intake, identity, log: logger, agentFile }, () => isStopping);
let stopBeating = (): void => {};
server.listen(config().ingestPort, config().host, () => {
  stopBeating = startBeating(store, (error) => logger.warn({ err: error }, 'no beat could be written'));
  logger.info({ port: config().ingestPort, host: config().host }, 'ready for reports');
});
server.on('error', (error) => {
  logger.fatal({ err: error }, 'cannot listen');
  process.exit(1);
});
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

/** Ends politely: no new connections, running requests are answered after their commit, then the pools close. */
function stop(): void {
  if (isStopping) return;
  isStopping = true;
  stopBeating();
  setTimeout(() => process.exit(), CLOSE_MS_MAX).unref();
  server.close(() => void closeStores());
  server.closeIdleConnections();
}

async function closeStores(): Promise<void> {
  await intake.drained();
  await Promise.allSettled([store.close(), nudger.close()]);
  process.exit();
}
