import { createHash } from 'node:crypto';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { judgeDrill } from '@/domain/restore-test/drill';
import { judgeRestore, restoreTime, type RestoreTrouble } from '@/domain/restore-test/judge-restore';
import { selectFiles, selectionRuleName, type SelectionRule } from '@/domain/restore-test/select-files';
import { jobKeyOf, streamOf, type JobStream } from '@/agent/collectors/job-stream';
import { compareFiles, type Comparison } from '@/agent/restore-test/compare-files';
import { damageOne } from '@/agent/restore-test/damage-one';
import type { RestoreEvidence } from '@/agent/restore-test/evidence';
import { expectedFiles, hashesOf } from '@/agent/restore-test/expected-hashes';
import type { ListedFile, PointListing } from '@/agent/restore-test/listed-file';
import type { RestoreTool, TestablePoint } from '@/agent/restore-test/restore-tool';
import { beginTest, rounded, type TestOrder, type TestSession } from '@/agent/restore-test/test-session';
import { runScript } from '@/agent/restore-test/verification-script';

/** A test of files: which point, which of its files, and what they are compared with. */
export interface FileTestOrder extends TestOrder {
  tool: 'restic' | 'borg';
  /** `newest`, or the key of a recovery point. */
  point: string;
  /** The job whose newest point is tested; null: of any. */
  jobKey: string | null;
  /** Streams that jobs wrote before, as the report takes them. */
  knownStreams: readonly JobStream[];
  rule: SelectionRule;
  seed: number;
  manifestFile: string | null;
  script: string | null;
  hostname: string;
}

/** Restores files of a recovery point into a scratch folder, compares them, and removes them. It never writes anywhere else. */
export async function testFiles(order: FileTestOrder, tool: RestoreTool): Promise<RestoreEvidence> {
  const session = beginTest(order, order.rule.kind === 'all' ? 'full' : 'sample');
  try {
    return await testWithin(order, tool, session);
  } catch (error) {
    return session.end('error', error instanceof Error ? error.message : String(error));
  }
}

async function testWithin(
  order: FileTestOrder,
  tool: RestoreTool,
  session: TestSession,
): Promise<RestoreEvidence> {
  const { evidence, limits } = session;
  // Made first, so that whatever the tool starts is noted in it.
  const { data } = session.scratch();
  const opened = await tool.open(limits);
  evidence.tool_version = opened.toolVersion;
  evidence.repository.key = opened.repositoryKey;
  if (opened.points === null) return session.end(...resultOfTrouble(opened.trouble));
  const point = choosePoint(opened.points, order);
  if (!point) return session.end('error', noPointMessage(order));
  describePoint(evidence, point);
  const listing = await tool.list(point, limits);
  if ('kind' in listing) return session.end(...resultOfTrouble(listing));
  const selected = select(order, evidence, listing);
  if (selected.length === 0)
    return session.end('skipped', 'The recovery point holds no regular file that could be compared.');
  const lack = session.lacksRoom(roomFor(order, listing, selected));
  if (lack !== null) return session.end('skipped', lack);
  return restoreAndCompare(order, tool, session, { point, listing, selected, data });
}

interface Chosen {
  point: TestablePoint;
  listing: PointListing;
  selected: readonly ListedFile[];
  data: string;
}

async function restoreAndCompare(
  order: FileTestOrder,
  tool: RestoreTool,
  session: TestSession,
  { point, listing, selected, data }: Chosen,
): Promise<RestoreEvidence> {
  const { evidence, limits } = session;
  const isOurs = point.stream.host === order.hostname;
  const fromSource = await expectedFiles(selected, point, order.manifestFile, isOurs, session.isOver);
  const unknown = selected.filter((file) => !fromSource.has(file.path));
  const startedTick = performance.now();
  const end = await tool.restore(
    point,
    order.rule.kind === 'all' ? null : selected,
    data,
    unknown.length > 0,
    limits,
  );
  const restoredTick = performance.now();
  evidence.exit_code = end.exitCode;
  const canAsk = end.trouble === null && !end.isReadBack && unknown.length > 0;
  const fromRepository = canAsk ? await tool.readExpected(point, unknown, limits) : new Map();
  const verifyTick = performance.now();
  // Damage that is made after the tool has read back needs something else to be held against.
  const readBack = order.isDrill && end.isReadBack ? await hashesOf(data, unknown) : new Map();
  const expected = new Map([...readBack, ...fromRepository, ...fromSource]);
  if (evidence.drill !== null && end.trouble === null && !session.isOver())
    evidence.drill.damaged = await damageOne(data, selected, expected, order.seed);
  const compared = await compareFiles(data, selected, expected, end.isReadBack);
  const verifiedTick = performance.now();
  const unspellable = order.rule.kind === 'all' ? listing.unspellableCount : 0;
  evidence.files = { ...compared.counts, unverifiable: compared.counts.unverifiable + unspellable };
  evidence.problems = compared.problems;
  evidence.manifest = compared.manifest;
  evidence.bytes_restored = compared.bytesRestored;
  evidence.bytes_on_disk = compared.bytesOnDisk;
  evidence.restore_seconds = rounded((restoredTick - startedTick) / 1000);
  evidence.verify_seconds = rounded((verifiedTick - verifyTick) / 1000);
  if (evidence.drill !== null) return endDrill(evidence.drill, compared, end.trouble, session);
  if (end.trouble === null) tellRate(evidence, order, listing);
  if (session.isOver() && end.trouble === null)
    return session.end('error', 'The test was stopped at its time limit.');
  const subject = { data, point: point.key, repository: evidence.repository.key };
  const script =
    end.trouble === null && order.script !== null ? await runScript(order.script, subject, session) : null;
  evidence.script = script && { ...script, output_tail: order.redact(script.output_tail) };
  const judgement = judgeRestore(compared.counts, end.trouble, script);
  return session.end(judgement.result, judgement.reason);
}

