import { createHash, type Hash } from 'node:crypto';
import { eventLink } from '@/domain/evidence/event-hash';
import { pickCheckpoints } from '@/domain/evidence/pick-checkpoints';
import { chainScope } from '../auth/system-scope';
import { parsedBody } from '../data/audit-log';
import { type ChainEvent, chainBounds, listChainEvents } from '../data/chain-export';
import {
  findInstanceName,
  listEvidenceKeys,
  listOwnCheckpoints,
  type OwnCheckpoint,
  readOwnCheckpoints,
} from '../data/checkpoints';
import type { Database, Tx } from '../data/database';
import { nothingHere } from '../nothing-here';
import { sha256 } from '../sha256';
import type { TenantScope } from '../tenancy/tenant-scope';

/** Which part of the log leaves. */
export interface LogPart {
  /** Events of this client, and those that concern evidence itself; null: all of the MSP, for a scope of the whole MSP only. */
  readonly clientId: string | null;
  /** Half-open. */
  readonly from: Date;
  readonly to: Date;
}

/** A piece of a file of the bundle. Pieces of one path come one after another and make the file together. */
export interface LogPiece {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Events of the MSP itself that every part shows: without them a client's reports could not be checked. They name nobody. */
const SHOWN_TO_ALL: readonly string[] = ['reports.sealed'];

const BATCH = 1000;
const CHECKPOINTS_AT_ONCE = 200;

/**
 * The evidence log of a period as files that prove themselves without us (`verify/`): `log.json` (what this is), `events.jsonl` (exact body
 * and hash; of events that are not shown what their hash is over), `private.jsonl` (personal values that are kept still, with their salts),
 * `checkpoints/` (notes, time-stamps, paths), `keys.json`, and last `SHA256SUMS` over them. Events before and after the period up to the
 * checkpoints that bound it go as hashes. Read in batches: its length costs no memory.
 * @throws AppError `not-found` for a client outside the scope, or the whole MSP for a scope of some clients
 */
export async function* exportEvidenceLog(
  database: Database,
  scope: TenantScope,
  part: LogPart,
): AsyncGenerator<LogPiece, void> {
  if (!isInScope(scope, part.clientId)) throw nothingHere();
  const inChain = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.inScope(chainScope(scope), work);
  const { mspId } = scope;
  const { instance, keys, bounds, marks } = await inChain(async (tx) => ({
    instance: await findInstanceName(tx),
    // Before the others, so that none of them has signed an event, or with a key, that those do not know yet.
    marks: await listOwnCheckpoints(tx),
    keys: await listEvidenceKeys(tx),
    bounds: await chainBounds(tx, mspId, part.from, part.to),
  }));
  const { before, picked, throughSeq } = pickCheckpoints(marks, bounds.before + 1, bounds.last);
  // By number, not by time: of two events that were written at once, the earlier one may have the later number.
  const isShown = ({ seq, action, clientId }: ChainEvent): boolean =>
    seq > bounds.before &&
    seq <= bounds.last &&
    (part.clientId === null || clientId === part.clientId || SHOWN_TO_ALL.includes(action));
  const files = new Sums();
  yield* files.add(
    'log.json',
    json({
      format: 'holdfast-log/1',
      instance,
      msp: mspId,
      client: part.clientId,
      from: part.from.toISOString(),
      to: part.to.toISOString(),
      first_seq: (before?.seq ?? 0) + 1,
      last_seq: throughSeq,
      period_first_seq: bounds.before + 1,
      period_last_seq: bounds.last,
      exported_at: new Date().toISOString(),
    }),
  );
  const lines = { events: 'events.jsonl', private: 'private.jsonl' };
  yield* files.add(lines.events, '');
  const range = { after: before?.seq ?? 0, throughSeq };
  for await (const events of batchesOf(inChain, mspId, range))
    yield* files.add(lines.events, events.map((event) => eventLine(event, isShown(event))).join(''));
  yield* files.add(lines.private, '');
  for await (const events of batchesOf(inChain, mspId, range)) {
    const shown = events.filter(isShown);
    yield* files.add(lines.private, shown.map(privateLines).join(''));
  }
  for (let at = 0; at < picked.length; at += CHECKPOINTS_AT_ONCE) {
    const ids = picked.slice(at, at + CHECKPOINTS_AT_ONCE).map(({ checkpointId }) => checkpointId);
    for (const checkpoint of await inChain((tx) => readOwnCheckpoints(tx, ids)))
      yield* checkpointFiles(files, mspId, checkpoint);
  }
  yield* files.add(
    'keys.json',
    json({
      format: 'holdfast-keys/1',
      instance,
      keys: keys.map((key) => ({
        id: key.keyId,
        public_key: Buffer.from(key.publicKey).toString('base64'),
        from: key.validFrom.toISOString(),
        to: key.validTo?.toISOString() ?? null,
        announcement: key.announcement,
      })),
    }),
  );
  yield files.sums();
}

async function* batchesOf(
  inChain: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  mspId: string,
  { after, throughSeq }: { after: number; throughSeq: number },
): AsyncGenerator<ChainEvent[]> {
  for (let seq = after; seq < throughSeq;) {
    const asked = { after: seq, throughSeq, limit: BATCH };
    const events = await inChain((tx) => listChainEvents(tx, mspId, asked));
    yield events;
    seq = events.at(-1)?.seq ?? throughSeq;
  }
}

function isInScope({ clientIds }: TenantScope, clientId: string | null): boolean {
  return clientIds === '*' || (clientId !== null && clientIds.includes(clientId));
}

/** An event that is not shown: everything that its hash is over but its body, so that the chain can be followed through it. */
function eventLine({ seq, hash, body, clientId }: ChainEvent, isWhole: boolean): string {
  if (isWhole) return line({ seq, hash, body });
  const said = parsedBody(body) as { v?: unknown; prev?: unknown } | null;
  if (said?.v !== 2) return line({ seq, hash, withheld: true, form: 1 });
  const link = eventLink(sha256, body, { form: 2, clientId, prev: String(said.prev) });
  return line({
    seq,
    hash,
    withheld: true,
    form: 2,
    prev: link.prev,
    client_tag: link.clientTag,
    body_sha256: link.bodySha256,
  });
}

function privateLines({ seq, private: values }: ChainEvent): string {
  return values.map(({ field, salt, value }) => line({ seq, field, salt, value })).join('');
}

function* checkpointFiles(files: Sums, mspId: string, checkpoint: OwnCheckpoint): Generator<LogPiece> {
  const { checkpointId, note, tsaToken, treeSize, leafIndex, seq, head, path } = checkpoint;
  const name = `checkpoints/${String(checkpointId).padStart(8, '0')}`;
  yield* files.add(`${name}.note`, note);
  yield* files.add(`${name}.path`, pathText(mspId, { checkpointId, seq, head, treeSize, leafIndex, path }));
  if (tsaToken) yield* files.add(`${name}.tsr`, tsaToken);
}

/** Where a chain stands in a checkpoint's tree, as a line of JSON. */
export function pathText(
  mspId: string,
  at: Pick<OwnCheckpoint, 'checkpointId' | 'seq' | 'head' | 'treeSize' | 'leafIndex' | 'path'>,
): string {
  return line({
    checkpoint: at.checkpointId,
    msp: mspId,
    seq: at.seq,
    head: at.head,
    index: at.leafIndex,
    size: at.treeSize,
    path: at.path,
  });
}

/** Keeps the hash of each file while its pieces pass. */
class Sums {
  readonly #hashes = new Map<string, Hash>();

  *add(path: string, content: string | Uint8Array): Generator<LogPiece> {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const hash = this.#hashes.get(path) ?? createHash('sha256');
    this.#hashes.set(path, hash.update(bytes));
    yield { path, bytes };
  }

  sums(): LogPiece {
    const lines = [...this.#hashes].map(([path, hash]) => `${hash.digest('hex')}  ${path}\n`);
    return { path: 'SHA256SUMS', bytes: Buffer.from(lines.join('')) };
  }
}

function line(object: object): string {
  return `${JSON.stringify(object)}\n`;
}

function json(object: object): string {
  return `${JSON.stringify(object, null, 2)}\n`;
}
