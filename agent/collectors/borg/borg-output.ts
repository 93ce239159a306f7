import { z } from 'zod';

/** A line that borg wrote to stderr; `messageId` and `level` only with `--log-json`. */
export interface BorgLine {
  text: string;
  level: string | null;
  /** The stable name of an error, such as `PassphraseWrong`. */
  messageId: string | null;
}

const logMessage = z.object({
  type: z.literal('log_message'),
  message: z.string(),
  levelname: z.string().optional(),
  msgid: z.string().optional(),
});
const question = z.object({ type: z.literal('question_prompt'), message: z.string(), msgid: z.string() });

/**
 * The lines of stderr, in order: log messages, questions, plain text. What only tells the progress is left out. A prompt
 * may stand before the JSON on the same line.
 */
export function readBorgLines(output: string): BorgLine[] {
  return output.split(/\r\n|\n|\r/).flatMap((line) => {
    const start = line.indexOf('{"');
    const json = start < 0 ? null : parseObject(line.slice(start));
    if (json === null) return plainLine(line);
    return [...plainLine(line.slice(0, start)), ...loggedLine(json)];
  });
}

/** One JSON document that a command prints; null when it is not whole and of that shape. */
export function readBorgDocument<T extends z.ZodType>(schema: T, stdout: string): z.output<T> | null {
  try {
    return schema.parse(JSON.parse(stdout));
  } catch {
    return null;
  }
}

/** `borg 1.2.4`; null when it is something else. */
export function readBorgVersion(stdout: string): string | null {
  return /^borg2? (\d\S*)/m.exec(stdout)?.[1] ?? null;
}

/** What borg gives as the reason of its end: its last error, or the last line of all. */
export function finalBorgMessage(lines: readonly BorgLine[]): string | null {
  const errors = lines.filter(({ level }) => level === 'ERROR' || level === 'CRITICAL');
  const named = errors.findLast(({ messageId }) => messageId !== null && messageId !== 'Exception');
  const told = named ?? errors.findLast(({ text }) => !text.startsWith('Traceback')) ?? lines.at(-1);
  return told?.text ?? null;
}

/** borg's JSON has times without a zone, in the zone of who reads; the agent always reads in UTC. */
export function borgInstant(naive: string): string | null {
  const at = new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(naive) ? naive : `${naive}Z`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

function parseObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// eslint-disable-next-line no-control-regex
const CONTROL = /\u001B\[[0-9;]*[A-Za-z]|[\u0000-\u0008\u000B-\u001F]/g;

function plainLine(line: string): BorgLine[] {
  const text = line.replaceAll(CONTROL, '').trimEnd();
  return text.trim() === '' ? [] : [{ text, level: null, messageId: null }];
}

function loggedLine(json: unknown): BorgLine[] {
  const asked = question.safeParse(json).data;
  if (asked) return [{ text: asked.message.trimEnd(), level: null, messageId: asked.msgid }];
  const logged = logMessage.safeParse(json).data;
  if (!logged || logged.message.trim() === '') return [];
  return [
    { text: logged.message.trimEnd(), level: logged.levelname ?? null, messageId: logged.msgid ?? null },
  ];
}
