import fs from 'node:fs';
import { z } from 'zod';
import { captureKind } from '@/contract/report';
import { SAMPLE_FILES_MAX } from '@/domain/restore-test/select-files';
import { AgentError, exitCode } from '@/agent/agent-error';
import { parseJsonc } from '@/agent/config/jsonc';

const text = z.string().min(1);
const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a variable name');
const environment = z.record(variableName, z.string());

export const toolName = z.enum(['restic', 'borg', 'rsnapshot', 'rdiff-backup', 'duplicity', 'barman']);
/** A tool whose repositories the agent reads. */
export type ToolName = z.infer<typeof toolName>;

const check = z.strictObject({
  /** `structure`, `all`, or (restic) a share of the data such as `10%`; left out: 10% with restic, all with borg. */
  read_data: z
    .union([
      z.enum(['structure', 'all']),
      z.string().regex(/^\d{1,2}(\.\d+)?%$|^100%$/, 'must be structure, all or a percentage such as 10%'),
    ])
    .optional(),
  every_hours: z.number().positive().default(168),
  time_limit_minutes: z.number().positive().default(240),
});
export type CheckSettings = z.output<typeof check>;

const job = z.strictObject({
  name: text.max(200),
  host: text.max(200).optional(),
  /** What must be in each recovery point; a point that lacks one is reported. */
  paths: z.array(text).max(1000).default([]),
});
export type JobSettings = z.output<typeof job>;

/** Whether a check asks for what borg cannot do. */
const NO_SHARE = 'borg cannot check a share of the data: let check.read_data be structure or all';
const asksForShare = (asked: CheckSettings | undefined): boolean => asked?.read_data?.endsWith('%') === true;

/** Tools that the agent asks for a check, to whom it hands a password, and whose points it restores. */
const restorableTool = z.enum(['restic', 'borg']);
/** How the other tools are told what they need; the agent only lists what they hold. */
const NO_CHECK = 'the agent checks repositories of restic and borg only: leave check out';
const NO_PASSWORD =
  'listing needs no password: leave out password_file, password_command and password_env (a server is told by variables of the tool itself)';

/** What a technician knows of a borg repository: that it is not encrypted, or that it was moved. */
const accept = z.array(z.enum(['unencrypted', 'relocated'])).default([]);

const repository = z
  .strictObject({
    tool: toolName,
    repo: text.max(2000),
    name: text.max(200).optional(),
    password_file: text.optional(),
    password_command: text.optional(),
    password_env: text.optional(),
    env: environment.default({}),
    jobs: z.array(job).max(1000).default([]),
    check: check.optional(),
    stats: z.boolean().default(true),
    /** restic, `rest:`: whether the server is asked to remove a snapshot that is not there, which shows if it is append-only. */
    probe_append_only: z.boolean().optional(),
    accept,
    /** Of barman: its configuration file; left out: where barman looks. */
    config: text.max(4096).optional(),
  })
  .refine((one) => one.config === undefined || one.tool === 'barman', 'config belongs to barman')
  .refine((one) => one.check === undefined || isRestorableTool(one.tool), NO_CHECK)
  .refine(
    (one) =>
      isRestorableTool(one.tool) ||
      (one.password_file ?? one.password_command ?? one.password_env) === undefined,
    NO_PASSWORD,
  )
  .refine(
    (one) => !one.probe_append_only || (one.tool === 'restic' && /^rest:https?:/i.test(one.repo)),
    'probe_append_only is for restic and an address that begins with rest:http',
  )
  .refine(
    (one) => [one.password_file, one.password_command, one.password_env].filter(Boolean).length <= 1,
    'give only one of password_file, password_command, password_env',
  )
  .refine((one) => one.tool !== 'borg' || !asksForShare(one.check), NO_SHARE);
export type RepositorySettings = z.output<typeof repository>;
/** A repository of a tool whose points the agent restores to test them. */
export type RestorableRepository = RepositorySettings & { tool: z.infer<typeof restorableTool> };

