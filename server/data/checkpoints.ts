import { z } from 'zod';
import type { CheckpointMark } from '@/domain/evidence/pick-checkpoints';
import type { Tx } from './database';
import { jsonRows } from './json-rows';

/** Only one process makes checkpoints at a time. */
const LOCK = 7_261_140;

/** The newest event of a chain. */
export interface ChainHead {
  readonly mspId: string;
  readonly seq: number;
  /** Hexadecimal. */
  readonly head: string;
}

/** The key that signs now, or signed in its time. */
export interface EvidenceKey {
  /** Eight hexadecimal digits. */
  readonly keyId: string;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly validFrom: Date;
  /** null: signs now. */
  readonly validTo: Date | null;
  /** Signed with the key before it; null: the first one, or the one before was lost. */
  readonly announcement: string | null;
}

/** A signed checkpoint, as it is kept. */
export interface KeptCheckpoint {
  readonly checkpointId: number;
  readonly at: Date;
  readonly note: string;
}

const bytes = z.instanceof(Uint8Array);
const headRow = z.object({ mspId: z.string(), seq: z.bigint().transform(Number), head: z.string() });
const keyRow = z.object({
  keyId: z.string(),
  publicKey: bytes,
  validFrom: z.date(),
  validTo: z.date().nullable(),
  announcement: z.string().nullable(),
});
const keptRow = z.object({
  checkpointId: z.bigint().transform(Number),
  at: z.date(),
  note: z.string(),
});

