import { z } from 'zod';
import { beginningOf } from '@/agent/report/shorten';

const backup = z.object({
  label: z.string().min(1).max(200),
  type: z.enum(['full', 'diff', 'incr']).nullish().catch(null),
  error: z.boolean().nullish(),
  timestamp: z.object({ start: z.int(), stop: z.int() }),
  info: z.object({
    size: z.int().min(0),
    repository: z
      .object({ delta: z.int().min(0) })
      .nullish()
      .catch(null),
  }),
  database: z.object({ id: z.int() }),
});
/** A backup as `pgbackrest info --output=json` lists it; times are seconds since 1970. */
export type StanzaBackup = z.output<typeof backup>;

const archive = z.object({
  database: z.object({ id: z.int() }),
  max: z.string().nullish(),
});

const status = z.object({ code: z.int(), message: z.string() });

const stanza = z.object({
  name: z.string(),
  status,
  /** What is wrong with each repository of the stanza. */
  repo: z.array(z.object({ status })).default([]).catch([]),
  cipher: z.string().max(200).nullish().catch(null),
  backup: z.array(backup).default([]),
  archive: z.array(archive).default([]).catch([]),
  db: z.array(z.object({ id: z.int(), 'system-id': z.string(), version: z.string() })).default([]),
});

/** What pgBackRest says of a stanza. */
export interface StanzaInfo {
  /** Of the newest database; those in which pgBackRest saw errors among them. */
  backups: readonly StanzaBackup[];
  /** Of the newest database that was backed up: its identity, and its major version. */
  systemId: string;
  version: string;
  /** The newest segment of the archived log: 24 hex digits, timeline first; null: there is none. */
  logEnd: string | null;
  /** `none`, or how it is encrypted; null: pgBackRest does not say. */
  cipher: string | null;
}

/** pgBackRest knows the stanza, and that it holds no backup yet. */
const NO_BACKUP = 2;

/**
 * Reads what `info` printed of one stanza. It ends with 0 also when it found nothing, or cannot read the repository: then the
 * status says so.
 * @returns a sentence where it cannot be told what the stanza holds
 */
export function readStanzaListing(stdout: string, name: string): StanzaInfo | string {
  const told = z.array(stanza).safeParse(parseWide(stdout)).data;
  if (!told) return 'pgBackRest answered with something that is not its usual JSON.';
  const found = told.find((one) => one.name === name);
  if (!found) return `pgBackRest knows nothing of the stanza ${name}.`;
  const { code } = found.status;
  const database = found.db.toSorted((a, b) => b.id - a.id)[0];
  if (!database || (code !== 0 && code !== NO_BACKUP))
    return `pgBackRest says of the stanza ${name}: ${reasonOf(found)}`;
  const backups = found.backup.filter(({ database: of }) => of.id === database.id);
  return {
    backups,
    systemId: database['system-id'],
    version: database.version,
    logEnd: newestSegment(found.archive.filter(({ database: of }) => of.id === database.id)),
    cipher: found.cipher ?? null,
  };
}

/** With a wrong pass phrase it quotes the bytes that it could not read: they are nobody's to see. */
function reasonOf({ status: whole, repo }: z.output<typeof stanza>): string {
  const broken = repo.map((one) => one.status).find(({ code }) => code === whole.code && code !== 0);
  const [first = ''] = (broken ?? whole).message.split('\n', 1);
  return beginningOf(`${first.replace(/:$/, '')}.`);
}

/** Each repository of the stanza has an archive of its own; names sort by timeline and place. */
function newestSegment(archives: readonly z.output<typeof archive>[]): string | null {
  const names = archives.flatMap(({ max }) => (max && SEGMENT.test(max) ? [max] : []));
  return names.toSorted().at(-1) ?? null;
}

const SEGMENT = /^[0-9A-F]{24}$/;

/** The backups that can be restored from. @returns a sentence where there is none */
export function readStanzaInfo(stdout: string, name: string): StanzaInfo | string {
  const listing = readStanzaListing(stdout, name);
  if (typeof listing === 'string') return listing;
  const backups = listing.backups.filter(({ error }) => !error);
  return backups.length === 0 ? `The stanza ${name} holds no backup.` : { ...listing, backups };
}

/** The key of the repository: a stanza of another database is another one, whatever its name. */
export function stanzaKey({ systemId }: Pick<StanzaInfo, 'systemId'>, name: string): string {
  return `pgbackrest:${systemId}:${name}`;
}

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001F]/g;

/**
 * The identity of a database is a number beyond what JSON readers keep exactly. Within its strings pgBackRest writes control characters
 * as they are, such as those of a file that it could not decrypt.
 */
function parseWide(text: string): unknown {
  try {
    return JSON.parse(text.replaceAll(CONTROL, ' ').replaceAll(/("system-id":)\s*(\d+)/g, '$1"$2"'));
  } catch {
    return null;
  }
}
