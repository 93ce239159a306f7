import { setting } from '@/server/config';
import { listMspsWithRefusals } from '@/server/data/identity-refusals';
import { ensureRunPartitions, listMspIds, listMspsWithWork } from '@/server/data/work-due';
import { bringInHistory } from '@/server/services/bring-in-history';
import { deleteDueClients } from '@/server/services/delete-due-clients';
import { decideNotifications } from '@/server/services/decide-notifications';
import { metrics } from '@/server/metrics/metrics';
import { readStampState } from '@/server/data/checkpoints';
import { isStampOverdue, timeStampCheckpoint } from '@/server/services/time-stamp-checkpoint';
import { mailNotes } from '@/server/services/mail-notes';
import { makeDueDocuments } from '@/server/services/make-due-documents';
import { makeDuePreviews } from '@/server/services/make-due-previews';
import { makeCheckpoint } from '@/server/services/make-checkpoint';
import { sealReports } from '@/server/services/seal-reports';
import { keepTickets } from '@/server/services/keep-tickets';
import { requestDueRestoreTests } from '@/server/services/request-due-restore-tests';
import { reportMonths } from '@/server/services/report-months';
import { sendScheduledReports } from '@/server/services/schedule-reports';
import { dropOldRuns, removeOldData } from '@/server/services/remove-old-data';
import { sendDueMail } from '@/server/services/send-due-mail';
import { sendDueNotifications } from '@/server/services/send-due-notifications';
import { thinCheckpoints } from '@/server/services/thin-checkpoints';
import { tellRefusals } from '@/server/services/tell-refusals';
import { runTraced } from '@/server/tracing/job-channel';
import { createPullPool } from './pulls';
import { doWork, type WorkerParts } from './queues';

/** What runs again and again, whether the queue lives or not. */
interface RecurringJob {
  readonly name: string;
  readonly everyMs: number;
  /** @param isAlive to be called while it gets on */
  run(parts: WorkerParts, isAlive: () => void): Promise<void>;
}

const MSPS_MAX = 50;

const RECURRING: readonly RecurringJob[] = [
  { name: 'sweep', everyMs: 2000, run: sweep },
  { name: 'mail', everyMs: 2000, run: sendMails },
  { name: 'telling', everyMs: 2000, run: decideWhatToTell },
  { name: 'notifications', everyMs: 2000, run: sendNotifications },
  { name: 'tickets', everyMs: 2000, run: keepAllTickets },
  { name: 'documents', everyMs: 2000, run: makeAllDocuments },
  { name: 'previews', everyMs: 1000, run: makeAllPreviews },
  { name: 'history', everyMs: 2000, run: bringInAllHistory },
  { name: 'refusals', everyMs: 30_000, run: tellOfRefusals },
  { name: 'seals', everyMs: 10 * 60_000, run: sealAllReports },
  { name: 'checkpoints', everyMs: 60_000, run: signCheckpoint },
  { name: 'old-checkpoints', everyMs: 6 * 3_600_000, run: thinOldCheckpoints },
  { name: 'time-stamps', everyMs: 60_000, run: stampCheckpoint },
  { name: 'evidence-notes', everyMs: 10 * 60_000, run: mailAllNotes },
  { name: 'monthly-reports', everyMs: 10 * 60_000, run: putMonthlyReports },
  { name: 'ready-reports', everyMs: 2000, run: putReadyReports },
  { name: 'round', everyMs: 10 * 60_000, run: round },
  { name: 'restore-requests', everyMs: 10 * 60_000, run: requestRestoreTests },
  { name: 'client-deletions', everyMs: 60_000, run: deleteClients },
  { name: 'health', everyMs: 60_000, run: ({ health }) => health.measure() },
  { name: 'watchdog', everyMs: 60_000, run: ({ health, log }) => health.bite(log) },
  { name: 'outside', everyMs: 3 * 60_000, run: ({ health, log }) => health.tell(log) },
  { name: 'demo-reports', everyMs: 10_000, run: sendDemoReports },
  { name: 'run-partitions', everyMs: 24 * 3_600_000, run: keepRunMonths },
  { name: 'old-data', everyMs: 6 * 3_600_000, run: removeAllOldData },
];

/** The MSPs whose hints are due, longest waiting first: each has one turn before any has a second. */
export async function sweep(
  parts: Pick<WorkerParts, 'database' | 'log'>,
  isAlive: () => void,
): Promise<void> {
  for (const mspId of await listMspsWithWork(parts.database, ['inbox', 'evaluation'], new Date(), MSPS_MAX)) {
    await doWork(parts, mspId);
    isAlive();
  }
}

/** Every MSP, in case a hint was lost. */
async function round(parts: WorkerParts): Promise<void> {
  for (const mspId of await listMspIds(parts.database)) await doWork(parts, mspId);
}

/** Apart from the sweep: a mail server that answers late must not hold verdicts up. */
async function sendMails({ database, log, mail }: WorkerParts): Promise<void> {
  for (const mspId of await listMspsWithWork(database, ['mail'], new Date(), MSPS_MAX)) {
    const done = await sendDueMail(database, mspId, mail, () => new Date());
    for (const { problem, error } of done.failures)
      log.error({ err: error, mspId, problem }, 'a mail was given up');
    if (done.postponed > 0)
      log.warn({ mspId, mails: done.postponed }, 'mail could not be sent; it will be tried again');
  }
}

