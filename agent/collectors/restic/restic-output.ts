import { z } from 'zod';

/** The lines that restic wrote: what is JSON as objects, the rest as text. `--json` does not stop plain lines. */
export interface ResticLines {
  messages: ReadonlyArray<Record<string, unknown>>;
  /** Every line in words, in order: plain ones as they are, JSON ones by their message. */
  texts: readonly string[];
}

export function readResticLines(output: string): ResticLines {
  const lines = output
    .split(/\r\n|\n|\r/)
    .map((line) => parseLine(stripControl(line)))
    .filter((line) => line !== null);
  return {
    messages: lines.flatMap((line) => (typeof line === 'string' ? [] : [line])),
    texts: lines.flatMap((line) => (typeof line === 'string' ? [line] : textOf(line))),
  };
}

/** One document that a command prints, such as `snapshots`; null when it is not whole and of that shape. */
export function readResticDocument<T extends z.ZodType>(schema: T, stdout: string): z.output<T> | null {
  try {
    return schema.parse(JSON.parse(stdout));
  } catch {
    return null;
  }
}

/** `restic 0.14.0 compiled with …` or, from 0.17, a JSON object; null when it is neither. */
export function readResticVersion(stdout: string): string | null {
  return /"version":"([^"]+)"/.exec(stdout)?.[1] ?? /^restic (\S+)/m.exec(stdout)?.[1] ?? null;
}

const exitError = z.object({ message_type: z.literal('exit_error'), code: z.int(), message: z.string() });

/** The reason restic gives for its end: the `exit_error` of 0.18, or the last `Fatal:` line, or the last line. */
export function finalMessage(lines: ResticLines): string | null {
  const errors = lines.messages.flatMap((message) => exitError.safeParse(message).data ?? []);
  const fatal = lines.texts.findLastIndex((text) => text.startsWith('Fatal:'));
  if (errors.length > 0) return errors.at(-1)?.message ?? null;
  if (fatal >= 0) return lines.texts.slice(fatal, fatal + 3).join('\n');
  return lines.texts.length > 0 ? lines.texts.slice(-4).join('\n') : null;
}

// eslint-disable-next-line no-control-regex
const CONTROL = /\u001B\[[0-9;]*[A-Za-z]|[\u0000-\u0008\u000B-\u001F]/g;
const stripControl = (line: string): string => line.replaceAll(CONTROL, '').trimEnd();

function parseLine(line: string): Record<string, unknown> | string | null {
  if (line.trim() === '') return null;
  if (!line.startsWith('{')) return line;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
}

function textOf(message: Record<string, unknown>): string[] {
  if (message['message_type'] === 'error') return [errorText(message)];
  const text = message['message'];
  return typeof text === 'string' ? text.split('\n').filter((line) => line.trim() !== '') : [];
}

/** Error objects are Go structs `{Op, Path, Err}` in old versions and `{message}` since 0.17.1. */
function errorText(message: Record<string, unknown>): string {
  const error = message['error'] ?? message;
  if (typeof error !== 'object' || error === null) return JSON.stringify(error);
  const fields = error as Record<string, unknown>;
  if (typeof fields['message'] === 'string') return fields['message'].trim();
  const item = typeof message['item'] === 'string' ? message['item'] : '';
  const errno =
    fields['Err'] === 13 ? 'permission denied' : `error ${JSON.stringify(fields['Err'] ?? fields)}`;
  return `${typeof fields['Op'] === 'string' ? fields['Op'] : 'read'} ${item}: ${errno}`;
}
