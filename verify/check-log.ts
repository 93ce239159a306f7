import { Broken, type Problem } from './broken';
import { fromBase64, fromHex, textOf as decoded, toBase64, toHex, utf8 } from './bytes';
import { checkSignature, type Signer } from './bundle-signature';
import { checkSums, type Files, Lines, readAll } from './bundle-files';
import type { Certificate } from './cms';
import type { Platform } from './platform';
import { readStamp, type Stamp } from './time-stamp';

/** What the caller knows from somewhere else than the bundle; none: not asked. */
export interface Known {
  /** Keys that sign checkpoints, base64. */
  readonly keys: readonly string[];
  /** Notes that somebody kept, each with its path. */
  readonly witnesses: readonly { readonly name: string; readonly text: string }[];
  /** Certificates of time-stamping authorities. */
  readonly authorities: readonly Certificate[];
  /** Certificates that sign bundles. */
  readonly certificates: readonly Certificate[];
}
interface Key {
  readonly id: string;
  readonly raw: Uint8Array;
  readonly from: number;
  readonly to: number;
}
interface Checkpoint {
  readonly id: number;
  readonly at: string;
  readonly seq: number;
  readonly head: string;
  readonly key: string;
}
/** What came of it. `remarks`: what a reader has to know beside the verdict. */
export interface Verdict {
  readonly verdict: 'broken' | 'whole' | 'anchored';
  readonly problems: readonly Problem[];
  readonly remarks: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly anchor: Stamp | null;
  /** Who signed the bundle as a whole; null: nobody did. */
  readonly signer: Signer | null;
}

/** Why a log without any checkpoint proves nothing to whoever has no other word for it. */
export const UNSIGNED = 'nothing here is signed: there is no checkpoint';

const PROBLEMS_MAX = 20;
const CLOCK_MS_BACK_MAX = 5 * 60_000;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const HEX64 = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** All that is passed on while a log is checked. */
interface Check {
  readonly platform: Platform;
  readonly files: Files;
  /** The folder of the log, with its slash. */
  readonly at: string;
  readonly log: Log;
  readonly known: Known;
  readonly remarks: string[];
  readonly counts: Record<string, number>;
}

/** Checks a bundle and tells what came of it: every file, who signed it, and the log in it. */
export async function checkBundle(platform: Platform, files: Files, known: Known): Promise<Verdict> {
  const problems: Problem[] = [];
  const remarks: string[] = [];
  const report = (problem: Problem): void => {
    if (problems.length < PROBLEMS_MAX) problems.push(problem);
  };
  await attempt(report, () => checkSums(files, platform, report));
  const signer = await attempt(report, () => checkSignature(platform, files, known.certificates));
  if (signer)
    remarks.push(
      `the bundle is signed by '${signer.name}' (certificate ${signer.certificate})${signer.trusted ? ', which you gave' : '; anybody can make a certificate of that name: compare it with the one you were given'}`,
    );
  const found = await checkLog(platform, files, known);
  found.problems.forEach(report);
  const { counts, anchor } = found;
  return verdictOf({ problems, remarks: [...remarks, ...found.remarks], counts, anchor, signer });
}

/** Checks the log in a bundle alone: chain, checkpoints, time-stamps, period. */
export async function checkLog(platform: Platform, files: Files, known: Known): Promise<Verdict> {
  const problems: Problem[] = [];
  const remarks: string[] = [];
  const counts: Record<string, number> = {};
  const anchor = await attempt(
    (problem) => problems.push(problem),
    async () => {
      const logs = [...files.keys()].filter((name) => /(^|\/)log\.json$/.test(name));
      if (logs.length !== 1)
        throw new Broken('log.json', null, `there are ${logs.length} of it instead of one`);
      const at = (logs[0] ?? '').slice(0, -'log.json'.length);
      const log = await readLog(files, `${at}log.json`);
      return followLog({ platform, files, at, log, known, remarks, counts });
    },
  );
  return verdictOf({ problems, remarks, counts, anchor, signer: null });
}

async function attempt<T>(report: (problem: Problem) => void, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    report(error.where);
    return null;
  }
}

function verdictOf(found: Omit<Verdict, 'verdict'>): Verdict {
  const good = found.anchor ? 'anchored' : 'whole';
  const verdict = found.problems.length > 0 ? 'broken' : good;
  return { verdict, ...found, anchor: verdict === 'anchored' ? found.anchor : null };
}

