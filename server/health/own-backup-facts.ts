import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { OwnBackupFact, OwnFacts } from '@/domain/health/own-facts';

interface Folders {
  /** Absolute path. */
  readonly dataDir: string;
  readonly backupDir: string;
  /** Whether a backup is taken every day by itself. */
  readonly isPlanned: boolean;
}

/** As scripts/own-backup/backup-folder.mjs names them. */
const BACKUP_NAME = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z$/;
const drillFile = z.object({
  at: z.iso.datetime().transform((text) => Date.parse(text)),
  isGood: z.boolean(),
});

/** What lies in the folder of backups. `elsewhere`: the database is not the embedded one of the data folder. */
export function readOwnBackup({ dataDir, backupDir, isPlanned }: Folders): OwnBackupFact {
  if (!hasEmbeddedDatabase(dataDir)) return { kind: 'elsewhere' };
  const isBeside = !path.relative(dataDir, backupDir).startsWith('..');
  try {
    const names = existsSync(backupDir) ? readdirSync(backupDir) : [];
    const taken = names.flatMap((name) => instantOf(name) ?? []);
    const takenAt = taken.length > 0 ? Math.max(...taken) : null;
    return { kind: 'here', takenAt, isPlanned, isBeside, drill: readDrill(backupDir) };
  } catch {
    return { kind: 'unreadable' };
  }
}

/** The disk with the data folder. */
export function readDisk(dataDir: string): OwnFacts['disk'] {
  if (!hasEmbeddedDatabase(dataDir)) return 'elsewhere';
  try {
    const { bsize, bavail, blocks } = statfsSync(dataDir);
    return { freeBytes: bsize * bavail, totalBytes: bsize * blocks };
  } catch {
    return null;
  }
}

function hasEmbeddedDatabase(dataDir: string): boolean {
  return existsSync(path.join(dataDir, 'postgres'));
}

function instantOf(name: string): number | null {
  const [, day, hour, minute, second] = BACKUP_NAME.exec(name) ?? [];
  return day ? Date.parse(`${day}T${hour}:${minute}:${second}Z`) : null;
}

/** As scripts/own-backup/last-drill.mjs writes it. */
function readDrill(backupDir: string): { at: number; isGood: boolean } | null {
  const file = path.join(backupDir, 'last-drill.json');
  if (!existsSync(file)) return null;
  return drillFile.parse(JSON.parse(readFileSync(file, 'utf8')));
}
