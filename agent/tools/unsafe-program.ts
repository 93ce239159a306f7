import fs from 'node:fs';

/**
 * Why a program of the user's own must not be run; null: it may. One that others may write would run as us. Windows tells no owner and no
 * such rights: there it is enough that it is there.
 * @param what it is called in the sentence, such as `verification script`
 */
export function whyUnsafe(file: string, what: string): string | null {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) return `The ${what} ${file} is not there.`;
  if (process.platform === 'win32') return null;
  const isOurs = stat.uid === 0 || stat.uid === process.getuid?.();
  if (isOurs && (stat.mode & 0o022) === 0) return null;
  return `The ${what} ${file} may be changed by others: it must belong to root or to the user of the agent, and be writable by its owner alone.`;
}
