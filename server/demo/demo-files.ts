import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { DemoAgent, DemoProgress } from './demo-agent';
import type { DemoTimes } from './calendar';
import type { DemoPings, NightlyPing } from './demo-channels';
import type { DemoUser } from './demo-users';

/** What the data folder keeps of the demo. Every file is for its owner's eyes only, and written whole or not at all. */
const FILES = {
  /** Who can sign in; printed at the start. */
  users: 'demo-users.json',
  /** When the demo was installed, its MSPs, and the agents with their keys. */
  agents: 'demo-agents.json',
  /** How far each agent's reports have been delivered. */
  progress: 'demo-progress.json',
  /** There while the demo is being filled: the MSPs that belong to it. */
  filling: 'demo-filling.json',
} as const;

const installation = z.object({
  installedAt: z.number(),
  historyDays: z.number(),
  mspIds: z.array(z.uuid()),
  agents: z.array(
    z.object({
      mspName: z.string(),
      clientName: z.string(),
      agentId: z.uuid(),
      hostname: z.string(),
      epoch: z.uuid(),
      privateKey: z.base64(),
    }),
  ),
  /** Where scripts of an agent's machine ping once a night's report is sent; none: it was installed before they did. */
  nightlyPings: z.array(z.object({ agentId: z.uuid(), address: z.string() })).default([]),
  /** What a script needs to ping; null: it was installed before there were pings. */
  pings: z
    .object({ pingKey: z.string(), pingUuid: z.uuid(), managementKey: z.string() })
    .nullable()
    .default(null),
});
/** The demo as it was installed. */
export interface DemoInstallation extends DemoTimes {
  readonly mspIds: readonly string[];
  readonly agents: readonly DemoAgent[];
  readonly nightlyPings: readonly NightlyPing[];
  readonly pings: DemoPings | null;
}

const progresses = z.record(z.string(), z.object({ sequence: z.int(), bodySha256: z.string().nullable() }));

export function writeUsers(dataDir: string, users: readonly DemoUser[]): void {
  write(dataDir, 'users', users);
}

export function writeInstallation(dataDir: string, made: DemoInstallation): void {
  write(dataDir, 'agents', made);
}

/** null: this data folder holds no demo. */
export function readInstallation(dataDir: string): DemoInstallation | null {
  const content = read(dataDir, 'agents');
  return content === null ? null : installation.parse(content);
}

/** Not flushed to the disk: what a power cut takes is sent again. */
export function writeProgress(dataDir: string, byAgent: ReadonlyMap<string, DemoProgress>): void {
  const partial = writePartial(dataDir, 'progress', Object.fromEntries(byAgent));
  fs.renameSync(partial, path.join(dataDir, FILES.progress));
}

/** Empty when it was lost: then everything is sent again, and the server has it already. */
export function readProgress(dataDir: string): Map<string, DemoProgress> {
  return new Map(Object.entries(progresses.safeParse(read(dataDir, 'progress')).data ?? {}));
}

/** Notes that MSPs are being made for the demo; {@link endFilling} takes it back. */
export function beginFilling(dataDir: string, mspIds: readonly string[]): void {
  write(dataDir, 'filling', mspIds);
}

/** The MSPs of a filling that never ended. */
export function unfinishedMspIds(dataDir: string): string[] {
  return z.array(z.string()).safeParse(read(dataDir, 'filling')).data ?? [];
}

export function endFilling(dataDir: string): void {
  fs.rmSync(path.join(dataDir, FILES.filling), { force: true });
}

function read(dataDir: string, name: keyof typeof FILES): unknown {
  try {
    return JSON.parse(fs.readFileSync(path.join(dataDir, FILES[name]), 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function write(dataDir: string, name: keyof typeof FILES, content: unknown): void {
  const partial = writePartial(dataDir, name, content);
  const descriptor = fs.openSync(partial, 'r');
  fs.fsyncSync(descriptor);
  fs.closeSync(descriptor);
  fs.renameSync(partial, path.join(dataDir, FILES[name]));
}

function writePartial(dataDir: string, name: keyof typeof FILES, content: unknown): string {
  const partial = path.join(dataDir, `${FILES[name]}.partial`);
  fs.rmSync(partial, { force: true });
  fs.writeFileSync(partial, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return partial;
}