async function followLog(check: Check): Promise<Stamp | null> {
  const { at, log, known, remarks } = check;
  // Before the first checkpoint there is neither key nor installation to speak of: the chain is followed all the same.
  const isSigned = [...check.files.keys()].some((name) => name.startsWith(`${at}checkpoints/`));
  const keys = isSigned ? await readKeys(check) : [];
  const { checkpoints, stamps } = await readCheckpoints(check, keys);
  const witnesses: Checkpoint[] = [];
  for (const { name, text } of known.witnesses)
    witnesses.push(await readWitness(check, name, text, keys, checkpoints));
  await walkChain(check, [...checkpoints, ...witnesses]);
  const last = checkpoints.at(-1);
  if (!last) throw new Broken(`${at}checkpoints/`, null, UNSIGNED);
  for (const key of new Set(checkpoints.map((one) => one.key)))
    remarks.push(
      `signed with the key ${key}${known.keys.includes(key) ? ', which you gave' : '; compare it with the one you were given'}`,
    );
  const [first] = checkpoints;
  remarks.push(
    log.first > 1 && first
      ? `the period begins at ${log.from}; the chain here begins after event ${log.first - 1}, which checkpoint ${first.id} of ${first.at} signed`
      : `the period begins at ${log.from}; the chain here begins with its first event`,
    `the last checkpoint here, ${last.id} of ${last.at}, reaches event ${last.seq}; the period ends at ${log.to}`,
  );
  if (log.last > last.seq)
    remarks.push(`${log.last - last.seq} events after it are chained, but not yet signed`);
  return stamps.at(-1) ?? null;
}

// What the bundle says it is -----------------------------------------------------------------------------------------

interface Log {
  readonly file: string;
  /** null: it has no name before its first checkpoint. */
  readonly instance: string | null;
  readonly msp: string;
  readonly client: string | null;
  readonly from: string;
  readonly to: string;
  readonly first: number;
  readonly last: number;
  readonly periodFirst: number;
  readonly periodLast: number;
}

function parsed(text: string, file: string, seq: number | null = null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new Broken(file, seq, 'is not the JSON that it should be');
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);
const whole = (value: unknown): number =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : -1;

async function readLog(files: Files, file: string): Promise<Log> {
  const said = parsed(decoded(await readAll(files, file)), file);
  const [instance, msp, client] = [said['instance'], said['msp'], said['client']];
  const [from, to] = [said['from'], said['to']];
  const [first, last] = [whole(said['first_seq']), whole(said['last_seq'])];
  const [periodFirst, periodLast] = [whole(said['period_first_seq']), whole(said['period_last_seq'])];
  const isUsable =
    said['format'] === 'holdfast-log/1' &&
    (instance === null || (typeof instance === 'string' && /^[0-9a-f]{16}$/.test(instance))) &&
    typeof msp === 'string' &&
    UUID.test(msp) &&
    (client === null || (typeof client === 'string' && UUID.test(client))) &&
    typeof from === 'string' &&
    typeof to === 'string' &&
    INSTANT.test(from) &&
    INSTANT.test(to) &&
    Date.parse(from) < Date.parse(to) &&
    first >= 1 &&
    last >= first - 1 &&
    periodFirst >= first &&
    periodLast <= last &&
    periodLast >= 0;
  if (!isUsable) throw new Broken(file, null, 'does not say what this log is');
  return { file, instance, msp, client, from, to, first, last, periodFirst, periodLast };
}

