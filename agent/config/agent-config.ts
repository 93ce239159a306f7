import fs from 'node:fs';
import { z } from 'zod';
import { AgentError, exitCode } from '@/agent/agent-error';
import { parseJsonc } from '@/agent/config/jsonc';

const text = z.string().min(1);
const environment = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a variable name'),
  z.string(),
);

export const toolName = z.enum(['restic', 'borg']);
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
    accept,
  })
  .refine(
    (one) => [one.password_file, one.password_command, one.password_env].filter(Boolean).length <= 1,
    'give only one of password_file, password_command, password_env',
  )
  .refine((one) => one.tool !== 'borg' || !asksForShare(one.check), NO_SHARE);
export type RepositorySettings = z.output<typeof repository>;

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

const agentConfig = z.strictObject({
  restic: text.default('restic'),
  borg: text.default('borg'),
  borgmatic: text.default('borgmatic'),
  borgmatic_configs: z.array(borgmatic).max(100).default([]),
  repositories: z.array(repository).max(1000).default([]),
  limits: limits.prefault({}),
  spool: spool.prefault({}),
});
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
