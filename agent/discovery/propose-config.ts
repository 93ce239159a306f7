import { readBackupCommand } from '@/agent/collectors/backup-command';
import { isRestorableTool, type ToolName } from '@/agent/config/agent-config';
import type { BackupTool, ScheduledCommand } from '@/agent/discovery/find-schedules';
import { hideCredentials } from '@/agent/redact';

/** What was found on this machine. */
export interface Discovery {
  tools: readonly { tool: BackupTool; file: string }[];
  borgmaticConfigs: readonly string[];
  otherConfigs: readonly { tool: BackupTool; file: string }[];
  commands: readonly ScheduledCommand[];
}

/** A configuration file for what was found, to be looked over by a person. It holds no secret. */
export function proposeConfig(found: Discovery): string {
  const repositories = proposedRepositories(found.commands);
  return [
    '// Proposed by `holdfast-agent discover`. Nothing was sent and nothing was changed. Look it over before you keep it.',
    ...found.tools.map(({ tool, file }) => comment(`found: ${tool} at ${file}`)),
    ...(found.tools.length === 0 ? ['// No backup tool was found on the PATH.'] : []),
    ...found.commands.map((one) => comment(`${one.kind}, ${one.place}: ${described(one)}`)),
    ...found.otherConfigs.map(({ tool, file }) =>
      comment(`${tool} is configured in ${file}: add the repositories that it names below.`),
    ),
    '{',
    '  "repositories": [',
    ...repositories.flatMap(repositoryLines),
    '  ],',
    '  "borgmatic_configs": [',
    ...found.borgmaticConfigs.map((file) => `    { "config": ${JSON.stringify(file)} },`),
    '  ],',
    '}',
  ].join('\n');
}

interface ProposedRepository {
  tool: ToolName;
  repo: string;
  passwordFile: string | null;
  passwordCommand: string | null;
  jobs: { place: string; paths: readonly string[] }[];
}

function proposedRepositories(commands: readonly ScheduledCommand[]): ProposedRepository[] {
  const found = new Map<string, ProposedRepository>();
  for (const one of commands) {
    const command = readBackupCommand(one.words, one.env);
    if (command?.program !== one.tool || !command.repo || /[$`]/.test(command.repo)) continue;
    const repo = withoutSecret(command.repo);
    const key = `${command.tool}\n${repo}`;
    const before = found.get(key);
    const own = before?.jobs ?? [];
    const isBackup = command.kind === 'backup';
    found.set(key, {
      tool: command.tool,
      repo,
      passwordFile: before?.passwordFile ?? command.passwordFile ?? one.env['RESTIC_PASSWORD_FILE'] ?? null,
      passwordCommand: before?.passwordCommand ?? passwordCommandOf(command.passwordCommand, one),
      jobs: isBackup ? [...own, { place: one.place, paths: command.sourcePaths }] : own,
    });
  }
  return [...found.values()];
}

/** A command that has the password in itself is none to repeat. */
function passwordCommandOf(given: string | null, { env }: ScheduledCommand): string | null {
  const command = given ?? env['RESTIC_PASSWORD_COMMAND'] ?? env['BORG_PASSCOMMAND'] ?? null;
  if (command === null || hideCredentials(command) !== command) return null;
  return /^\s*(?:\S*\/)?(?:cat|pass|secret-tool|gopass|op|bw)\s/.test(command) ? command : null;
}

function repositoryLines(one: ProposedRepository, index: number): string[] {
  return [
    '    {',
    `      "tool": ${JSON.stringify(one.tool)},`,
    `      "repo": ${JSON.stringify(one.repo)},`,
    ...passwordLines(one),
    '      "jobs": [',
    ...one.jobs.flatMap(({ place, paths }, job) => [
      `        ${comment(place)}`,
      `        { "name": ${JSON.stringify(`job-${index + 1}-${job + 1}`)}, "paths": ${JSON.stringify(paths)} },`,
    ]),
    '      ],',
    '    },',
  ];
}

function passwordLines({ tool, passwordFile, passwordCommand }: ProposedRepository): string[] {
  if (!isRestorableTool(tool)) return []; // listing needs none
  if (passwordFile !== null) return [`      "password_file": ${JSON.stringify(passwordFile)},`];
  if (passwordCommand !== null) return [`      "password_command": ${JSON.stringify(passwordCommand)},`];
  return ['      // "password_file": "where the password is",'];
}

/** The words of a command may hold a secret anywhere: only what it does is said. */
function described({ tool, words, env }: ScheduledCommand): string {
  const kind = readBackupCommand(words, env)?.kind;
  return kind === undefined ? tool : `${tool} (${kind})`;
}

/** The user of an ssh address is needed and no secret; all else before the host may be one. */
function withoutSecret(repo: string): string {
  const ssh = /^(s(?:sh|ftp):\/\/[^\s:@/]+)(?::[^\s/]*)?@(.*)$/i.exec(repo);
  return ssh ? `${ssh[1]}@${hideCredentials(ssh[2] ?? '')}` : hideCredentials(repo);
}

/** One line, whatever the text holds. */
function comment(text: string): string {
  // eslint-disable-next-line no-control-regex
  return `// ${text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/g, ' ')}`;
}
