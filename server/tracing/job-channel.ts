import { tracingChannel } from 'node:diagnostics_channel';

/** On which runs of jobs are told to whoever listens. */
export const JOBS = 'holdfast:job';

/** Runs a job so that whoever traces sees when it began, ended and failed. While nobody does it only runs. */
export function runTraced(job: string, run: () => Promise<void>): Promise<void> {
  return tracingChannel<unknown, { job: string }>(JOBS).tracePromise(run, { job });
}
