import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { config, setting } from '@/server/config';
import { openDatabase } from '@/server/data/database';
import { DEMO_CAST } from '@/server/demo/cast';
import { createDemoSender, type DemoSender } from '@/server/demo/send-due-reports';
import { openPress } from '@/server/documents/open-press';
import { log } from '@/server/log';
import { openMessaging } from '@/server/queue/open-messaging';
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
const parts: WorkerParts = { database, log: logger, mail: config(), evidence, press, demo: openDemo() };
if (!press) logger.warn('HOLDFAST_DOCUMENT_KEY is not set: documents wait');
if (!evidence) logger.warn('HOLDFAST_EVIDENCE_KEY is not set: the evidence log gets no checkpoints');
const messaging = openMessaging(setting('queueUrl'), 6);

let isStopping = false;
let sweptAtMs = 0;
let stopRecurring = async (): Promise<void> => {};
const health = createHealthServer(() => !isStopping && Date.now() - sweptAtMs < SWEEP_AGE_MS_MAX);
health.on('error', (error) => {
  logger.fatal({ err: error }, 'cannot listen');
  process.exit(1);
});
health.listen(config().workerPort, '127.0.0.1', () => logger.info({ port: config().workerPort }, 'working'));

process.on('SIGTERM', stop);
process.on('SIGINT', stop);

void begin();

/** What the demo missed while the machine was off comes first, so that nobody judges the fleet by half of it. */
async function begin(): Promise<void> {
  if (parts.demo) await catchUp(parts.demo, () => isStopping);
  if (isStopping) return;
  for (const queue of QUEUES)
    messaging.work(queue.name, (payload) => queue.work(parts, payload), queue.concurrency);
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

async function closeAll(): Promise<void> {
  health.close();
  press?.renderer.close(); // what it was printing is printed again
  await Promise.allSettled([messaging.close(), stopRecurring()]);
  await database.close();
  process.exit();
}
