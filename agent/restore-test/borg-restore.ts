import type { RestoreTrouble } from '@/domain/restore-test/judge-restore';
import { DAMAGE } from '@/agent/collectors/borg/borg-check';
import { askBorg, askBorgVersion, throttledBorg } from '@/agent/collectors/borg/borg-command';
import { readBorgLocation } from '@/agent/collectors/borg/borg-location';
import {
  finalBorgMessage,
  readBorgDocument,
  readBorgLines,
  readBorgVersion,
} from '@/agent/collectors/borg/borg-output';
import { borgListing, listedArchive, LISTING_FORMAT } from '@/agent/collectors/borg/borg-points';
import { borgProblemCode, borgProblemOf } from '@/agent/collectors/borg/borg-problem';
import { BORG_NOT_UNDERSTOOD } from '@/agent/collectors/borg/borg-repository';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import { unreadKey } from '@/agent/collectors/repository-answer';
import type { ExpectedFile } from '@/agent/restore-test/expected-hashes';
import { isSpellable, liesIn, nanosecondsOf, type ListedFile } from '@/agent/restore-test/listed-file';
import {
  inBatches,
  lineReader,
  type OpenedRepository,
  type RestoreLimits,
  type RestoreTool,
  type TestablePoint,
} from '@/agent/restore-test/restore-tool';
import type { ProgramOutcome, ProgramRequest } from '@/agent/tools/run-program';

/** Asks borg something within the limits of a test. */
type Ask = (
  what: string,
  args: readonly string[],
  limits: RestoreLimits,
  more?: Pick<ProgramRequest, 'cwd' | 'onStdout'>,
) => Promise<ProgramOutcome>;

/**
 * Restore tests with borg 1.x.
 * @param knownKey under which the repository was known before, for when it cannot be read now
 */
export function borgRestore(
  access: RepositoryAccess,
  knownKey: string | null,
  hostname: string,
): RestoreTool {
  const ask: Ask = async (what, args, limits, more = {}) => {
    const outcome = await askBorg(limitedTo(access, limits), args, limits.secondsLeft(), {
      ...more,
      onStart: limits.onStart,
    });
    limits.onEnd(what, outcome);
    return outcome;
  };
  return {
    open: (limits) => openBorg(access, knownKey, hostname, ask, limits),
    list: async (point, limits) => {
      const items: Item[] = [];
      let unspellableCount = 0;
      let head: string | null = null;
      const reader = lineReader((part) => {
        const read = head === null ? null : readItem(head, part);
        head = head === null ? part : null;
        if (read && isSpellable(read.path)) items.push(read);
        else if (read) unspellableCount += 1;
      }, NUL);
      const args = ['list', '--format', ITEM_FORMAT, `::${point.name}`];
      const outcome = await ask('list archive', args, limits, { onStdout: reader.take });
      reader.end();
      return troubleOf(outcome, access) ?? { files: listedFiles(items, point), unspellableCount };
    },
    restore: async (point, files, folder, _isReadBack, limits) => {
      let exitCode: number | null = null;
      for (const batch of files === null ? [[]] : inBatches(files.map(({ path }) => [patternOf(path)]))) {
        const outcome = await ask('extract', ['extract', `::${point.name}`, ...batch], limits, {
          cwd: folder,
        });
        exitCode = outcome.exitCode;
        const trouble = troubleOf(outcome, access);
        if (trouble) return { exitCode, trouble, isReadBack: false };
      }
      return { exitCode, trouble: null, isReadBack: false };
    },
    readExpected: async (point, files, limits) => {
      const hashes = new Map<string, string>();
      const reader = lineReader((line) => {
        const [, sha256 = '', path = ''] = /^([0-9a-f]{64}) ([\s\S]+)$/.exec(line) ?? [];
        hashes.set(path, sha256);
      }, NUL);
      const asked = [...new Set(files.map((file) => file.sameAs ?? file.path))];
      for (const batch of inBatches(asked.map((path) => [patternOf(path)]))) {
        const args = ['list', '--format', '{sha256} {bpath}{NUL}', `::${point.name}`, ...batch];
        await ask('list hashes', args, limits, { onStdout: reader.take });
        reader.end();
      }
      const found = files.flatMap(({ path, sameAs }): [string, ExpectedFile][] => {
        const sha256 = hashes.get(sameAs ?? path);
        return sha256 === undefined ? [] : [[path, { sha256, origin: 'repository' }]];
      });
      return new Map(found);
    },
  };
}

/** borg 1.x limits only what it sends, so the command by which it reaches another machine is limited; a local disk is not. */
function limitedTo(access: RepositoryAccess, { bandwidthKibPerSecond }: RestoreLimits): RepositoryAccess {
  const isLocal = readBorgLocation(access.settings.repo).kind === 'local';
  return bandwidthKibPerSecond === null || isLocal ? access : throttledBorg(access, bandwidthKibPerSecond);
}

