import { type Logger, pino } from 'pino';
import { config } from '@/server/config';

let root: Logger | undefined;

/**
 * The log of this process: one JSON object a line on stdout. Keys that may hold a secret are blanked.
 * @param part the process or part that writes, for example `ingest`
 */
export function log(part: string): Logger {
  root ??= pino({
    level: config().logLevel,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_PATHS, censor: '[secret]' },
  });
  return root.child({ part });
}

const SECRET_NAMES = ['password', 'secret', 'token', 'totpSecret', 'authorization', 'cookie', 'signature'];
const SECRET_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`]);
