import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { builtFrom, config, setting } from '@/server/config';
import { openDatabase } from '@/server/data/database';
import { stateOfDatabase } from '@/server/data/database-state';
import { DEMO_CAST } from '@/server/demo/cast';
import { createDemoSender, type DemoSender } from '@/server/demo/send-due-reports';
import { openPress } from '@/server/documents/open-press';
import { createReadiness } from '@/server/health/readiness';
import { log } from '@/server/log';
import { measureProcess } from '@/server/metrics/metrics';
import { openMessaging } from '@/server/queue/open-messaging';
import { createHealthKeeper } from '@/server/services/keep-health';
import { runTraced } from '@/server/tracing/job-channel';
import { traceProcess } from '@/server/tracing/trace-process';
import { createHealthServer } from './health-server';
import { QUEUES, type WorkerParts } from './queues';
import { catchUp } from './catch-up';
import { startRecurring } from './recurring';

/** The worker process: turns reports into facts and facts into verdicts. */
const CLOSE_MS_MAX = 25_000;
/** Without a sweep that got through in this time the worker is not ready. */
const SWEEP_AGE_MS_MAX = 30_000;

const logger = log('worker');
process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'uncaught exception');
  process.exitCode = 1;
  stop();
});

const database = openDatabase({
  url: setting('databaseUrlWorker'),
  contextKey: setting('contextKey'),
  connectionsMax: 6,
  applicationName: 'holdfast-worker',
});
const { evidenceKey, evidenceKeyFormer, tsaUrl } = config();
const evidence = evidenceKey && { keys: { current: evidenceKey, former: evidenceKeyFormer }, tsaUrl };
const press = openPress(path.dirname(fileURLToPath(import.meta.url)));
let isStopping = false;
let sweptAtMs = 0;
const health = createHealthKeeper(
  database,
  config(),
  () => sweptAtMs || null,
  () => new Date(),
);
const parts: WorkerParts = {
  database,
  log: logger,
  mail: config(),
  evidence,
  press,
  demo: openDemo(),
  health,
};
if (!press) logger.warn('HOLDFAST_DOCUMENT_KEY is not set: documents wait');
if (!evidence) logger.warn('HOLDFAST_EVIDENCE_KEY is not set: the evidence log gets no checkpoints');
const tracing = traceProcess('worker', null);
const messaging = openMessaging(setting('queueUrl'), 6);

let stopRecurring = async (): Promise<void> => {};
const { metricsToken, host } = config();
if (metricsToken !== null) measureProcess('worker', () => database.connections());
const door = createHealthServer({
  metricsToken,
  facts: () => health.latest(),
  readiness: createReadiness(
    () => stateOfDatabase(database, builtFrom()?.migration ?? null),
    () => {
      if (isStopping) return 'stopping';
      if (sweptAtMs === 0) return 'starting';
      return Date.now() - sweptAtMs < SWEEP_AGE_MS_MAX ? null : 'stuck';
    },
  ),
});
door.on('error', (error) => {
  logger.fatal({ err: error }, 'cannot listen');
  process.exit(1);
});
// Figures are read from elsewhere; without a token for them nobody but this machine has a question.
door.listen(config().workerPort, metricsToken === null ? '127.0.0.1' : host, () =>
  logger.info({ port: config().workerPort }, 'working'),
);

process.on('SIGTERM', stop);
process.on('SIGINT', stop);

void begin();

/** What the demo missed while the machine was off comes first, so that nobody judges the fleet by half of it. */
async function begin(): Promise<void> {
  if (parts.demo) await catchUp(parts.demo, () => isStopping);
  if (isStopping) return;
  for (const queue of QUEUES)
    messaging.work(
      queue.name,
      (payload) => runTraced(`queue ${queue.name}`, () => queue.work(parts, payload)),
      queue.concurrency,
    );
  stopRecurring = startRecurring(parts, (name) => {
    if (name === 'sweep') sweptAtMs = Date.now();
  });
}

function openDemo(): DemoSender | null {
  const { isDemo, dataDir, ingestOrigin } = config();
  if (!isDemo) return null;
  try {
    return createDemoSender({ dataDir, ingestUrl: ingestOrigin }, DEMO_CAST);
  } catch (error) {
    // Whatever became of the demo's own file, other agents' reports must be worked on.
    logger.error({ err: error }, 'the demo goes silent; `npm run reset-demo` makes it anew');
    return null;
  }
}

/** Ends politely: what runs is finished; BullMQ's own closing has no limit, so the timer has the last word. */
function stop(): void {
  if (isStopping) return;
  isStopping = true;
  setTimeout(() => process.exit(), CLOSE_MS_MAX).unref();
  void closeAll();
}

/** Its port answers until the end: that it is stopping. */
async function closeAll(): Promise<void> {
  health.stop();
  press?.renderer.close(); // what it was printing is printed again
  await Promise.allSettled([messaging.close(), stopRecurring()]);
  await Promise.all([database.close(), tracing.then((end) => end())]);
  process.exit();
}