/** Of these the agent also knows how to hand over a password, and how to check. */
export function isRestorableTool(tool: ToolName): boolean {
  return restorableTool.safeParse(tool).success;
}

export function isRestorable(settings: RepositorySettings): settings is RestorableRepository {
  return isRestorableTool(settings.tool);
}

const borgmatic = z
  .strictObject({
    /** Its configuration file; all repositories that it names are read. */
    config: text.max(4096),
    check: check.optional(),
    stats: z.boolean().default(true),
    accept,
  })
  .refine((one) => !asksForShare(one.check), NO_SHARE);
export type BorgmaticSettings = z.output<typeof borgmatic>;

/** A folder in which a job of one's own leaves a file each time. */
const dumpFolder = z.strictObject({
  folder: text.max(4096).regex(/^(\/|[A-Za-z]:[\\/])/, 'must be an absolute path'),
  /** Of file names: `*` stands for any characters, `?` for one. */
  pattern: text
    .max(200)
    .regex(/^[^/\\]+$/, 'must be a pattern of names, without folders')
    .default('*'),
  /** What is dumped, as people call it; left out: the pattern. */
  name: text.max(200).optional(),
  /** Whose data these are; left out: this machine. */
  host: text.max(200).optional(),
  capture: captureKind.default('database'),
  /** A smaller file is no dump. */
  bytes_min: z.int().min(0).default(1),
  /** A file that was written to since is not finished. */
  settle_minutes: z.number().min(0).max(10_080).default(10),
  /** The newest is read whole when it is new, and again after this time. */
  check_every_hours: z.number().positive().default(168),
  check_minutes_max: z.number().positive().max(1440).default(60),
});
export type DumpFolderSettings = z.output<typeof dumpFolder>;

/** Settings of a folder that is named on the command line only. */
export function dumpFolderOf(settings: z.input<typeof dumpFolder>): DumpFolderSettings {
  return dumpFolder.parse(settings);
}

/** A catalogue of Bacula or Bareos: in SQLite, or else in PostgreSQL. */
const baculaCatalogue = z
  .strictObject({
    /** By which its storages and jobs are known; left out: the file or the database. */
    name: text.max(100).optional(),
    sqlite: text.max(4096).regex(/^\//, 'must be an absolute path').optional(),
    database: text.max(63).default('bacula'),
    /** A machine, or the folder of a socket; left out: what psql takes. */
    host: text.max(500).optional(),
    port: z.int().min(1).max(65_535).optional(),
    db_user: text.max(63).optional(),
    password_file: text.optional(),
    password_env: text.optional(),
    /** As whom the reading program runs, such as `bacula`; left out: as the agent. */
    user: text.max(100).optional(),
    /** The reading program; left out: sqlite3 or psql. */
    program: text.max(4096).optional(),
  })
  .refine(
    (one) => one.password_file === undefined || one.password_env === undefined,
    'give only one of password_file, password_env',
  );
export type BaculaSettings = z.output<typeof baculaCatalogue>;

/** Settings of a catalogue that is named on the command line only: a file of SQLite, or a database. */
export function baculaCatalogueOf(place: string): BaculaSettings {
  return baculaCatalogue.parse(place.startsWith('/') ? { sqlite: place } : { database: place });
}

/** A program of one's own that says what it knows of backups, as JSON; see docs/agent.md for its form. */
const execCollector = z.strictObject({
  /** By which what it says is known. */
  name: text.max(60).regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'must be letters, digits, dots, dashes'),
  program: text.max(4096).regex(/^(\/|[A-Za-z]:[\\/])/, 'must be an absolute path'),
  args: z.array(z.string().max(4096)).max(100).default([]),
  /** Variables of the agent's environment that it gets, such as one with a password; it gets no others. */
  hand_on: z.array(variableName).max(50).default([]),
  time_limit_seconds: z.number().positive().max(3600).default(60),
});
export type ExecSettings = z.output<typeof execCollector>;

