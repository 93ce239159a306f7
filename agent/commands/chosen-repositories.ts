import { repositoryOf, toolName, type RepositorySettings, type ToolName } from '@/agent/config/agent-config';
import type { ConfiguredRepositories } from '@/agent/report/configured-repositories';
import { usageError } from './command';

/** How a command line says which tool reads, and where the password is. */
export interface GivenAccess {
  tool: ToolName | null;
  passwordFile: string | undefined;
  passwordCommand: string | undefined;
  accept: RepositorySettings['accept'];
}

export function toolGiven(command: string, text: string | undefined): ToolName | null {
  if (text === undefined) return null;
  const parsed = toolName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw usageError(
    command,
    `"${text}" is not a tool that this version reads; these are: ${toolName.options.join(', ')}`,
  );
}

export function acceptGiven(command: string, texts: readonly string[]): RepositorySettings['accept'] {
  return texts.map((text) => {
    if (text === 'unencrypted' || text === 'relocated') return text;
    throw usageError(command, '--accept must be unencrypted or relocated');
  });
}

/**
 * The repository that `--repo` names, of the configuration or by its address; without it, all that are configured.
 * @throws AgentError when there is none, or the arguments contradict each other
 */
export function chosenRepositories(
  command: string,
  { repositories, problems }: ConfiguredRepositories,
  repo: string | undefined,
  given: GivenAccess,
): RepositorySettings[] {
  const { tool, passwordFile, passwordCommand, accept } = given;
  if (repo === undefined) {
    const all = repositories.filter((one) => tool === null || one.tool === tool);
    if (all.length + problems.length === 0)
      throw usageError(command, `${command} needs --repo: the configuration names no such repository`);
    return all;
  }
  if (passwordFile !== undefined && passwordCommand !== undefined)
    throw usageError(command, 'give --password-file or --password-command, not both');
  const password = {
    ...(passwordFile !== undefined && { password_file: passwordFile }),
    ...(passwordCommand !== undefined && { password_command: passwordCommand }),
  };
  const known = repositories.find(
    (one) => (one.name === repo || one.repo === repo) && (tool === null || one.tool === tool),
  );
  if (known && Object.keys(password).length === 0)
    return [{ ...known, accept: [...known.accept, ...accept] }];
  const chosen = known?.tool ?? tool ?? 'restic';
  if (chosen !== 'restic' && chosen !== 'borg' && Object.keys(password).length > 0)
    throw usageError(command, `${chosen} needs no password to be listed`);
  const place = known?.repo ?? repo;
  return [repositoryOf({ tool: chosen, repo: place, accept, ...password })];
}
