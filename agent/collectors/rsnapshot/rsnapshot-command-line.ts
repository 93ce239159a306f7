import path from 'node:path';
import type { RunKind } from '@/contract/report';
import { DEFAULT_RSNAPSHOT_CONFIG } from '@/agent/collectors/rsnapshot/collect-rsnapshot';
import { readRsnapshotConfig } from '@/agent/collectors/rsnapshot/rsnapshot-config';

/** What the command line of an rsnapshot says about what it does. */
export interface RsnapshotCommand {
  configFile: string;
  /** `maintenance` for what only rotates, tests or shows. */
  kind: RunKind;
}

/**
 * null when the command is not rsnapshot itself (a script may still run it).
 * @param readText its configuration, which says which interval copies; null: it cannot be read
 */
export function readRsnapshotCommand(
  command: readonly string[],
  readText: (file: string) => string | null,
): RsnapshotCommand | null {
  if (path.basename(command[0] ?? '') !== 'rsnapshot') return null;
  const words = command.slice(1);
  const at = words.findIndex((word) => /^-[A-Za-z]*c/.test(word));
  const given = at < 0 ? null : words[at]?.replace(/^-[A-Za-z]*?c/, '') || words[at + 1] || null;
  const configFile = path.resolve(given ?? DEFAULT_RSNAPSHOT_CONFIG);
  const isOwnValue = (index: number): boolean => index === at + 1 && words[at]?.endsWith('c') === true;
  const [name = ''] = words.filter((word, index) => !word.startsWith('-') && !(at >= 0 && isOwnValue(index)));
  const isTest = words.some((word) => /^-[A-Za-z]*t/.test(word) && !/^-[A-Za-z]*c/.test(word));
  return { configFile, kind: !isTest && copies(name, configFile, readText) ? 'backup' : 'maintenance' };
}

const SHOWS = /^(?:|configtest|du|diff|version|help|get-latest-snapshot|upgrade-config-file)$/;

function copies(name: string, configFile: string, readText: (file: string) => string | null): boolean {
  if (SHOWS.test(name)) return false;
  if (name === 'sync') return true;
  const text = readText(configFile);
  if (text === null) return true;
  const { intervals, syncsFirst } = readRsnapshotConfig(text, readText);
  const index = intervals.findIndex((one) => one.name === name);
  return index < 0 || (index === 0 && !syncsFirst);
}
