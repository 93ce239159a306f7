// The write-ahead log of a cluster as pieces of one stream. What Postgres has flushed never changes (streaming replication rests
// on that, too), so it may be copied before its segment is full: what was acknowledged a minute ago is kept without a file of 16 MiB a minute.
import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Failure } from '../failure.mjs';
import { readIfThere } from '../project.mjs';
import { appendDurably, measureFile, storePacked, syncFolder } from './stored-file.mjs';

/**
 * @typedef {{ from: bigint, to: bigint, at: string, bytes: number, sha256: string }} WalPiece half-open positions in the log; `at`: when it was
 *   copied (ISO 8601): all that was committed before is in it
 * @typedef {{ timeline: number, segmentBytes: number }} WalShape
 */

const INDEX = 'index.jsonl';

/** A position as Postgres writes it, such as `16/B374D848`. */
export function parseLsn(text) {
  const [high, low] = text.split('/').map((part) => BigInt(`0x${part}`));
  return (high << 32n) | low;
}

/** The first byte of the segment that a position lies in. */
export function segmentStart(lsn, segmentBytes) {
  return lsn - (lsn % BigInt(segmentBytes));
}

/**
 * Where a segment's file has its name from.
 * @param {WalShape} shape
 * @param {bigint} lsn
 */
function segmentName({ timeline, segmentBytes }, lsn) {
  const number = lsn / BigInt(segmentBytes);
  const perFile = 0x1_0000_0000n / BigInt(segmentBytes);
  return [BigInt(timeline), number / perFile, number % perFile].map((part) => hex(part, 8)).join('');
}

const hex = (value, digits) => value.toString(16).toUpperCase().padStart(digits, '0');

/** @param {{ from: bigint, to: bigint }} piece */
function pieceName({ from, to }) {
  return `${hex(from, 16)}-${hex(to, 16)}.gz`;
}

/**
 * Copies what was flushed from one position to another. A piece counts once its line is in the index: one that a crash left without is
 * made again.
 * @param {string} postgresDir
 * @param {string} folder
 * @param {WalShape} shape
 * @param {{ from: bigint, to: bigint, at: string }} range
 */
export async function copyWal(postgresDir, folder, shape, { from, to, at }) {
  dropTornLine(path.join(folder, INDEX));
  for (let begin = from; begin < to;) {
    const next = segmentStart(begin, shape.segmentBytes) + BigInt(shape.segmentBytes);
    const end = next < to ? next : to;
    const bytes = readSegment(path.join(postgresDir, 'pg_wal'), shape, begin, end);
    const file = path.join(folder, pieceName({ from: begin, to: end }));
    fs.rmSync(file, { force: true });
    const stored = await storePacked([bytes], file);
    syncFolder(folder);
    const line = { from: String(begin), to: String(end), at, bytes: stored.bytes, sha256: stored.sha256 };
    appendDurably(path.join(folder, INDEX), `${JSON.stringify(line)}\n`);
    begin = end;
  }
}

/**
 * @param {string} walDir
 * @param {WalShape} shape
 * @param {bigint} from
 * @param {bigint} to
 */
function readSegment(walDir, shape, from, to) {
  const name = segmentName(shape, from);
  const bytes = Buffer.alloc(Number(to - from));
  let handle;
  try {
    handle = fs.openSync(path.join(walDir, name), 'r');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    const lost = new Failure(
      `The log of the database from ${name} on went before it was copied.`,
      'Take a new backup: `npm run -s holdfast -- backup`.',
    );
    throw Object.assign(lost, { isLogLost: true });
  }
  try {
    const offset = Number(from - segmentStart(from, shape.segmentBytes));
    if (fs.readSync(handle, bytes, 0, bytes.length, offset) === bytes.length) return bytes;
    throw new Failure(`${name} is shorter than it should be.`, 'Take a new backup.');
  } finally {
    fs.closeSync(handle);
  }
}

/** Of a line that was being written when the machine went down; its piece is copied again. */
function dropTornLine(file) {
  const text = readIfThere(file);
  if (text !== null && !text.endsWith('\n')) fs.truncateSync(file, Buffer.byteLength(wholeLines(text)));
}

const wholeLines = (text) => text.slice(0, text.lastIndexOf('\n') + 1);

/**
 * The pieces of a folder, in order. A last line without its end does not count.
 * @param {string} folder
 * @returns {WalPiece[]}
 * @throws {Failure} when the index cannot be read, or a position is missing between two pieces
 */
export function readWalIndex(folder) {
  const text = wholeLines(readIfThere(path.join(folder, INDEX)) ?? '');
  const pieces = text.split('\n').slice(0, -1).map(parsePiece);
  for (const [index, piece] of pieces.entries()) {
    const before = pieces[index - 1];
    const follows = before ? piece.from === before.to : true;
    if (!follows || piece.from >= piece.to) throw damagedIndex(index + 1);
  }
  return pieces;
}

function parsePiece(line, index) {
  try {
    const { from, to, at, bytes, sha256 } = JSON.parse(line);
    return { from: BigInt(from), to: BigInt(to), at: new Date(at).toISOString(), bytes, sha256 };
  } catch {
    throw damagedIndex(index + 1);
  }
}

function damagedIndex(line) {
  return new Failure(`wal/${INDEX} is damaged in line ${line}.`, 'Use another backup.');
}

/**
 * What is wrong with the pieces themselves.
 * @param {string} folder
 * @param {readonly WalPiece[]} pieces
 * @returns {Promise<string[]>}
 */
export async function checkWal(folder, pieces) {
  const problems = [];
  for (const piece of pieces) {
    const found = await measureFile(path.join(folder, pieceName(piece)));
    if (found === null) problems.push(`wal/${pieceName(piece)} is missing`);
    else if (found.bytes !== piece.bytes || found.sha256 !== piece.sha256)
      problems.push(`wal/${pieceName(piece)} was altered`);
  }
  return problems;
}

/**
 * Puts the log together again; the end of the last segment stays empty, where recovery stops.
 * @param {string} folder
 * @param {readonly WalPiece[]} pieces the first begins a segment
 * @param {string} walDir
 * @param {WalShape} shape
 */
export function layWal(folder, pieces, walDir, shape) {
  for (const piece of pieces) {
    const start = segmentStart(piece.from, shape.segmentBytes);
    const file = path.join(walDir, segmentName(shape, piece.from));
    const handle = fs.openSync(file, piece.from === start ? 'wx' : 'r+', 0o600);
    try {
      if (piece.from === start) fs.ftruncateSync(handle, shape.segmentBytes);
      const bytes = gunzipSync(fs.readFileSync(path.join(folder, pieceName(piece))));
      fs.writeSync(handle, bytes, 0, bytes.length, Number(piece.from - start));
    } finally {
      fs.closeSync(handle);
    }
  }
}
