import { execFileSync } from 'node:child_process';
import type { TestedStanza } from '@/agent/config/agent-config';

/** As whom pgBackRest and PostgreSQL run: PostgreSQL refuses to run as root. undefined: as the agent. */
export function userOf({ user }: Pick<TestedStanza, 'user'>): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const name = user ?? 'postgres';
  const idOf = (option: string): number =>
    Number(execFileSync('id', [option, '--', name], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** Which stanza pgBackRest speaks of, and that it keeps no log of what we ask. */
export function optionsOf({ config, stanza }: TestedStanza): string[] {
  return [
    ...(config === undefined ? [] : [`--config=${config}`]),
    `--stanza=${stanza}`,
    '--log-level-file=off',
  ];
}