/** The keys of the installation; each must have been announced by the one before it, or be one that the caller trusts. */
async function readKeys({ platform, files, at, log, known, remarks }: Check): Promise<Key[]> {
  const file = `${at}keys.json`;
  const said = parsed(decoded(await readAll(files, file)), file);
  if (
    said['format'] !== 'holdfast-keys/1' ||
    said['instance'] !== log.instance ||
    !Array.isArray(said['keys'])
  )
    throw new Broken(file, null, 'is not of this installation');
  const keys: Key[] = [];
  let isVouched = known.keys.length === 0;
  for (const one of said['keys'] as Record<string, unknown>[]) {
    const raw = fromBase64(textOf(one['public_key']));
    const [from, to] = [
      Date.parse(textOf(one['from'])),
      one['to'] === null ? Infinity : Date.parse(textOf(one['to'])),
    ];
    const id = String(one['id']);
    if (raw.length !== 32 || keyId(platform, log.instance, raw) !== id || !(from < to))
      throw new Broken(file, null, `key ${id} is not what it says`);
    const before = keys.at(-1);
    if (before && from < before.to)
      throw new Broken(file, null, `key ${id} begins before the one before it ends`);
    const shown = toBase64(raw);
    const isTrusted = known.keys.includes(shown);
    if (before && !isTrusted) {
      const text = `holdfast/${log.instance}\nnext key ${id}\n${shown}\nfrom ${String(one['from'])}\n`;
      if (one['announcement'] === null)
        throw new Broken(file, null, `key ${id} was not announced by the key before it`);
      const announced = await signedText(platform, textOf(one['announcement']), log.instance, before.raw);
      if (announced !== text)
        throw new Broken(file, null, `key ${id} is not the one that the key before it announced`);
    }
    isVouched ||= isTrusted;
    if (isVouched) keys.push({ id, raw, from, to });
    else remarks.push(`the key ${shown} is older than the one that you gave, and not believed`);
  }
  if (keys.length === 0) throw new Broken(file, null, 'the key that you gave is not among its keys');
  return keys;
}

function keyId({ hex }: Platform, instance: string | null, raw: Uint8Array): string {
  return hex(`holdfast/${instance}\n`, Uint8Array.of(1), raw).slice(0, 8);
}

/** The text of a signed note (C2SP signed-note) when the key signed it; else null. */
async function signedText(
  platform: Platform,
  note: string,
  instance: string | null,
  raw: Uint8Array,
): Promise<string | null> {
  const [, text = '', name, signed = ''] = /^((?:[^\n]+\n)+)\n— (\S+) ([A-Za-z0-9+/]+=*)\n$/.exec(note) ?? [];
  const bytes = fromBase64(signed);
  const isOurs = name === `holdfast/${instance}` && bytes.length === 68 && toBase64(bytes) === signed;
  if (!isOurs || toHex(bytes.subarray(0, 4)) !== keyId(platform, instance, raw)) return null;
  return (await platform.ed25519Holds(raw, utf8(text), bytes.subarray(4))) ? text : null;
}

// Checkpoints ------------------------------------------------------------------------------------------------------

