import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { AgentError, exitCode } from '@/agent/agent-error';
import type { SpoolLimits } from '@/agent/config/agent-config';
import { fitReport } from '@/agent/delivery/fit-report';
import { numberReport, type UnnumberedReport } from '@/agent/report/make-report';
import { beginningOf } from '@/agent/report/shorten';
import {
  makePrivateFolder,
  moveDurably,
  removeDurably,
  removeOldPartials,
  writeDurably,
} from '@/agent/state/durable-file';
import { withProcessLock } from '@/agent/state/process-lock';
import { readStateFile, writeStateFile } from '@/agent/state/state-file';

/** Reports that the server has not named as kept yet, one file each, as the very bytes that are sent. */
export interface Spool {
  stateDir: string;
  spoolDir: string;
  limits: SpoolLimits;
}

/** One spooled report; `file` is its name in the spool. */
export interface SpooledReport {
  file: string;
  epoch: string;
  sequence: number;
}

const stream = z.object({
  epoch: z.uuid(),
  /** The number that the next report gets. */
  next_sequence: z.int().min(1),
  previous_sha256: z.string().nullable(),
  /** Reports that had to be dropped because the spool was full, and are not reported yet. */
  dropped: z.int().min(0).default(0),
});
type Stream = z.output<typeof stream>;

const LOCK_WAIT_MILLISECONDS = 30_000;
const NAME = /^(\d{16})\.([0-9a-f-]{36})\.json\.gz$/;

export function openSpool(stateDir: string, spoolDir: string, limits: SpoolLimits): Spool {
  makePrivateFolder(stateDir);
  makePrivateFolder(refusedDir({ spoolDir }));
  removeOldPartials(stateDir);
  removeOldPartials(spoolDir);
  return { stateDir, spoolDir, limits };
}

/**
 * Numbers a report and keeps it until the server has it. When this returns, it survives kill -9 and power cuts.
 * @throws AgentError when another process holds the spool for too long
 */
export async function spoolReport(spool: Spool, report: UnnumberedReport): Promise<SpooledReport> {
  return locked(spool, () => {
    makeRoom(spool);
    const now = currentStream(spool);
    const place = {
      epoch: now.epoch,
      sequence: now.next_sequence,
      previous_report_sha256: now.previous_sha256,
    };
    const noted = now.dropped > 0 ? withDroppedNote(report, now.dropped) : report;
    const bytes = bytesOf(noted, place);
    const file = fileName(place);
    writeDurably(path.join(spool.spoolDir, file), bytes);
    writeStream(spool, {
      ...now,
      next_sequence: place.sequence + 1,
      previous_sha256: sha256(bytes),
      dropped: 0,
    });
    return { file, epoch: place.epoch, sequence: place.sequence };
  });
}

/**
 * A report for when the disk cannot hold it: it can be sent at once, as the only one of an epoch of its own, and is lost
 * when that fails. It says so.
 */
export function unspooledReport(
  report: UnnumberedReport,
  reason: string,
): Pick<SpooledReport, 'epoch' | 'sequence'> & { bytes: Buffer } {
  const place = { epoch: randomUUID(), sequence: 1, previous_report_sha256: null };
  const noted = withProblem(report, 'spool_unwritable', `This machine could not keep the report: ${reason}.`);
  return { epoch: place.epoch, sequence: place.sequence, bytes: bytesOf(noted, place) };
}

function bytesOf(report: UnnumberedReport, place: Parameters<typeof numberReport>[1]): Buffer {
  return gzipSync(fitReport((candidate) => numberReport(candidate, place), report));
}

/** All spooled reports: those of earlier epochs first, then by number. */
export async function listSpool(spool: Spool): Promise<SpooledReport[]> {
  return locked(spool, () => {
    const { epoch } = currentStream(spool);
    return reportsIn(spool.spoolDir).toSorted(
      (a, b) =>
        Number(a.epoch === epoch) - Number(b.epoch === epoch) ||
        (a.epoch < b.epoch ? -1 : Number(a.epoch > b.epoch)) ||
        a.sequence - b.sequence,
    );
  });
}

