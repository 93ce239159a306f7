import { type Logger, pino } from 'pino';
import { escapeHidden } from '@/domain/text/visible-text';
import { config } from '@/server/config';

let root: Logger | undefined;

/**
 * The log of this process: one JSON object a line on stdout, in which nothing hides. Keys that may hold a secret are blanked.
 * @param part the process or part that writes, for example `ingest`
 */
export function log(part: string): Logger {
  root ??= makeLog(config().logLevel, pino.destination({ fd: 1, sync: true }));
  return root.child({ part });
}

/** A log that writes to `to`, one whole line at a time. */
export function makeLog(level: string, to: { write(line: string): void }): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_PATHS, censor: '[secret]' },
  };
  // JSON escapes what ends a line, but not all that a terminal obeys.
  return pino(options, { write: (line: string) => to.write(escapeHidden(line)) });
}

const SECRET_NAMES = ['password', 'secret', 'token', 'totpSecret', 'authorization', 'cookie', 'signature'];
const SECRET_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`]);
