import { listMspsWithRefusals } from '@/server/data/identity-refusals';
import { ensureRunPartitions, listMspIds, listMspsWithWork } from '@/server/data/work-due';
import { decideNotifications } from '@/server/services/decide-notifications';
import { keepTickets } from '@/server/services/keep-tickets';
import { sendDueMail } from '@/server/services/send-due-mail';
import { sendDueNotifications } from '@/server/services/send-due-notifications';
import { tellRefusals } from '@/server/services/tell-refusals';
import { doWork, type WorkerParts } from './queues';

/** What runs again and again, whether the queue lives or not. */
interface RecurringJob {
  readonly name: string;
  readonly everyMs: number;
  run(parts: WorkerParts): Promise<void>;
}

const MSPS_MAX = 50;

const RECURRING: readonly RecurringJob[] = [
  { name: 'sweep', everyMs: 2000, run: sweep },
  { name: 'mail', everyMs: 2000, run: sendMails },
  { name: 'telling', everyMs: 2000, run: decideWhatToTell },
  { name: 'notifications', everyMs: 2000, run: sendNotifications },
  { name: 'tickets', everyMs: 2000, run: keepAllTickets },
  { name: 'refusals', everyMs: 30_000, run: tellOfRefusals },
  { name: 'round', everyMs: 10 * 60_000, run: round },
  { name: 'demo-reports', everyMs: 10_000, run: sendDemoReports },
  { name: 'run-partitions', everyMs: 24 * 3_600_000, run: ({ database }) => ensureRunPartitions(database) },
];

/** The MSPs whose hints are due, longest waiting first: each has one turn before any has a second. */
export async function sweep(parts: WorkerParts): Promise<void> {
  for (const mspId of await listMspsWithWork(parts.database, ['inbox', 'evaluation'], new Date(), MSPS_MAX))
    await doWork(parts, mspId);
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

async function tellOfRefusals({ database }: WorkerParts): Promise<void> {
  for (const mspId of await listMspsWithRefusals(database)) await tellRefusals(database, mspId, new Date());
}

async function sendDemoReports({ demo, log }: WorkerParts): Promise<void> {
  const reports = (await demo?.sendDue(Date.now())) ?? 0;
  if (reports > 0) log.debug({ reports }, 'the demo has reported');
}

/**
 * Starts everything in the table at once; the next run begins an interval after the last ended.
 * @returns stops it, resolving when nothing runs any more
 */
export function startRecurring(parts: WorkerParts, onSuccess: (name: string) => void): () => Promise<void> {
  let isStopping = false;
  const stops = RECURRING.map((job) => {
    let timer: NodeJS.Timeout | undefined;
    let running = Promise.resolve();
    const again = async (): Promise<void> => {
      try {
        await job.run(parts);
        onSuccess(job.name);
      } catch (error) {
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
    await Promise.all(stops.map((stop) => stop()));
  };
}