const NOTE =
  /^holdfast\/([0-9a-f]{16})\n([1-9]\d{0,15})\n([1-9]\d{0,9})\n([A-Za-z0-9+/]{43}=)\nat (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\nprev (none|[0-9a-f]{64})\n\n— /;

async function readCheckpoints(
  check: Check,
  keys: readonly Key[],
): Promise<{ checkpoints: Checkpoint[]; stamps: Stamp[] }> {
  const { platform, files, at, known } = check;
  const checkpoints: Checkpoint[] = [];
  const stamps: Stamp[] = [];
  const folder = `${at}checkpoints/`;
  let before: { id: number; hash: string } | null = null;
  for (const name of [...files.keys()].filter((one) => one.startsWith(folder)).toSorted()) {
    if (!/^\d{8}\.(note|path|tsr)$/.test(name.slice(folder.length)))
      throw new Broken(name, null, 'is no part of a checkpoint');
    if (!name.endsWith('.note')) {
      if (!files.has(name.replace(/\.\w+$/, '.note')))
        throw new Broken(name, null, 'belongs to no checkpoint');
      continue;
    }
    const bytes = await readAll(files, name);
    const pathName = name.replace('.note', '.path');
    const note = { name, text: decoded(bytes) };
    const path = { name: pathName, text: decoded(await readAll(files, pathName)) };
    const { checkpoint, previous } = await provenCheckpoint(check, note, path, keys);
    if (checkpoint.id !== Number(name.slice(-13, -5)))
      throw new Broken(name, null, 'is another checkpoint than its name says');
    if (checkpoint.id === 1 && previous !== 'none')
      throw new Broken(name, null, 'is the first and yet follows another');
    if (before && checkpoint.id === before.id + 1 && previous !== before.hash)
      throw new Broken(name, null, 'does not follow the checkpoint before it');
    const last = checkpoints.at(-1);
    if (last && (checkpoint.at <= last.at || checkpoint.seq < last.seq))
      throw new Broken(name, null, 'goes back behind the checkpoint before it');
    if (last && checkpoint.seq === last.seq && checkpoint.head !== last.head)
      throw new Broken(name, null, `has another event ${last.seq} than the checkpoint before it`);
    checkpoints.push(checkpoint);
    before = { id: checkpoint.id, hash: platform.hex(bytes) };
    const stampName = name.replace('.note', '.tsr');
    if (files.has(stampName)) {
      const stamped = await readAll(files, stampName);
      const stamp = await readStamp(platform, stamped, bytes, stampName, known.authorities);
      // Its own clock and ours may differ by minutes, not by hours.
      if (Date.parse(stamp.at) < Date.parse(checkpoint.at) - CLOCK_MS_BACK_MAX)
        throw new Broken(stampName, null, 'is older than what it time-stamps');
      stamps.push({ ...stamp, seq: checkpoint.seq });
    }
  }
  return { checkpoints, stamps };
}

/** A text with the name that it goes by. */
interface Named {
  readonly name: string;
  readonly text: string;
}

async function provenCheckpoint(
  { platform, log }: Check,
  { name, text: note }: Named,
  { name: pathName, text: pathText }: Named,
  keys: readonly Key[],
): Promise<{ checkpoint: Checkpoint; previous: string }> {
  const [, instance, id = '', size = '', root, at = '', previous = ''] = NOTE.exec(note) ?? [];
  if (instance === undefined) throw new Broken(name, null, 'is no checkpoint');
  if (instance !== log.instance) throw new Broken(name, null, 'is of another installation');
  const time = Date.parse(at);
  let key: Key | undefined;
  for (const one of keys)
    if (!key && (await signedText(platform, note, log.instance, one.raw)) !== null) key = one;
  if (!key) throw new Broken(name, null, 'is not signed by a key that is believed');
  if (!(time >= key.from && time < key.to))
    throw new Broken(name, null, `is signed with key ${key.id} outside of its time`);
  const said = parsed(pathText, pathName);
  const [seq, index, head, siblings] = [
    whole(said['seq']),
    whole(said['index']),
    String(said['head']),
    said['path'],
  ];
  const isUsable =
    said['checkpoint'] === Number(id) &&
    said['size'] === Number(size) &&
    said['msp'] === log.msp &&
    seq >= 1 &&
    index >= 0;
  if (
    !isUsable ||
    !HEX64.test(head) ||
    !Array.isArray(siblings) ||
    !siblings.every((one) => HEX64.test(String(one)))
  )
    throw new Broken(pathName, null, 'is not of this checkpoint and log');
  const leaf = fromHex(log.msp.replaceAll('-', '') + seq.toString(16).padStart(16, '0') + head);
  const path = siblings.map((one) => fromHex(String(one)));
  if (rootOf(platform, leaf, index, Number(size), path) !== root)
    throw new Broken(pathName, null, 'does not lead to the root that was signed');
  return { checkpoint: { id: Number(id), at, seq, head, key: toBase64(key.raw) }, previous };
}

/** RFC 9162, 2.1.3.2. */
function rootOf(
  { hex }: Platform,
  leaf: Uint8Array,
  index: number,
  size: number,
  siblings: readonly Uint8Array[],
): string | null {
  if (index >= size) return null;
  const hashed = (...parts: readonly Uint8Array[]): Uint8Array => fromHex(hex(...parts));
  let [node, last, hash] = [index, size - 1, hashed(Uint8Array.of(0), leaf)];
  for (const sibling of siblings) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      hash = hashed(Uint8Array.of(1), sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else hash = hashed(Uint8Array.of(1), hash, sibling);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? toBase64(hash) : null;
}

/** A note that somebody kept elsewhere, with its path: the bundle must not contradict it. */
async function readWitness(
  check: Check,
  file: string,
  mailed: string,
  keys: readonly Key[],
  checkpoints: readonly Checkpoint[],
): Promise<Checkpoint> {
  const { log } = check;
  const text = mailed.replaceAll('\r\n', '\n');
  const note = /^holdfast\/[0-9a-f]{16}\n(?:[^\n]+\n)+\n— \S+ \S+\n/m.exec(text)?.[0];
  const pathText = /^\{.*\}$/m.exec(text)?.[0];
  if (!note || !pathText) throw new Broken(file, null, 'holds no note with its path');
  const [named, path] = [
    { name: file, text: note },
    { name: file, text: pathText },
  ];
  const { checkpoint } = await provenCheckpoint(check, named, path, keys);
  const same = checkpoints.find(({ id }) => id === checkpoint.id);
  if (same && (same.at !== checkpoint.at || same.head !== checkpoint.head))
    throw new Broken(file, null, `is another checkpoint ${same.id} than the bundle's`);
  const later = checkpoints.find(
    ({ id, at }) => id < checkpoint.id !== at < checkpoint.at && id !== checkpoint.id,
  );
  if (later) throw new Broken(file, null, `does not fit in with checkpoint ${later.id} of the bundle`);
  if (checkpoint.seq > log.last && checkpoint.at < log.to)
    throw new Broken(
      file,
      checkpoint.seq,
      `knows ${checkpoint.seq} events within the period; the bundle ends with ${log.last}`,
    );
  return checkpoint;
}

// The chain --------------------------------------------------------------------------------------------------------

async function walkChain(check: Check, marks: readonly Checkpoint[]): Promise<void> {
  const { files, at, log, counts, remarks } = check;
  const { hex } = check.platform;
  const name = `${at}events.jsonl`;
  const heads = new Map(marks.map(({ seq, head }) => [seq, head]));
  for (const mark of marks)
    if (heads.get(mark.seq) !== mark.head)
      throw new Broken(name, mark.seq, 'two signed notes say different things of it');
  const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);
  for (const what of ['events', 'shown', 'withheld', 'unproved', 'erased', 'values']) counts[what] = 0;
  const values = new Lines(files, `${at}private.jsonl`);
  const lines = new Lines(files, name);
  let value = await nextValue(values);
  let prev = log.first === 1 ? hex(`genesis:${log.msp}`) : heads.get(log.first - 1);
  if (prev === undefined)
    throw new Broken(name, log.first, 'no checkpoint is level with the event before the first one');
  const [begin, end] = [Date.parse(log.from), Date.parse(log.to)];
  let [seq, form, clock, outside, unknown, late] = [log.first - 1, 1, 0, 0, 0, 0];
  while (lines.isReady || (await lines.fill())) {
    const line = lines.next();
    seq++;
    const event = parsed(line, name, seq);
    if (event['seq'] !== seq)
      throw new Broken(name, seq, `is missing: ${String(event['seq']).slice(0, 20)} stands in its place`);
    const hash = String(event['hash']);
    const broken = (why: string): Broken => new Broken(name, seq, why);
    if (event['withheld'] === true) {
      const tag = String(event['client_tag']);
      if (event['form'] === 2) {
        form = 2;
        if (event['prev'] !== prev) throw broken('does not follow the event before');
        if (hash !== linkHash(check.platform, prev, tag, String(event['body_sha256'])))
          throw broken('its hash is not over what it is said to be over');
        if (log.client !== null && tag === hex(`client:${log.client}:${prev}`)) {
          if (seq >= log.periodFirst && seq <= log.periodLast)
            throw broken('is of this client, but withheld');
          outside++;
        }
      } else {
        if (event['form'] !== 1 || form === 2 || !HEX64.test(hash))
          throw broken('is withheld in a form that it cannot have');
        // Of the older form only the body names the event before; a signed head right before it proves the same.
        if (!heads.has(seq - 1)) count('unproved');
        if (seq >= log.periodFirst && seq <= log.periodLast) unknown++;
      }
      if (log.client === null && seq >= log.periodFirst && seq <= log.periodLast)
        throw broken('is withheld from the whole log');
      count('withheld');
    } else {
      const text = String(event['body']);
      const body = parsed(text, name, seq);
      const [said, client] = [body['v'], body['client'] ?? null];
      if (said !== 2 && (said !== 1 || form === 2)) throw broken('has a form that it cannot have');
      if (said === 2) form = 2;
      const expected: string | null =
        said === 1
          ? hex(text)
          : linkHash(
              check.platform,
              prev,
              hex(`client:${client === null ? '' : textOf(client)}:${prev}`),
              hex(text),
            );
      if (body['prev'] !== prev) throw broken('does not follow the event before');
      if (expected !== hash) throw broken('its bytes are not those that its hash is over');
      if (body['msp'] !== log.msp || body['seq'] !== seq) throw broken('belongs elsewhere');
      const time = Date.parse(String(body['at']));
      if (!(time > 0)) throw broken('has no time');
      if (seq < log.periodFirst || seq > log.periodLast)
        throw broken('is shown, though it is outside of the period');
      if (time < begin) throw broken(`was made before the period begins, at ${log.from}`);
      if (time >= end && (seq === log.periodLast || time >= end + CLOCK_MS_BACK_MAX)) late = seq;
      else if (time < end) late = 0;
      if (time < clock - CLOCK_MS_BACK_MAX)
        remarks.push(`the clock went back by ${Math.round((clock - time) / 1000)} s at event ${seq}`);
      clock = Math.max(clock, time);
      const commitments = Object.entries((body['private'] ?? {}) as Record<string, unknown>);
      const kept = new Set<string>();
      for (; value?.seq === seq; value = values.isReady ? readValue(values) : await nextValue(values)) {
        const { field, salt, text: given } = value;
        if (hex(fromHex(salt), given) !== commitments.find(([one]) => one === field)?.[1])
          throw broken(`the personal value '${field}' beside it is not the one that was there`);
        if (kept.has(field)) throw broken(`the personal value '${field}' is beside it twice`);
        kept.add(field);
        count('values');
      }
      counts['erased'] = (counts['erased'] ?? 0) + commitments.length - kept.size;
      count('shown');
    }
    count('events');
    const head = heads.get(seq);
    if (head !== undefined && head !== hash) throw broken('is not the event that the checkpoint signed');
    prev = hash;
  }
  if (value) throw new Broken(`${at}private.jsonl`, value.seq, 'is beside no event that is shown');
  if (late > 0) throw new Broken(name, late, `was made after the period ends, at ${log.to}`);
  // Clocks may differ by minutes: what a checkpoint signed well before the end of the period lies in it.
  const beyond = marks.find(
    (one) => one.seq > log.periodLast && Date.parse(one.at) < end - CLOCK_MS_BACK_MAX && log.last >= one.seq,
  );
  if (beyond)
    throw new Broken(
      log.file,
      log.periodLast + 1,
      `is within the period: checkpoint ${beyond.id} of ${beyond.at} has signed it`,
    );
  const signed = marks.filter((one) => one.seq > seq && (one.seq <= log.last || one.at < log.to)).at(-1);
  if (signed)
    throw new Broken(name, seq + 1, `is missing: checkpoint ${signed.id} has signed ${signed.seq} events`);
  if (seq !== log.last)
    throw new Broken(name, seq + 1, `is missing: ${log.file} says that ${log.last} is the last`);
  const of = (what: string): number => counts[what] ?? 0;
  if (of('withheld') > 0)
    remarks.push(
      `${of('withheld')} of ${of('events')} events are withheld: they are in the chain, and what they say is not shown`,
    );
  if (of('unproved') > 0)
    remarks.push(
      `${of('unproved')} of those are of the older form: that they follow the event before is not proved`,
    );
  if (outside > 0) remarks.push(`${outside} of those are of this client, but outside of the period`);
  if (log.periodLast < log.periodFirst) remarks.push('no event was recorded within the period');
  else if (log.client !== null && unknown === 0)
    remarks.push('none of the withheld ones within the period is of this client');
  if (of('erased') > 0) remarks.push(`${of('erased')} personal values were erased or not given`);
}

function linkHash({ hex }: Platform, prev: string, tag: string, body: string): string | null {
  if (!HEX64.test(tag) || !HEX64.test(body)) return null;
  return hex(fromHex(`02${prev}${tag}${body}`));
}

interface Value {
  readonly seq: number;
  readonly field: string;
  readonly salt: string;
  readonly text: string;
}

async function nextValue(lines: Lines): Promise<Value | null> {
  return lines.isReady || (await lines.fill()) ? readValue(lines) : null;
}

function readValue(lines: Lines): Value {
  const said = parsed(lines.next(), lines.name);
  const [seq, field, salt, text] = [whole(said['seq']), said['field'], said['salt'], said['value']];
  if (seq < 1 || typeof field !== 'string' || typeof text !== 'string' || !HEX64.test(String(salt)))
    throw new Broken(lines.name, null, 'has a line that is no value');
  return { seq, field, salt: String(salt), text };
}
