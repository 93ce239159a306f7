import os from 'node:os';

/** What is started by itself, and how often. */
export interface AgentSchedule {
  /** The program and its arguments. */
  command: readonly string[];
  /** Variables that say where the agent keeps what it has; no secrets. */
  env: Readonly<Record<string, string>>;
  /** A divisor of an hour, or whole hours that divide a day. */
  everyMinutes: number;
}

/** null when cron could not keep it evenly. */
export function readEveryMinutes(text: string): number | null {
  const minutes = Number(text);
  if (!Number.isInteger(minutes) || minutes < 5) return null;
  return 60 % minutes === 0 || (minutes % 60 === 0 && 1440 % minutes === 0) ? minutes : null;
}

/** A minute of its own for each machine, so that they do not all report at once. */
export function minuteOf(hostname: string = os.hostname()): number {
  return Buffer.from(hostname).reduce((sum, byte) => (sum * 31 + byte) % 60, 7);
}