/** Windows Server Backup of this machine. */
const windowsServerBackup = z.strictObject({
  powershell: text.max(4096).default('powershell.exe'),
});
export type WsbSettings = z.output<typeof windowsServerBackup>;

/** Its settings where the command line alone asks for it. */
export const WSB_DEFAULTS: WsbSettings = windowsServerBackup.parse({});

const limits = z.strictObject({
  command_seconds: z.number().positive().max(86_400).default(120),
  stats_seconds: z.number().positive().max(86_400).default(60),
});
export type LimitSettings = z.output<typeof limits>;

const spool = z.strictObject({
  size_mb_max: z.number().positive().default(500),
  reports_max: z.int().positive().default(50_000),
});
export type SpoolLimits = z.output<typeof spool>;

/** What a restore test of one repository restores, and what is compared with it. */
const testedRepository = z.strictObject({
  /** A repository of `repositories`, by name or address. */
  repo: text.max(2000),
  /** Left out: only by hand or when asked for. */
  every_hours: z.number().positive().optional(),
  rule: z.enum(['sample', 'full']).default('sample'),
  /** Of a sample. */
  files: z.int().min(1).max(SAMPLE_FILES_MAX).default(20),
  /** As `sha256sum` writes it, with absolute paths, written before each backup. */
  manifest: text.max(4096).optional(),
  /** Called with the folder that holds what was restored. */
  script: text.max(4096).optional(),
  rto_minutes: z.number().positive().optional(),
});
export type TestedRepository = z.output<typeof testedRepository>;

const query = z
  .strictObject({
    name: text.max(200),
    database: text.max(63).default('postgres'),
    /** One that gives one value. */
    sql: text.max(10_000),
    at_least: z.number().optional(),
    equals: z.string().max(1000).optional(),
  })
  .refine(
    (one) => one.at_least === undefined || one.equals === undefined,
    'give only one of at_least, equals',
  );
export type QuerySettings = z.output<typeof query>;

/** All of it is read: `pgbackrest verify` knows neither a share nor a lesser depth. */
const stanzaCheck = check.omit({ read_data: true });
export type StanzaCheckSettings = z.output<typeof stanzaCheck>;

/** A stanza of pgBackRest that is listed, restored elsewhere and started there. */
const testedStanza = z.strictObject({
  stanza: text.max(200).regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'must be the name of a stanza'),
  /** pgBackRest's configuration file; left out: its own default. */
  config: text.max(4096).optional(),
  pgbackrest: text.default('pgbackrest'),
  /** The folder of `postgres`; left out: the one of the version that was backed up, where Debian puts it. */
  bin: text.max(4096).optional(),
  /** Who runs PostgreSQL, which refuses to run as root; left out: `postgres` when the agent is root. */
  user: text.max(100).optional(),
  /** Who asks the queries. */
  database_user: text.max(63).default('postgres'),
  queries: z.array(query).min(1).max(100),
  /** Up to where the log is replayed: the end of the archive, or where the backup is consistent. */
  replay: z.enum(['archive', 'backup']).default('archive'),
  every_hours: z.number().positive().optional(),
  rto_minutes: z.number().positive().optional(),
  /** Left out: it is not verified, only listed and tested. */
  check: stanzaCheck.optional(),
});
export type TestedStanza = z.output<typeof testedStanza>;

/** Settings of a stanza that is named on the command line only: to be listed, not tested. null: no name of a stanza. */
export function stanzaOf(name: string): TestedStanza | null {
  const listed = testedStanza.extend({ queries: z.array(query).default([]) });
  return listed.safeParse({ stanza: name }).data ?? null;
}

