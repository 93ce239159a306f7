import { createPublicKey } from 'node:crypto';
import path from 'node:path';
import { builtFrom, config, setting } from '@/server/config';
import { openIngestStore } from '@/server/data/ingest-store';
import { closeWhenAnswered } from '@/server/health/close-when-answered';
import { log } from '@/server/log';
import { measureProcess } from '@/server/metrics/metrics';
import { observeHttp } from '@/server/metrics/observe-http';
import { createNudger } from '@/server/queue/nudge';
import { openMessaging } from '@/server/queue/open-messaging';
import { createOpenChannels } from '@/server/services/find-channel';
import { createReportIntake } from '@/server/services/ingest-report';
import { createMessageIntake } from '@/server/services/take-messages';
import { traceProcess } from '@/server/tracing/trace-process';
import { startBeating } from './heartbeat';
import { ingestRoute } from './ingest-routes';
import { createIngestServer } from './ingest-server';
import { createMailDoor } from './mail-door';
import { createSmtpListener } from './smtp-listener';

/** The ingestion process: takes reports, enrolments and messages of channels, and nothing else. */
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
const messages = createMessageIntake(store, (mspId) => nudger.nudge(mspId));
const mails = createMailDoor(createOpenChannels(store), messages, config().mailAuthserv);
const identity = {
  publicKey: createPublicKey(setting('signingKey')),
  ingestUrl: config().ingestOrigin,
};

if (config().metricsToken !== null) {
  measureProcess('ingest', () => store.connections());
  observeHttp(ingestRoute);
}
const tracing = traceProcess('ingest', ingestRoute);
let isStopping = false;
closeWhenAnswered(() => isStopping);
// Bundling puts the agent beside this program.
const agentFile = path.join(import.meta.dirname, 'holdfast-agent.mjs');
const server = createIngestServer(
  {
    store,
    intake,
    messages,
    mails,
    identity,
    log: logger,
    agentFile,
    migration: builtFrom()?.migration,
    metricsToken: config().metricsToken,
  },
  () => isStopping,
);
let stopBeating = (): void => {};
server.listen(config().ingestPort, config().host, () => {
  stopBeating = startBeating(store, (error) => logger.warn({ err: error }, 'no beat could be written'));
  logger.info({ port: config().ingestPort, host: config().host }, 'ready for reports');
});
const cannotListen = (error: unknown): void => {
  logger.fatal({ err: error }, 'cannot listen');
  process.exit(1);
};
server.on('error', cannotListen);
const { smtpPort, host } = config();
const mailListener = smtpPort === null ? null : createSmtpListener(mails, logger);
if (mailListener && smtpPort !== null)
  mailListener.listen(smtpPort, host).then(
    () => logger.info({ port: smtpPort, host }, 'ready for mails'),
    (error: unknown) => cannotListen(error),
  );
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

/** Ends politely: no new connections, running requests are answered after their commit, then the pools close. */
function stop(): void {
  if (isStopping) return;
  isStopping = true;
  stopBeating();
  setTimeout(() => process.exit(), CLOSE_MS_MAX).unref();
  const mailsEnd = mailListener?.close();
  server.close(() => void Promise.resolve(mailsEnd).then(closeStores));
  server.closeIdleConnections();
}

async function closeStores(): Promise<void> {
  await Promise.all([intake.drained(), messages.drained()]);
  await Promise.allSettled([store.close(), nudger.close(), tracing.then((end) => end())]);
  process.exit();
}