async function openBorg(
  access: RepositoryAccess,
  knownKey: string | null,
  hostname: string,
  ask: Ask,
  limits: RestoreLimits,
): Promise<OpenedRepository> {
  const version = await askBorgVersion(access);
  limits.onEnd('version', version);
  const toolVersion = readBorgVersion(version.stdout);
  const closed = (trouble: RestoreTrouble | null, message: string | null): OpenedRepository => ({
    toolVersion,
    repositoryKey: knownKey ?? unreadKey('borg', readBorgLocation(access.settings.repo), hostname),
    points: null,
    trouble: trouble ?? { kind: 'obstacle', message: message ?? 'The repository cannot be read.' },
  });
  if (version.startError !== null) return closed(troubleOf(version, access), null);
  if (!toolVersion?.startsWith('1.'))
    return closed(null, `borg ${toolVersion ?? 'of an unknown version'} is not read; borg 1.x is.`);
  const outcome = await ask('list', ['list', '--json', '--format', LISTING_FORMAT], limits);
  const trouble = troubleOf(outcome, access);
  const listing = trouble ? null : readBorgDocument(borgListing, outcome.stdout);
  if (!listing) return closed(trouble, BORG_NOT_UNDERSTOOD.message);
  const points = listing.archives.map((one): TestablePoint => {
    const { id, stream, takenAt } = listedArchive(one);
    return { key: id, name: one.name, stream, takenAt };
  });
  return { toolVersion, repositoryKey: listing.repository.id, points, trouble: null };
}

const NUL = 0;

/** Names may hold anything but NUL. A hard link names the file that holds its contents, and has no size. */
const ITEM_FORMAT = '{type}{TAB}{size}{TAB}{isomtime}{TAB}{linktarget}{NUL}{bpath}{NUL}';

interface Item {
  path: string;
  bytes: number;
  modified: string;
  sameAs: string | null;
}

/** null: a folder, a link, a FIFO or a device. */
function readItem(head: string, path: string): Item | null {
  const [, size = '', modified = '', target = ''] = /^[-h]\t(\d+)\t([^\t]*)\t([\s\S]*)$/.exec(head) ?? [];
  return size === '' ? null : { path, bytes: Number(size), modified, sameAs: target === '' ? null : target };
}

/** borg keeps times to the microsecond. */
const MICROSECOND = 1000n;

function listedFiles(items: readonly Item[], { stream }: TestablePoint): ListedFile[] {
  const sizes = new Map(items.map(({ path, bytes }) => [path, bytes]));
  return items.map(({ path, bytes, modified, sameAs }) => {
    const modifiedNs = nanosecondsOf(modified);
    const sourcePath = `/${path}`;
    return {
      path,
      bytes: sameAs === null ? bytes : (sizes.get(sameAs) ?? bytes),
      modifiedAt: modifiedNs === null ? null : Number(modifiedNs / 1_000_000n),
      modifiedNs,
      modifiedStepNs: MICROSECOND,
      restoredAs: path,
      sameAs,
      // borg writes `?` for bytes that are no UTF-8, and for question marks.
      isDoubtful: path.includes('?'),
      sourcePath: liesIn(sourcePath, stream.paths) ? sourcePath : null,
    };
  });
}

/** Fits the path itself, without wildcards; also one that begins with a dash or holds a line break. */
const patternOf = (path: string): string => `pp:${path}`;

/**
 * What keeps a restore from ending well. A warning (of rights that could not be given, of a pattern that fits nothing) is none, but
 * for a full disk, which borg only warns of.
 */
function troubleOf(outcome: ProgramOutcome, access: RepositoryAccess): RestoreTrouble | null {
  const lines = readBorgLines(outcome.stderr);
  const code = borgProblemCode(null, lines);
  if (code === 'disk_full' || code === 'quota') {
    const said = lines.flatMap(({ text }) => NO_ROOM.exec(text)?.[0] ?? [])[0] ?? finalBorgMessage(lines);
    return { kind: 'obstacle', message: access.redact(said ?? 'There is no space left.') };
  }
  const problem = borgProblemOf(outcome, access.redact);
  if (problem === null) return null;
  const damage = lines.find(({ text }) => DAMAGE.test(text) || NO_OBJECT.test(text) || NO_SEGMENT.test(text));
  const message = problem.message ?? 'borg did not end well.';
  if (!damage) return { kind: 'obstacle', message };
  const what = NO_SEGMENT.exec(damage.text)?.[0] ?? damage.text;
  return { kind: 'damage', message: access.redact(what) };
}

const NO_ROOM = /[^\n]*(?:No space left on device|Disk quota exceeded)[^\n]*/;
/** The repository does not know where a piece is that its archives name. */
const NO_OBJECT = /Object with key [0-9a-f]+ not found in repository/;
/** A file of the repository's data is gone; borg shows where it fell over. */
const NO_SEGMENT = /No such file or directory: '[^'\n]*\/data\/\d+\/\d+'/;
