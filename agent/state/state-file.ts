import fs from 'node:fs';
import type { z } from 'zod';
import { AgentError, exitCode } from '@/agent/agent-error';
import { writeDurably } from '@/agent/state/durable-file';

/**
 * A small JSON document of the agent's own; null when it does not exist.
 * @throws AgentError when it is damaged
 */
export function readStateFile<T extends z.ZodType>(file: string, schema: T): z.output<T> | null {
  const text = readIfThere(file);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new AgentError(exitCode.failure, `${file} is damaged`, `Move it away; the agent makes a new one.`, {
      cause: error,
    });
  }
}

/** The same for documents that may be lost: what is damaged counts as not there. */
export function readLosableFile<T extends z.ZodType>(file: string, schema: T): z.output<T> | null {
  try {
    return readStateFile(file, schema);
  } catch (error) {
    if (error instanceof AgentError) return null;
    throw error;
  }
}

/** Writes a document that may be lost; on a full or broken disk it then is. */
export function writeLosableFile(file: string, content: unknown): void {
  try {
    writeStateFile(file, content);
  } catch (error) {
    if (!isDiskTrouble(error)) throw error;
  }
}

/** The disk is full, over its quota, broken, or may not be written to. */
export function isDiskTrouble(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '');
}

export function writeStateFile(file: string, content: unknown): void {
  writeDurably(file, `${JSON.stringify(content, null, 2)}\n`);
}

function readIfThere(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