/** Keeps others from making a checkpoint until commit; false: somebody is making one. */
export async function lockCheckpoints(tx: Tx): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT pg_try_advisory_xact_lock(${LOCK}::bigint) AS "isOurs"`;
  return z.tuple([z.object({ isOurs: z.boolean() })]).parse(rows)[0].isOurs;
}

/** The name of this installation, 16 hexadecimal digits. */
export async function instanceName(tx: Tx): Promise<string> {
  const rows = await tx.$queryRaw`SELECT audit.instance_name() AS name`;
  return z.tuple([z.object({ name: z.string() })]).parse(rows)[0].name;
}

/** The same, where it may not have been made yet: null. */
export async function findInstanceName(tx: Tx): Promise<string | null> {
  const rows = await tx.$queryRaw`SELECT name FROM audit.instance`;
  return z.array(z.object({ name: z.string() })).parse(rows)[0]?.name ?? null;
}

/** Every key that ever signed, oldest first. */
export async function listEvidenceKeys(tx: Tx): Promise<EvidenceKey[]> {
  const rows =
    await tx.$queryRaw`SELECT key_id AS "keyId", public_key AS "publicKey", valid_from AS "validFrom",
    valid_to AS "validTo", announcement FROM audit.evidence_key ORDER BY valid_from, key_id`;
  return z.array(keyRow).parse(rows);
}

/** Lets a key sign from an instant on and ends the one before; the installation's own chain tells of it. */
export async function openEvidenceKey(
  tx: Tx,
  key: { keyId: string; publicKey: Uint8Array<ArrayBuffer>; from: Date; announcement: string | null },
): Promise<void> {
  await tx.$executeRaw`SELECT audit.open_evidence_key(${key.keyId}, ${key.publicKey}, ${key.from}, ${key.announcement})`;
}

/** The newest checkpoint; null: none was made yet. */
export async function lastCheckpoint(tx: Tx): Promise<KeptCheckpoint | null> {
  const rows = await tx.$queryRaw`SELECT checkpoint_id AS "checkpointId", at, note FROM audit.checkpoint
    ORDER BY checkpoint_id DESC LIMIT 1`;
  return z.array(keptRow).parse(rows)[0] ?? null;
}

/** The head of every chain, in one snapshot, sorted by the ids of the MSPs; the installation's own is first. */
export async function readHeads(tx: Tx): Promise<ChainHead[]> {
  const rows = await tx.$queryRaw`SELECT msp_id::text AS "mspId", seq, encode(head, 'hex') AS head
    FROM audit.read_heads() ORDER BY msp_id`;
  return z.array(headRow).parse(rows);
}

/** The heads that the newest checkpoint has, in the same order. */
export async function readLastHeads(tx: Tx): Promise<ChainHead[]> {
  const rows = await tx.$queryRaw`SELECT msp_id::text AS "mspId", seq, encode(head, 'hex') AS head
    FROM audit.read_last_leaves() ORDER BY msp_id`;
  return z.array(headRow).parse(rows);
}

/** A checkpoint about to be kept. Hashes of `leaves` in hexadecimal. */
export interface NewCheckpoint extends KeptCheckpoint {
  readonly treeSize: number;
  readonly root: Uint8Array<ArrayBuffer>;
  readonly keyId: string;
  readonly leaves: readonly (ChainHead & { readonly index: number; readonly path: readonly string[] })[];
}

export async function insertCheckpoint(tx: Tx, made: NewCheckpoint): Promise<void> {
  const leaves = made.leaves.map(({ mspId, ...leaf }) => ({ msp: mspId, ...leaf }));
  await tx.$executeRaw`SELECT audit.store_checkpoint(${made.checkpointId}::bigint, ${made.at}, ${made.treeSize}::int,
    ${made.root}, ${made.note}, ${made.keyId}, ${jsonRows(leaves)}::jsonb)`;
}

/**
 * Removes leaves of checkpoints from before a day (UTC) but the last and the last time-stamped of each chain and day. How many.
 * @throws for an instant less than thirty days ago
 */
export async function thinLeaves(tx: Tx, before: Date): Promise<number> {
  const rows = await tx.$queryRaw`SELECT audit.thin_leaves(${before}) AS gone`;
  return z.tuple([z.object({ gone: z.int() })]).parse(rows)[0].gone;
}

const stampRow = z.object({
  newestId: z.bigint().transform(Number).nullable(),
  newestNote: z.string().nullable(),
  /** The time that the newest time-stamp states. */
  stampedAt: z.date().nullable(),
  stampedId: z.bigint().transform(Number).nullable(),
  authority: z.string().nullable(),
  /** Of the oldest checkpoint that waits for a time-stamp. */
  waitsSince: z.date().nullable(),
  tries: z.int(),
  nextTryAt: z.date().nullable(),
  problem: z.string().nullable(),
});
/** How far checkpoints are time-stamped outside. */
export type StampState = z.output<typeof stampRow>;

/** How far checkpoints are time-stamped outside, and what became of the last try. */
export async function readStampState(tx: Tx): Promise<StampState> {
  const rows = await tx.$queryRaw`
    WITH newest AS (SELECT checkpoint_id, note FROM audit.checkpoint ORDER BY checkpoint_id DESC LIMIT 1),
    stamped AS (SELECT checkpoint_id, tsa_at, tsa_authority FROM audit.checkpoint WHERE tsa_at IS NOT NULL
      ORDER BY checkpoint_id DESC LIMIT 1)
    SELECT newest.checkpoint_id AS "newestId", newest.note AS "newestNote", stamped.tsa_at AS "stampedAt",
      stamped.checkpoint_id AS "stampedId", stamped.tsa_authority AS authority,
      (SELECT c.at FROM audit.checkpoint c WHERE c.checkpoint_id > coalesce(stamped.checkpoint_id, 0)
        ORDER BY c.checkpoint_id LIMIT 1) AS "waitsSince",
      coalesce(i.tsa_tries, 0) AS tries, i.tsa_next_try_at AS "nextTryAt", i.tsa_problem AS problem
    FROM (SELECT 1) AS one LEFT JOIN newest ON true LEFT JOIN stamped ON true LEFT JOIN audit.instance i ON true`;
  return z.tuple([stampRow]).parse(rows)[0];
}

/** Keeps an authority's answer over a checkpoint's note. */
export async function keepTimeStamp(
  tx: Tx,
  checkpointId: number,
  stamp: { readonly token: Uint8Array<ArrayBuffer>; readonly at: Date; readonly authority: string },
): Promise<void> {
  await tx.$executeRaw`SELECT audit.keep_time_stamp(${checkpointId}::bigint, ${stamp.token}, ${stamp.at}, ${stamp.authority})`;
}

export async function noteTimeStampFailure(tx: Tx, problem: string, nextTryAt: Date): Promise<void> {
  await tx.$executeRaw`SELECT audit.note_time_stamp_failure(${problem}, ${nextTryAt})`;
}

const markRow = z.object({
  checkpointId: z.bigint().transform(Number),
  at: z.date(),
  seq: z.bigint().transform(Number),
  isStamped: z.boolean(),
});

/** The checkpoints that the scope's MSP is in, oldest first. */
export async function listOwnCheckpoints(tx: Tx): Promise<CheckpointMark[]> {
  const rows = await tx.$queryRaw`SELECT checkpoint_id AS "checkpointId", at, seq, is_stamped AS "isStamped"
    FROM audit.list_own_checkpoints()`;
  return z.array(markRow).parse(rows);
}

const ownRow = z.object({
  checkpointId: z.bigint().transform(Number),
  at: z.date(),
  note: z.string(),
  keyId: z.string(),
  treeSize: z.int(),
  tsaToken: bytes.nullable(),
  tsaAt: z.date().nullable(),
  tsaAuthority: z.string().nullable(),
  seq: z.bigint().transform(Number),
  head: z.string(),
  leafIndex: z.int(),
  path: z.array(z.string()),
});
/** A checkpoint with the place of one MSP's chain in its tree. Hashes in hexadecimal. */
export type OwnCheckpoint = z.output<typeof ownRow>;

/** Some checkpoints that the scope's MSP is in, oldest first; at most 1,000. */
export async function readOwnCheckpoints(tx: Tx, checkpointIds: readonly number[]): Promise<OwnCheckpoint[]> {
  const rows =
    await tx.$queryRaw`SELECT checkpoint_id AS "checkpointId", at, note, key_id AS "keyId", tree_size AS "treeSize",
      tsa_token AS "tsaToken", tsa_at AS "tsaAt", tsa_authority AS "tsaAuthority", seq, head, leaf_index AS "leafIndex", path
    FROM audit.read_own_checkpoints(${[...checkpointIds]}::bigint[])`;
  return z.array(ownRow).parse(rows);
}
