import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** What somebody does to a bundle who covers the traces; never used to verify one. */
export type Bundle = Map<string, Buffer>;

/** A bundle's files by name. */
export function readBundle(folder: string): Bundle {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return new Map(
    names
      .filter((name) => fs.statSync(path.join(folder, name)).isFile())
      .map((name) => [name, fs.readFileSync(path.join(folder, name))]),
  );
}

export function writeBundle(bundle: Bundle, folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true });
  for (const [name, bytes] of bundle) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), bytes);
  }
}

/** Makes the list of checksums fit what the files are now. */
export function sumAnew(bundle: Bundle): void {
  bundle.delete('SHA256SUMS');
  const lines = [...bundle].map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`);
  bundle.set('SHA256SUMS', Buffer.from(lines.join('')));
}

export function sha256(...parts: readonly (Buffer | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

export interface EventLine {
  seq: number;
  hash: string;
  body: string;
}

export function eventsOf(bundle: Bundle): EventLine[] {
  const text = bundle.get('events.jsonl')?.toString() ?? '';
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as EventLine);
}

export function setEvents(bundle: Bundle, events: readonly object[]): void {
  bundle.set('events.jsonl', Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join('')));
}

/** Chains the events from an index on anew, as whoever knows the rules can: numbers, links and hashes fit again. */
export function chainAnew(events: readonly EventLine[], from: number, genesis: string): EventLine[] {
  const made = events.slice(0, from);
  for (const { body } of events.slice(from)) {
    const prev = made.at(-1)?.hash ?? genesis;
    const seq = made.length + 1;
    const said = JSON.parse(body) as { client: string | null };
    const text = JSON.stringify({ ...said, prev, seq });
    const tag = sha256(`client:${said.client ?? ''}:${prev}`);
    made.push({ seq, hash: sha256(Buffer.from(`02${prev}${tag}${sha256(text)}`, 'hex')), body: text });
  }
  return made;
}

/** The newest note of a bundle with its path, as it is mailed. */
export function mailedNote(bundle: Bundle): string {
  const name =
    [...bundle.keys()]
      .filter((one) => one.endsWith('.note'))
      .toSorted()
      .at(-1) ?? '';
  const text = [name, name.replace('.note', '.path')].map((one) => bundle.get(one)?.toString() ?? '');
  return `Keep this.\r\n\r\n${text.join('\n')}\n`;
}