/** The script of the user is left out: it would be asked about a file that was damaged on purpose. */
function endDrill(
  drill: NonNullable<RestoreEvidence['drill']>,
  { unlike }: Comparison,
  trouble: RestoreTrouble | null,
  session: TestSession,
): RestoreEvidence {
  drill.noticed = unlike.slice(0, NOTICED_MAX);
  if (session.isOver() && trouble === null)
    return session.endDrill('error', 'The drill was stopped at its time limit.');
  const { outcome, reason } = judgeDrill({ damagedPath: drill.damaged?.path ?? null, unlike, trouble });
  return session.endDrill(outcome, reason);
}

const NOTICED_MAX = 20;

/** Damage that stops a test before anything is restored is a failure all the same. */
function resultOfTrouble({ kind, message }: RestoreTrouble): ['failed' | 'error', string] {
  return [kind === 'damage' ? 'failed' : 'error', message];
}

function choosePoint(points: readonly TestablePoint[], order: FileTestOrder): TestablePoint | null {
  if (order.point !== 'newest') return points.find(({ key }) => key === order.point) ?? null;
  const wanted = points.filter(
    ({ stream }) => order.jobKey === null || jobKeyOf(streamOf(stream, order.knownStreams)) === order.jobKey,
  );
  // A job that is named otherwise by now: the point that was meant is as good.
  if (wanted.length === 0) return points.find(({ key }) => key === order.askedPointKey) ?? null;
  return wanted.toSorted((a, b) => Date.parse(b.takenAt) - Date.parse(a.takenAt))[0] ?? null;
}

function noPointMessage({ point, jobKey }: FileTestOrder): string {
  if (point !== 'newest') return `The repository holds no recovery point ${point}.`;
  return jobKey === null
    ? 'The repository holds no recovery point.'
    : `The repository holds no recovery point of ${jobKey}.`;
}

function describePoint(evidence: RestoreEvidence, point: TestablePoint): void {
  evidence.point = {
    key: point.key,
    taken_at: point.takenAt,
    host: point.stream.host,
    paths: point.stream.paths,
    age_seconds: Math.round((Date.parse(evidence.started_at) - Date.parse(point.takenAt)) / 1000),
    files: null,
    bytes: null,
  };
}

function select(order: FileTestOrder, evidence: RestoreEvidence, listing: PointListing): ListedFile[] {
  const selected = selectFiles(listing.files, order.rule, order.seed, sha256Hex);
  if (evidence.point) {
    evidence.point.files = listing.files.length + listing.unspellableCount;
    evidence.point.bytes = sum(listing.files);
  }
  evidence.selection = {
    rule: selectionRuleName(order.rule),
    seed: order.rule.kind === 'all' ? null : order.seed,
    files: selected.length,
    bytes: sum(selected),
    unverifiable_names: listing.unspellableCount,
    paths: order.rule.kind === 'all' ? [] : selected.map((file) => file.path),
  };
  return selected;
}

function roomFor(order: FileTestOrder, listing: PointListing, selected: readonly ListedFile[]): number {
  const files = order.rule.kind === 'all' ? listing.files : selected;
  return files.reduce((total, { bytes }) => total + Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES, 0);
}

/** File systems give room by the block: many small files take far more than they hold. */
const BLOCK_BYTES = 4096;

/** By what was written: the holes of a sparse file take no time. */
function tellRate(evidence: RestoreEvidence, order: FileTestOrder, listing: PointListing): void {
  const { bytes_restored: logical, bytes_on_disk: onDisk, restore_seconds: seconds } = evidence;
  if (logical === null || onDisk === null || seconds === null || seconds === 0) return;
  const bytes = Math.min(logical, onDisk);
  const total = sum(listing.files);
  const isWhole = order.rule.kind === 'all' && logical >= total;
  evidence.bytes_per_second = Math.round(bytes / seconds);
  const time = restoreTime(isWhole ? bytes : total, { bytes, seconds }, order.rtoSeconds);
  evidence.rto = time && {
    target_seconds: order.rtoSeconds,
    seconds: rounded(time.seconds),
    basis: time.basis,
    met: time.met,
    from_bytes: bytes,
    of_bytes: total,
  };
}

const sum = (files: readonly ListedFile[]): number => files.reduce((total, { bytes }) => total + bytes, 0);
const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Where scratch folders are made when the configuration does not say. */
export function scratchRootOf(configured: string | undefined, stateDir: string): string {
  return configured === undefined ? path.join(stateDir, 'scratch') : path.resolve(configured);
}
