/** A backup in a chain, as duplicity tells of it. */
export interface DuplicitySet {
  kind: 'full' | 'inc';
  takenAt: string;
  volumes: number;
  isEncrypted: boolean;
}

/** What `duplicity --log-fd N collection-status` tells. */
export interface DuplicityStatus {
  /** Of all chains, oldest first within each. */
  sets: readonly DuplicitySet[];
  /** Backups that were cut short, and parts that belong to none. */
  incompleteCount: number;
  orphanedCount: number;
}

/** Each message of the log for programs begins with its level and code, and its text for people with a dot. */
const STATUS_MESSAGE = /^INFO 3\b.*\n((?!\. )[\s\S]*?)(?=^\. |^$|\n*$(?![\s\S]))/m;
const SET = /^ (full|inc) (\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z (\d+) (enc|noenc)$/;

/** null when the log has no such message, or one that is not understood. */
export function readDuplicityStatus(log: string): DuplicityStatus | null {
  const lines = STATUS_MESSAGE.exec(log)?.[1]?.trimEnd().split('\n') ?? [];
  const countOf = (name: string): number | null => {
    const found = lines.map((line) => new RegExp(`^${name} (\\d+)$`).exec(line)?.[1]).find(Boolean);
    return found === undefined ? null : Number(found);
  };
  const orphanedCount = countOf('orphaned-sets-num');
  const incompleteCount = countOf('incomplete-sets-num');
  if (orphanedCount === null || incompleteCount === null) return null;
  const inChains = lines.filter((line) => line.startsWith(' '));
  const sets = inChains.flatMap(setIn);
  return sets.length === inChains.length ? { sets, orphanedCount, incompleteCount } : null;
}

function setIn(line: string): DuplicitySet[] {
  const [, kind, year, month, day, hour, minute, second, volumes, encryption] = SET.exec(line) ?? [];
  if (kind !== 'full' && kind !== 'inc') return [];
  const takenAt = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(takenAt.getTime())) return [];
  return [
    { kind, takenAt: takenAt.toISOString(), volumes: Number(volumes), isEncrypted: encryption === 'enc' },
  ];
}

/** `duplicity 0.8.22`; null when it is something else. */
export function readDuplicityVersion(stdout: string): string | null {
  return /^duplicity (\d\S*)/m.exec(stdout)?.[1] ?? null;
}
