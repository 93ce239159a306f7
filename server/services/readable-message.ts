import { cutText } from '@/domain/text/cut-text';
import { visibleLines } from '@/domain/text/visible-text';
import type { ChannelKind } from '../data/inbound-channels';
import { readMail } from '../inbound/read-mail';
import { indentJson } from './indent-json';

/** A message of a channel for people: as text, whatever it holds. */
export interface ReadableMessage {
  /** Of the request or the mail, line by line; '': it has none. */
  readonly head: string;
  /** What it says: of a mail its parts, decoded; else one text, JSON in lines. */
  readonly texts: readonly string[];
  /** Whether nothing of it was left out. */
  readonly isWhole: boolean;
}

const HEAD_MAX = 20_000;
const TEXT_MAX = 200_000;
const TEXTS_MAX = 5;
/** Larger mails are shown as they came: reading them takes too long for a page. */
const MAIL_BYTES_MAX = 4 * 1024 * 1024;

/** Reads a message's kept bytes, head before body. Whatever cannot be decoded is shown as it came. */
export async function readableMessage(kind: ChannelKind, raw: Buffer): Promise<ReadableMessage> {
  const { head, body } = cutHead(raw);
  const said = kind === 'mail' ? ((await decoded(raw)) ?? [body]) : [inLines(body)];
  const texts = said.slice(0, TEXTS_MAX);
  return {
    head: visibleLines(cutText(head, HEAD_MAX)),
    texts: texts.map((text) => visibleLines(cutText(text, TEXT_MAX))),
    isWhole:
      head.length <= HEAD_MAX && said.length <= TEXTS_MAX && texts.every((text) => text.length <= TEXT_MAX),
  };
}

const END_OF_HEAD = /\r?\n\r?\n/;

function cutHead(raw: Buffer): { head: string; body: string } {
  const text = raw.toString('utf8');
  const end = END_OF_HEAD.exec(text);
  if (!end) return { head: '', body: text };
  return { head: text.slice(0, end.index), body: text.slice(end.index + end[0].length) };
}

/** null: it is no mail that can be read. */
async function decoded(raw: Buffer): Promise<string[] | null> {
  if (raw.length > MAIL_BYTES_MAX) return null;
  try {
    const bodies = (await readMail(raw)).map(({ body }) => body).filter((body) => body.trim() !== '');
    return bodies.length > 0 ? [...new Set(bodies)] : null;
  } catch {
    // What is nested too deeply, or no MIME: shown as it came.
    return null;
  }
}

function inLines(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  return indentJson(text, TEXT_MAX);
}