/** The bytes to send; null when another process has delivered it meanwhile. */
export function readSpooled(spool: Spool, report: SpooledReport): Buffer | null {
  try {
    return fs.readFileSync(path.join(spool.spoolDir, report.file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Lets go of a report. Only for when the server has named it as kept. */
export function removeSpooled(spool: Spool, report: SpooledReport): void {
  removeDurably(path.join(spool.spoolDir, report.file));
}

/** Puts a report that the server refuses aside, so that it blocks no other; it is kept until someone looks. */
export function setAside(spool: Spool, report: SpooledReport, reason: string): void {
  writeStateFile(path.join(refusedDir(spool), `${report.file}.reason.json`), {
    reason,
    at: new Date().toISOString(),
  });
  moveDurably(path.join(spool.spoolDir, report.file), path.join(refusedDir(spool), report.file));
}

export function listRefused(spool: Pick<Spool, 'spoolDir'>): Array<SpooledReport & { reason: string }> {
  return reportsIn(refusedDir(spool)).map((report) => ({ ...report, reason: reasonOf(spool, report) }));
}

/** Puts what was set aside back into the queue. */
export function requeueRefused(spool: Spool): number {
  const refused = listRefused(spool);
  for (const { file } of refused) {
    moveDurably(path.join(refusedDir(spool), file), path.join(spool.spoolDir, file));
    removeDurably(path.join(refusedDir(spool), `${file}.reason.json`));
  }
  return refused.length;
}

/**
 * Starts a new epoch: for a machine that was set back to an earlier state and whose numbers the server knows with other
 * contents.
 */
export async function startEpoch(spool: Spool): Promise<void> {
  await locked(spool, () => writeStream(spool, { ...currentStream(spool), ...freshStream() }));
}

/** The same, unless the reports that are made now have left that epoch already. */
export async function leaveEpoch(spool: Spool, epoch: string): Promise<void> {
  await locked(spool, () => {
    const now = currentStream(spool);
    if (now.epoch === epoch) writeStream(spool, { ...now, ...freshStream() });
  });
}

/** The report inside spooled bytes, without its number. */
export function readReport(bytes: Buffer): UnnumberedReport {
  return JSON.parse(gunzipSync(bytes).toString('utf8')) as UnnumberedReport;
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const refusedDir = ({ spoolDir }: Pick<Spool, 'spoolDir'>): string => path.join(spoolDir, 'refused');
const streamFile = ({ stateDir }: Pick<Spool, 'stateDir'>): string => path.join(stateDir, 'stream.json');

async function locked<T>(spool: Spool, work: () => T): Promise<T> {
  const done = await withProcessLock(path.join(spool.stateDir, 'spool.lock'), LOCK_WAIT_MILLISECONDS, work);
  if (done) return done.value;
  throw new AgentError(
    exitCode.unavailable,
    'Another agent process holds the spool',
    `Wait for it to end; if none runs, remove ${path.join(spool.stateDir, 'spool.lock')}.`,
  );
}

/**
 * The stream's state. A process killed between writing a report and writing the state has used a number that the state
 * does not know: the files know it. Called before any delivery, so that no number is used twice.
 */
function currentStream(spool: Spool): Stream {
  const known = readStateFile(streamFile(spool), stream);
  const now = known ?? { ...freshStream(), dropped: 0 };
  const newest = [...reportsIn(spool.spoolDir), ...reportsIn(refusedDir(spool))]
    .filter((report) => report.epoch === now.epoch)
    .toSorted((a, b) => b.sequence - a.sequence)[0];
  const isBehind = newest !== undefined && newest.sequence >= now.next_sequence;
  const caughtUp = isBehind
    ? { ...now, next_sequence: newest.sequence + 1, previous_sha256: hashOf(spool, newest) }
    : now;
  if (!known || isBehind) writeStream(spool, caughtUp);
  return caughtUp;
}

function freshStream(): Pick<Stream, 'epoch' | 'next_sequence' | 'previous_sha256'> {
  return { epoch: randomUUID(), next_sequence: 1, previous_sha256: null };
}

function hashOf(spool: Spool, report: SpooledReport): string | null {
  const bytes = readSpooled(spool, report);
  return bytes ? sha256(bytes) : null;
}

function writeStream(spool: Spool, value: Stream): void {
  writeStateFile(streamFile(spool), value);
}

function fileName({ epoch, sequence }: Pick<SpooledReport, 'epoch' | 'sequence'>): string {
  return `${String(sequence).padStart(16, '0')}.${epoch}.json.gz`;
}

function reportsIn(folder: string): SpooledReport[] {
  return fs.readdirSync(folder).flatMap((file) => {
    const [, sequence, epoch] = NAME.exec(file) ?? [];
    return sequence && epoch ? [{ file, epoch, sequence: Number(sequence) }] : [];
  });
}

function reasonOf(spool: Pick<Spool, 'spoolDir'>, { file }: SpooledReport): string {
  const found = readStateFile(
    path.join(refusedDir(spool), `${file}.reason.json`),
    z.object({ reason: z.string() }),
  );
  return found?.reason ?? 'unknown';
}

/** Drops the oldest reports until one more fits, and remembers how many: that is said in the next report. */
function makeRoom(spool: Spool): void {
  const files = [
    ...reportsIn(refusedDir(spool)).map(inFolder(refusedDir(spool))),
    ...reportsIn(spool.spoolDir).map(inFolder(spool.spoolDir)),
  ]
    .map((file) => ({ file, stat: fs.statSync(file, { throwIfNoEntry: false }) }))
    .toSorted((a, b) => (a.stat?.mtimeMs ?? 0) - (b.stat?.mtimeMs ?? 0) || (a.file < b.file ? -1 : 1));
  let count = files.length;
  let size = files.reduce((sum, { stat }) => sum + (stat?.size ?? 0), 0);
  const doomed = files.filter(({ stat }) => {
    const isFull = count >= spool.limits.reports_max || size > spool.limits.size_mb_max * 1_000_000;
    if (isFull) {
      count -= 1;
      size -= stat?.size ?? 0;
    }
    return isFull;
  });
  if (doomed.length === 0) return;
  const now = currentStream(spool);
  writeStream(spool, { ...now, dropped: now.dropped + doomed.length });
  for (const { file } of doomed) removeDurably(file);
}

const inFolder =
  (folder: string) =>
  ({ file }: SpooledReport): string =>
    path.join(folder, file);

function withDroppedNote(report: UnnumberedReport, dropped: number): UnnumberedReport {
  return withProblem(
    report,
    'spool_overflow',
    `${dropped} reports were dropped before they were delivered, because the spool of this machine was full.`,
  );
}

function withProblem(report: UnnumberedReport, code: string, message: string): UnnumberedReport {
  const problem = { code, severity: 'critical', subject: null, message: beginningOf(message) } as const;
  return { ...report, problems: [...report.problems, problem] };
}
