import type { RestoreTrouble } from '@/domain/restore-test/judge-restore';
import type { JobStream } from '@/agent/collectors/job-stream';
import type { ExpectedFiles } from '@/agent/restore-test/expected-hashes';
import type { ListedFile, PointListing } from '@/agent/restore-test/listed-file';
import type { ProgramOutcome } from '@/agent/tools/run-program';

/** A recovery point that can be tested. */
export interface TestablePoint {
  key: string;
  /** As the tool takes it on its command line. */
  name: string;
  stream: JobStream;
  takenAt: string;
}

/** What a tool found at the repository: its points, or why they cannot be read. */
export type OpenedRepository = { toolVersion: string | null; repositoryKey: string } & (
  { points: readonly TestablePoint[]; trouble: null } | { points: null; trouble: RestoreTrouble }
);

interface RestoreEnd {
  exitCode: number | null;
  /** null: it ended well. */
  trouble: RestoreTrouble | null;
  /** The tool read all of it back and found it as the repository says. */
  isReadBack: boolean;
}

/** Where and within which limits a test works. */
export interface RestoreLimits {
  /** Seconds that are left to the test; at least 0. */
  secondsLeft: () => number;
  bandwidthKibPerSecond: number | null;
  onStart: (pid: number) => void;
  /** Called with each program that ended, for the evidence. */
  onEnd: (what: string, outcome: ProgramOutcome) => void;
}

/** How a restore test uses a backup tool that restores files. It never writes but below `folder`. */
export interface RestoreTool {
  open: (limits: RestoreLimits) => Promise<OpenedRepository>;
  list: (point: TestablePoint, limits: RestoreLimits) => Promise<PointListing | RestoreTrouble>;
  /**
   * @param files null: all of the point
   * @param isReadBack asks the tool to read back what it wrote, where it can
   */
  restore: (
    point: TestablePoint,
    files: readonly ListedFile[] | null,
    folder: string,
    isReadBack: boolean,
    limits: RestoreLimits,
  ) => Promise<RestoreEnd>;
  /** Reads from the repository what files should hold; nothing where the tool cannot. */
  readExpected: (
    point: TestablePoint,
    files: readonly ListedFile[],
    limits: RestoreLimits,
  ) => Promise<ExpectedFiles>;
}

/** Calls with each whole part of what comes in chunks, by lines or by another separator; the end must be told. */
export function lineReader(
  onLine: (line: string) => void,
  separator = NEWLINE,
): { take: (chunk: Buffer) => void; end: () => void } {
  let rest: Buffer = Buffer.alloc(0);
  return {
    take: (chunk) => {
      let from = 0;
      for (let at = chunk.indexOf(separator); at >= 0; at = chunk.indexOf(separator, from)) {
        onLine(Buffer.concat([rest, chunk.subarray(from, at)]).toString('utf8'));
        rest = Buffer.alloc(0);
        from = at + 1;
      }
      rest = Buffer.concat([rest, chunk.subarray(from)]);
    },
    end: () => {
      if (rest.length > 0) onLine(rest.toString('utf8'));
      rest = Buffer.alloc(0);
    },
  };
}

const NEWLINE = 10;

/** Less than any system allows for a command line. */
const ARGUMENT_BYTES_MAX = 512 * 1024;

/** Arguments for several calls, so that none is longer than a command line may be. What belongs together stays together. */
export function inBatches(groups: readonly (readonly string[])[]): string[][] {
  const batches: string[][] = [];
  let size = Infinity;
  for (const group of groups) {
    const bytes = group.reduce((sum, one) => sum + Buffer.byteLength(one) + POINTER_BYTES, 0);
    if (size + bytes > ARGUMENT_BYTES_MAX) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(...group);
    size += bytes;
  }
  return batches;
}

/** The system counts the pointer and the zero at the end of each. */
const POINTER_BYTES = 9;
