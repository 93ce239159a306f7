import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writeDurably } from '@/agent/state/durable-file';
import { isOwnerAlive, processOwner } from '@/agent/state/process-lock';
import { killPrograms } from '@/agent/tools/run-program';

/** A folder of our own that one restore test writes to; nobody else may enter it. */
export interface Scratch {
  folder: string;
  /** Where restored data goes; the mark lies beside it, out of reach of what is restored. */
  data: string;
  /** Notes a program that works in it, so that it can be ended when we were killed. */
  noteProgram: (pid: number) => void;
  /** @returns whether nothing of it is left */
  remove: () => boolean;
}

const PREFIX = 'holdfast-restore-';
const MARK = 'holdfast-restore.json';
/** A line for each program that was started there: its number and start time. */
const PROGRAMS = 'holdfast-restore.programs';

/** Whose it is: the agent, by its number and start time. */
const mark = z.object({ scratch: z.literal(1), agent: z.string() });
interface Owners extends z.output<typeof mark> {
  programs: readonly string[];
}

/** Makes a scratch folder (0700) in `root`. It is also removed when this process ends, however it is told to. */
export function makeScratch(root: string): Scratch {
  fs.mkdirSync(root, { recursive: true, mode: 0o700 });
  const folder = path.join(fs.realpathSync(root), `${PREFIX}${randomBytes(8).toString('hex')}`);
  fs.mkdirSync(folder, { mode: 0o700 });
  const data = path.join(folder, 'data');
  const owner: z.output<typeof mark> = { scratch: 1, agent: processOwner(process.pid) };
  writeDurably(path.join(folder, MARK), JSON.stringify(owner));
  fs.mkdirSync(data, { mode: 0o700 });
  const removeAtExit = (): void => {
    killPrograms();
    removeTree(folder);
  };
  process.once('exit', removeAtExit);
  return {
    folder,
    data,
    // Not waited for until it is on disk: we may be killed meanwhile, and no program outlives the power.
    noteProgram: (pid) => fs.appendFileSync(path.join(folder, PROGRAMS), `${processOwner(pid)}\n`),
    remove: () => {
      process.off('exit', removeAtExit);
      return removeTree(folder);
    },
  };
}

/**
 * Removes scratch folders that bear our mark and whose agent is gone, and ends what still works in them.
 * @returns how many were removed
 */
export function removeLeftovers(root: string): number {
  return leftoversIn(root).filter(({ folder, owners }) => {
    for (const program of owners.programs) endGroup(program);
    return removeTree(folder);
  }).length;
}

function leftoversIn(root: string): { folder: string; owners: Owners }[] {
  return namesIn(root)
    .filter((name) => name.startsWith(PREFIX))
    .flatMap((name) => {
      const folder = path.join(root, name);
      const owners = readOwners(folder);
      return owners && !isOwnerAlive(owners.agent) ? [{ folder, owners }] : [];
    });
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

/** null: not a folder of ours, whatever its name. */
function readOwners(folder: string): Owners | null {
  try {
    if (!fs.lstatSync(folder).isDirectory()) return null;
    const owner = mark.parse(JSON.parse(fs.readFileSync(path.join(folder, MARK), 'utf8')));
    return { ...owner, programs: readPrograms(path.join(folder, PROGRAMS)) };
  } catch {
    return null;
  }
}

function readPrograms(file: string): string[] {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}

/** Programs lead groups of their own. */
function endGroup(owner: string): void {
  if (!isOwnerAlive(owner)) return;
  try {
    process.kill(-Number(owner.split(' ', 1)[0]), 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

const REMOVE_TRIES = 5;

/** What was restored may forbid its own removal, and a program that was killed may write for a moment longer. */
function removeTree(folder: string): boolean {
  for (let tries = 0; tries < REMOVE_TRIES; tries += 1) {
    try {
      openFolders(folder);
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
      return true;
    } catch {
      // Once more; what cannot be removed is told by the result.
    }
  }
  return !fs.existsSync(folder);
}

/** Gives us the right to empty every folder. Links are not followed; a name need not be UTF-8. */
function openFolders(folder: string | Buffer): void {
  const stat = fs.lstatSync(folder, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return;
  if ((stat.mode & 0o700) !== 0o700) fs.chmodSync(folder, 0o700);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }))
    if (entry.isDirectory()) openFolders(Buffer.concat([Buffer.from(folder), SLASH, entry.name]));
}

const SLASH = Buffer.from('/');

/** Bytes that may still be written where a folder lies, by anyone but root. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize;
}
