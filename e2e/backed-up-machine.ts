import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { installAgent } from '../agent/testing/agent-program';

const JOB = 'nightly';

/** What one tool needs to make a repository, to back up into it, and to be read again. */
export interface BackupTool {
  readonly name: 'restic' | 'borg';
  readonly init: readonly string[];
  readonly backup: (repo: string, sourcePath: string) => readonly string[];
  readonly environment: (repo: string, passwordFile: string) => Record<string, string>;
}

export const restic: BackupTool = {
  name: 'restic',
  init: ['init'],
  backup: (_, sourcePath) => ['restic', '--json', 'backup', sourcePath],
  environment: (repo, passwordFile) => ({
    RESTIC_REPOSITORY: repo,
    RESTIC_PASSWORD_FILE: passwordFile,
    RESTIC_CACHE_DIR: `${passwordFile}-cache`,
  }),
};

export const borg: BackupTool = {
  name: 'borg',
  init: ['init', '-e', 'repokey-blake2'],
  backup: (repo, sourcePath) => [
    'borg',
    '--log-json',
    'create',
    '--json',
    `${repo}::${JOB}-{now}`,
    sourcePath,
  ],
  environment: (repo, passwordFile) => ({
    BORG_REPO: repo,
    BORG_PASSCOMMAND: `cat ${passwordFile}`,
    BORG_BASE_DIR: `${passwordFile}-home`,
  }),
};

/** A machine with the agent as users get it, files, and an empty real repository called `repositoryName`. */
export async function machineWith(tool: BackupTool, repositoryName: string) {
  const agent = await installAgent();
  const at = (name: string): string => path.join(agent.folder, name);
  const [repo, sourcePath, passwordFile] = [at(repositoryName), at('documents'), at('password')];
  const env = { ...tool.environment(repo, passwordFile), HOME: agent.folder };
  fs.mkdirSync(sourcePath);
  for (let file = 0; file < 5; file += 1)
    fs.writeFileSync(path.join(sourcePath, `${file}.txt`), `${repositoryName} ${file}\n`.repeat(2000));
  fs.writeFileSync(passwordFile, 'a password for tests\n', { mode: 0o600 });
  execFileSync(tool.name, [...tool.init], {
    env: { ...process.env, ...env },
    stdio: 'pipe',
    timeout: 60_000,
  });
  const repository = {
    tool: tool.name,
    repo,
    name: repositoryName,
    password_file: passwordFile,
    jobs: [{ name: JOB, paths: [sourcePath] }],
  };
  fs.writeFileSync(at('agent.jsonc'), JSON.stringify({ repositories: [repository] }));

  const runAgent = async (args: readonly string[], more: Record<string, string> = {}): Promise<void> => {
    const { exitCode, stdout, stderr } = await agent.run(args, more);
    expect(exitCode, `${args[0]}: ${stdout}${stderr}`).toBe(0);
  };
  return {
    /** Runs the line that the screen shows, word by word. */
    runLine: (line: string) => {
      const [, wordsAfter = ''] = /node holdfast-agent\.mjs (.+)$/.exec(line) ?? [];
      return runAgent(wordsAfter.split(' '));
    },
    /** As a timer would: through the agent, which reports how it ended. */
    backUp: () => runAgent(['run', '--job', JOB, '--', ...tool.backup(repo, sourcePath)], env),
    report: () => runAgent(['report']),
    remove: agent.remove,
  };
}

export type BackedUpMachine = Awaited<ReturnType<typeof machineWith>>;