/** Apart from sending: a receiver that answers late must not hold up what is decided. */
async function decideWhatToTell({ database, log }: WorkerParts): Promise<void> {
  for (const mspId of await listMspsWithWork(database, ['telling'], new Date(), MSPS_MAX)) {
    const notifications = await decideNotifications(database, mspId, new Date());
    if (notifications > 0) log.debug({ mspId, notifications }, 'decided what to tell');
  }
}

async function sendNotifications({ database, log, mail }: WorkerParts): Promise<void> {
  for (const mspId of await listMspsWithWork(database, ['notification'], new Date(), MSPS_MAX)) {
    const done = await sendDueNotifications(database, mspId, mail, () => new Date());
    for (const one of done.givenUp) log.error({ mspId, ...one }, 'a notification was given up');
    if (done.postponed > 0)
      log.warn(
        { mspId, notifications: done.postponed },
        'notifications could not be sent; they will be tried again',
      );
  }
}

/** Apart from notifications: a ticket system that answers late must not hold up what people are told. */
async function keepAllTickets({ database, log, mail }: WorkerParts): Promise<void> {
  for (const mspId of await listMspsWithWork(database, ['ticket'], new Date(), MSPS_MAX)) {
    const kept = await keepTickets(database, mspId, mail, () => new Date());
    for (const one of kept.stuck) log.error({ mspId, ...one }, 'a ticket needs somebody');
    if (kept.postponed > 0)
      log.warn({ mspId, tickets: kept.postponed }, 'tickets could not be kept; it will be tried again');
  }
}

/** Apart from everything else: a long pack takes a minute to print. */
async function makeAllDocuments({ database, log, press }: WorkerParts): Promise<void> {
  if (!press) return;
  for (const mspId of await listMspsWithWork(database, ['document'], new Date(), MSPS_MAX)) {
    const done = await makeDueDocuments(database, mspId, press, () => new Date());
    for (const { documentId, error } of done.failures)
      log.error({ err: error, mspId, documentId }, 'a document could not be made or stamped');
    if (done.made > 0) log.info({ mspId, documents: done.made }, 'documents made');
  }
}

/** Apart from documents, since somebody looks at the screen meanwhile: only what is being printed just now is waited for. */
async function makeAllPreviews({ database, log, press }: WorkerParts): Promise<void> {
  if (!press) return;
  for (const mspId of await listMspsWithWork(database, ['document'], new Date(), MSPS_MAX))
    for (const { previewId, error } of await makeDuePreviews(database, mspId, press, () => new Date()))
      log.error({ err: error, mspId, previewId }, 'a preview could not be made');
}

/** Apart from the sweep: a large file takes a minute. */
async function bringInAllHistory({ database, log }: WorkerParts): Promise<void> {
  for (const mspId of await listMspsWithWork(database, ['history'], new Date(), MSPS_MAX)) {
    const { done, failures } = await bringInHistory(database, mspId, () => new Date());
    for (const { importId, error } of failures)
      log.error({ err: error, mspId, importId }, 'a file of history could not be brought in');
    if (done > 0) log.info({ mspId, files: done }, 'brought history in');
  }
}

/** Often enough for every zone's first morning of a month. */
async function putMonthlyReports(parts: WorkerParts): Promise<void> {
  for (const mspId of await listMspIds(parts.database)) await putReports(parts, mspId);
}

/** Those whose document has become ready, or could not be made. */
async function putReadyReports(parts: WorkerParts): Promise<void> {
  for (const mspId of await listMspsWithWork(parts.database, ['report'], new Date(), MSPS_MAX))
    await putReports(parts, mspId);
}

async function putReports({ database, log, mail, press }: WorkerParts, mspId: string): Promise<void> {
  const settings = { appOrigin: mail.appOrigin, canSign: press !== null };
  const reports = await reportMonths(database, mspId, settings, new Date());
  if (reports > 0) log.info({ mspId, reports }, 'put monthly reports into the outbox');
  const sent = await sendScheduledReports(database, mspId, settings, new Date());
  if (sent > 0) log.info({ mspId, sent }, 'sent reports by their schedules');
}

async function tellOfRefusals({ database }: WorkerParts): Promise<void> {
  for (const mspId of await listMspsWithRefusals(database)) await tellRefusals(database, mspId, new Date());
}

async function sealAllReports({ database, log }: WorkerParts): Promise<void> {
  for (const mspId of await listMspIds(database)) {
    const days = await sealReports(database, mspId, new Date());
    if (days > 0) log.info({ mspId, days }, 'sealed the reports of a day');
  }
}

/** Looks every minute, so that no change waits longer than ten for its checkpoint. */
async function signCheckpoint({ database, log, evidence }: WorkerParts): Promise<void> {
  if (!evidence) return;
  const made = await makeCheckpoint(database, evidence.keys, new Date());
  if (made.kind === 'made') log.debug({ checkpointId: made.checkpointId }, 'signed a checkpoint');
  if (made.kind === 'foreign-key')
    log.error(
      'HOLDFAST_EVIDENCE_KEY is not the key that signed last: give that one back, or name it in HOLDFAST_EVIDENCE_KEY_FORMER; no checkpoint is made until then',
    );
}

