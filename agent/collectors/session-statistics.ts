/** What duplicity and rdiff-backup, which share the form, count of a backup: `Errors 2`, `StartTime 1795414361.47 (…)`. */
export type SessionStatistics = ReadonlyMap<string, number>;

/** Begins the block in the output of a backup. */
export const STATISTICS_HEAD = /^-+\[ (Backup|Session) [Ss]tatistics \]-+$/;
export const STATISTICS_FOOT = /^-{20,}$/;

/** The block at the end of a backup's output; null: it has none. `Backup` is duplicity's, `Session` rdiff-backup's. */
export function statisticsIn(stdout: string, title: 'Backup' | 'Session'): SessionStatistics | null {
  const lines = stdout.split(/\r?\n/);
  const head = lines.findLastIndex((line) => STATISTICS_HEAD.exec(line)?.[1] === title);
  if (head < 0) return null;
  const length = lines.slice(head + 1).findIndex((line) => STATISTICS_FOOT.test(line));
  return readStatistics(lines.slice(head + 1, length < 0 ? undefined : head + 1 + length).join('\n'));
}

/** Lines of a name and a number; others say nothing. */
export function readStatistics(text: string): SessionStatistics {
  const found = [...text.matchAll(/^([A-Z][A-Za-z]+) (-?\d+(?:\.\d+)?)\b/gm)];
  return new Map(found.map(([, name = '', value]) => [name, Number(value)]));
}

/** A count of it; null: it does not say. */
export function countIn(statistics: SessionStatistics | null, name: string): number | null {
  const value = statistics?.get(name);
  return value === undefined || !Number.isSafeInteger(value) || value < 0 ? null : value;
}

/** An instant of it. */
export function instantIn(statistics: SessionStatistics | null, name: string): string | null {
  const value = statistics?.get(name);
  const at = new Date((value ?? NaN) * 1000);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