const restoreTests = z.strictObject({
  /** Left out: `scratch` in the state folder. */
  scratch: text.max(4096).optional(),
  time_limit_minutes: z.number().positive().max(10_080).default(120),
  /** Of what restic reads, and borg from another machine; left out: no limit. */
  bandwidth_kib_per_second: z.int().positive().optional(),
  /** Must stay free beside what is restored. */
  keep_free_mb: z.number().min(0).default(1024),
  /** Greatest size of what one test restores; left out: as much as there is room for. */
  size_mb_max: z.number().positive().optional(),
  /** Whether Holdfast may ask for a test. */
  on_request: z.boolean().default(true),
  repositories: z.array(testedRepository).max(1000).default([]),
  postgres: z.array(testedStanza).max(100).default([]),
});
export type RestoreTestSettings = z.output<typeof restoreTests>;

const agentConfig = z
  .strictObject({
    restic: text.default('restic'),
    borg: text.default('borg'),
    rsnapshot: text.default('rsnapshot'),
    'rdiff-backup': text.default('rdiff-backup'),
    duplicity: text.default('duplicity'),
    barman: text.default('barman'),
    borgmatic: text.default('borgmatic'),
    borgmatic_configs: z.array(borgmatic).max(100).default([]),
    repositories: z.array(repository).max(1000).default([]),
    dump_folders: z.array(dumpFolder).max(200).default([]),
    bacula_catalogs: z.array(baculaCatalogue).max(100).default([]),
    exec_collectors: z
      .array(execCollector)
      .max(50)
      .refine(
        (all) => new Set(all.map(({ name }) => name)).size === all.length,
        'each needs a name of its own',
      )
      .default([]),
    windows_server_backup: windowsServerBackup.optional(),
    limits: limits.prefault({}),
    restore_tests: restoreTests.prefault({}),
    spool: spool.prefault({}),
  })
  .refine(
    ({ repositories, restore_tests: { repositories: tested } }) =>
      repositories.every(
        (one) => isRestorable(one) || !tested.some(({ repo }) => repo === one.repo || repo === one.name),
      ),
    { message: 'only repositories of restic and borg are restored', path: ['restore_tests', 'repositories'] },
  );
export type AgentConfig = z.output<typeof agentConfig>;

/**
 * The configuration file; all defaults when there is none.
 * @throws AgentError that names file, line or field, and the cure
 */
export function loadConfig(file: string): AgentConfig {
  const content = readConfig(file);
  const parsed = agentConfig.safeParse(content === null ? {} : parseConfig(file, content));
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map((issue) => `  ${fieldName(issue.path)}: ${issue.message}`);
  throw new AgentError(
    exitCode.config,
    `${file} is not right:\n${complaints.join('\n')}`,
    'Correct these fields; `holdfast-agent config --example` prints a file with every setting explained.',
  );
}

/** How deep a check goes: as configured, else what suits the tool. */
export function checkDepth({ read_data }: CheckSettings, tool: ToolName): string {
  return read_data ?? (tool === 'borg' ? 'all' : '10%');
}

/** How a repository is tested; the presets when the configuration says nothing of it. */
export function testedRepositoryOf(
  config: AgentConfig,
  { repo, name }: RepositorySettings,
): TestedRepository {
  const found = config.restore_tests.repositories.find((one) => one.repo === repo || one.repo === name);
  return found ?? testedRepository.parse({ repo });
}

/** Settings of a repository that is named on the command line only. */
export function repositoryOf(settings: z.input<typeof repository>): RepositorySettings {
  return repository.parse(settings);
}

function readConfig(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AgentError(
      exitCode.config,
      `${file} cannot be read`,
      'Give the user who runs the agent the right to read it.',
      {
        cause: error,
      },
    );
  }
}

function parseConfig(file: string, content: string): unknown {
  try {
    return parseJsonc(content);
  } catch (error) {
    throw new AgentError(
      exitCode.config,
      `${file}, ${error instanceof Error ? error.message : 'cannot be parsed'}`,
      'Correct that line; comments (// and /* */) and trailing commas are allowed.',
      { cause: error },
    );
  }
}

function fieldName(path: readonly PropertyKey[]): string {
  return (
    path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('')
      .replace(/^\./, '') || 'file'
  );
}