async function thinOldCheckpoints({ database, log }: WorkerParts): Promise<void> {
  const leaves = await thinCheckpoints(database, new Date());
  if (leaves > 0) log.info({ leaves }, 'thinned out the leaves of old checkpoints');
}

async function stampCheckpoint({ database, log, evidence }: WorkerParts): Promise<void> {
  if (!evidence?.tsaUrl) return;
  const done = await timeStampCheckpoint(database, evidence.tsaUrl, () => new Date());
  if (done.kind === 'stamped')
    log.debug({ checkpointId: done.checkpointId }, 'a checkpoint was time-stamped');
  if (done.kind !== 'failed') return;
  const state = await database.withoutScope((tx) => readStampState(tx));
  const isOverdue = isStampOverdue(state, new Date());
  const text = isOverdue
    ? 'checkpoints have not been time-stamped outside for more than two hours'
    : 'a checkpoint could not be time-stamped; it will be tried again';
  log[isOverdue ? 'error' : 'warn']({ err: done.error, waitsSince: state.waitsSince }, text);
}

async function mailAllNotes({ database, log }: WorkerParts): Promise<void> {
  for (const mspId of await listMspIds(database)) {
    const mails = await mailNotes(database, mspId, new Date());
    if (mails > 0) log.debug({ mspId, mails }, 'mailed the note of the day');
  }
}

async function requestRestoreTests({ database, log }: WorkerParts): Promise<void> {
  for (const mspId of await listMspIds(database)) {
    const requests = await requestDueRestoreTests(database, mspId, setting('signingKey'), Date.now());
    if (requests > 0) log.debug({ mspId, requests }, 'asked for restore tests');
  }
}

/** Those that the coming months need, and without those that are too old. */
async function keepRunMonths({ database, log }: WorkerParts): Promise<void> {
  await ensureRunPartitions(database);
  const { dropped, held } = await dropOldRuns(database, await listMspIds(database));
  if (dropped.length > 0) log.info({ months: dropped }, 'dropped months of runs that are too old');
  if (held.length > 0)
    log.info({ months: held }, 'months of runs stay: a client under legal hold has runs in them');
}

async function removeAllOldData({ database, log }: WorkerParts, isAlive: () => void): Promise<void> {
  for (const mspId of await listMspIds(database)) {
    const gone = await removeOldData(database, mspId, isAlive);
    if (Object.values(gone).some((rows) => rows > 0))
      log.info({ mspId, ...gone }, 'removed what is kept no longer');
  }
}

/** Those whose time to call it off is over. */
async function deleteClients({ database, log }: WorkerParts, isAlive: () => void): Promise<void> {
  for (const mspId of await listMspIds(database)) {
    const { deleted, failures } = await deleteDueClients(database, mspId, new Date());
    for (const { clientId, error } of failures)
      log.error({ err: error, mspId, clientId }, 'a client could not be deleted; it will be tried again');
    if (deleted > 0) log.info({ mspId, clients: deleted }, 'deleted clients that were due');
    isAlive();
  }
}

async function sendDemoReports({ demo, log }: WorkerParts): Promise<void> {
  const reports = (await demo?.sendDue(Date.now())) ?? 0;
  if (reports > 0) log.debug({ reports }, 'the demo has reported');
}

/**
 * Starts everything in the table at once; the next run begins an interval after the last ended.
 * @param onSuccess a run of that name went well, or gets on
 * @returns stops it, resolving when nothing runs any more
 */
export function startRecurring(parts: WorkerParts, onSuccess: (name: string) => void): () => Promise<void> {
  let isStopping = false;
  const pulls = createPullPool();
  // Apart from everything else, and not waited for: a server that hangs must not keep others from being asked.
  const pulling: RecurringJob = { name: 'pulls', everyMs: 2000, run: (these) => pulls.fill(these) };
  const stops = [...RECURRING, pulling].map((job) => {
    let timer: NodeJS.Timeout | undefined;
    let running = Promise.resolve();
    const again = async (): Promise<void> => {
      const beganAtMs = performance.now();
      try {
        await runTraced(job.name, () => job.run(parts, () => onSuccess(job.name)));
        metrics().jobSeconds.observe({ job: job.name }, (performance.now() - beganAtMs) / 1000);
        onSuccess(job.name);
      } catch (error) {
        metrics().jobFailures.inc({ job: job.name });
        if (!isStopping)
          parts.log.warn({ err: error, job: job.name }, 'a recurring job failed; it will be tried again');
      }
      if (!isStopping) timer = setTimeout(start, job.everyMs);
    };
    const start = (): void => {
      running = again();
    };
    start();
    return (): Promise<void> => {
      clearTimeout(timer);
      return running;
    };
  });
  return async () => {
    isStopping = true;
    await Promise.all([...stops.map((stop) => stop()), pulls.stop()]);
  };
}
