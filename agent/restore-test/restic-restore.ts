import { z } from 'zod';
import type { RestoreTrouble } from '@/domain/restore-test/judge-restore';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import { unreadKey } from '@/agent/collectors/repository-answer';
import { readResticLocation } from '@/agent/collectors/restic/restic-location';
import {
  finalMessage,
  readResticDocument,
  readResticLines,
  readResticVersion,
} from '@/agent/collectors/restic/restic-output';
import { snapshotListing, snapshotStream } from '@/agent/collectors/restic/restic-points';
import { problemCodeOfOutput, problemOf } from '@/agent/collectors/restic/restic-problem';
import { NOT_UNDERSTOOD, readResticConfig } from '@/agent/collectors/restic/restic-repository';
import { isSpellable, liesIn, nanosecondsOf, type ListedFile } from '@/agent/restore-test/listed-file';
import {
  inBatches,
  lineReader,
  type RestoreLimits,
  type RestoreTool,
  type TestablePoint,
} from '@/agent/restore-test/restore-tool';
import { runProgram, type ProgramOutcome } from '@/agent/tools/run-program';

/**
 * Restore tests with restic 0.14 and later.
 * @param knownKey under which the repository was known before, for when it cannot be read now
 */
export function resticRestore(
  access: RepositoryAccess,
  knownKey: string | null,
  hostname: string,
): RestoreTool {
  const ask = (
    what: string,
    args: readonly string[],
    limits: RestoreLimits,
    onStdout?: (chunk: Buffer) => void,
  ): Promise<ProgramOutcome> => askUncached(access, what, args, limits, onStdout);
  return {
    open: async (limits) => {
      const version = await ask('version', ['version'], limits);
      const toolVersion = readResticVersion(version.stdout);
      const key =
        knownKey ?? unreadKey('restic', readResticLocation(access.settings.repo, new Date()), hostname);
      const closed = (outcome: ProgramOutcome) => ({
        toolVersion,
        repositoryKey: key,
        points: null,
        trouble: troubleOf(outcome, access) ?? {
          kind: 'obstacle' as const,
          message: NOT_UNDERSTOOD.message ?? 'The repository cannot be read.',
        },
      });
      if (version.startError !== null) return closed(version);
      const told = await ask('cat config', ['cat', 'config'], limits);
      const config = told.exitCode === 0 ? readResticConfig(told.stdout) : null;
      if (!config) return closed(told);
      const listing = await ask('snapshots', ['snapshots'], limits);
      const snapshots = listing.exitCode === 0 ? readResticDocument(snapshotListing, listing.stdout) : null;
      if (!snapshots) return { ...closed(listing), repositoryKey: config.id };
      const points = snapshots.map((one) => ({
        key: one.id,
        name: one.id,
        stream: snapshotStream(one),
        takenAt: one.time,
      }));
      return { toolVersion, repositoryKey: config.id, points, trouble: null };
    },
    list: async (point, limits) => {
      const files: ListedFile[] = [];
      let unspellableCount = 0;
      const reader = lineReader((line) => {
        const node = readNode(line);
        if (!node) return;
        if (isSpellable(node.path)) files.push(listedFile(node, point));
        else unspellableCount += 1;
      });
      const outcome = await ask('ls', ['ls', point.name], limits, reader.take);
      reader.end();
      return troubleOf(outcome, access) ?? { files, unspellableCount };
    },
    restore: async (point, files, folder, isReadBack, limits) => {
      const limit = limits.bandwidthKibPerSecond;
      const args = [
        ...(limit === null ? [] : ['--limit-download', String(limit)]),
        'restore',
        point.name,
        '--target',
        folder,
        ...(isReadBack ? ['--verify'] : []),
      ];
      const batches = files === null ? [[]] : inBatches(files.map(includeOf));
      let last: ProgramOutcome | null = null;
      for (const batch of batches) {
        last = await ask('restore', [...args, ...batch], limits);
        const trouble = troubleOf(last, access);
        if (trouble) return { exitCode: last.exitCode, trouble, isReadBack: false };
      }
      return { exitCode: last?.exitCode ?? null, trouble: null, isReadBack };
    },
    // It has no hash of whole files.
    readExpected: () => Promise.resolve(new Map()),
  };
}

/** Without its cache, which would make what was read before look fast. */
async function askUncached(
  access: RepositoryAccess,
  what: string,
  args: readonly string[],
  limits: RestoreLimits,
  onStdout?: (chunk: Buffer) => void,
): Promise<ProgramOutcome> {
  const outcome = await runProgram({
    program: access.program,
    args: ['--no-lock', '--json', '--no-cache', ...args],
    env: access.env,
    timeLimitSeconds: limits.secondsLeft(),
    onStart: limits.onStart,
    ...(onStdout && { onStdout }),
  });
  limits.onEnd(what, outcome);
  return outcome;
}

const node = z.object({
  struct_type: z.literal('node'),
  type: z.literal('file'),
  path: z.string().min(1),
  size: z.int().min(0).default(0),
  mtime: z.string(),
});

/** null: a folder, a link, a FIFO, a device, or the snapshot itself. */
function readNode(line: string): z.output<typeof node> | null {
  return readResticDocument(node, line);
}

function listedFile({ path, size, mtime }: z.output<typeof node>, { stream }: TestablePoint): ListedFile {
  const modifiedNs = nanosecondsOf(mtime);
  return {
    path,
    bytes: size,
    modifiedAt: modifiedNs === null ? null : Number(modifiedNs / 1_000_000n),
    modifiedNs,
    modifiedStepNs: 1n,
    restoredAs: path.slice(1),
    sameAs: null,
    isDoubtful: false,
    // A backup of relative paths lists them as if they lay at the root.
    sourcePath: liesIn(path, stream.paths) ? path : null,
  };
}

/** A pattern that fits this one file: `\` takes their meaning from the others. */
function includeOf({ path }: ListedFile): string[] {
  return ['--include', path.replaceAll(/[\\*?[\]]/g, String.raw`\$&`)];
}

const DAMAGE =
  /ciphertext verification failed|invalid hash|hash (?:does not match|mismatch)|wrong hash|not found in (?:the )?index|StreamPack: .*no such file|<data\/[0-9a-f]+>.*(?:no such file|does not exist)|Unexpected content in|Invalid file size|unexpected EOF/i;

/** What stops any restore; damage that is named goes before, but for a full disk, after which anything may be said. */
function troubleOf(outcome: ProgramOutcome, access: RepositoryAccess): RestoreTrouble | null {
  if (outcome.exitCode === 0 && !outcome.hasTimedOut) return null;
  const code = problemCodeOfOutput(outcome.stderr);
  const lines = readResticLines(outcome.stderr);
  const damage = lines.texts.filter((text) => DAMAGE.test(text));
  if (damage.length > 0 && code !== 'disk_full' && code !== 'quota') {
    const words = [...damage.slice(0, SHOWN_MAX), finalMessage(lines) ?? ''].join('\n').trim();
    return { kind: 'damage', message: access.redact(words) };
  }
  const noRoom = lines.texts.find((text) => NO_ROOM.test(text));
  const message = problemOf(outcome, access.redact)?.message ?? 'restic did not end well.';
  return { kind: 'obstacle', message: noRoom === undefined ? message : access.redact(noRoom) };
}

const NO_ROOM = /no space left on device|disk quota exceeded/i;
const SHOWN_MAX = 3;
