import { v7 } from 'uuid';
import type { CaptureKind, NormalisedReport } from '@/contract/report';
import type { PointOutcome } from '@/domain/protection/facts';
import { cutText } from '@/domain/text/cut-text';
import { DAY, type Instant } from '@/domain/time/instant';
import { markConcernedSystems } from '../data/dirty-systems';
import type { Tx } from '../data/database';
import { keepCapacities } from '../data/capacity-history';
import { saveRestoreTests, saveVerifications, type KeptVerification } from '../data/report-checks';
import { keepPastDataSets, keepPastPoints, keepPastPointsNamed, keepPastRuns } from '../data/past-facts';
import { answerDrills } from '../data/drills';
import { answerRestoreRequests } from '../data/restore-requests';
import { judgePoints, listKeptPoints, savePoints, type KeptPoint } from '../data/report-points';
import { recordListings, upsertRepositories } from '../data/report-repositories';
import { isKeptProblem, upsertReportedProblems, type ReportedProblem } from '../data/reported-problems';
import { upsertRetentionRules } from '../data/retention-rules';
import { systemsWithoutDataSets } from '../data/rule-subjects';
import {
  jobName,
  joinRuns,
  listMakerRuns,
  nameRuns,
  runName,
  saveRuns,
  upsertJobs,
  type KeptRun,
  type MakerRun,
  type NamedJob,
} from '../data/report-runs';
import {
  findSystem,
  hostKeyOf,
  listDataSets,
  saveDataSets,
  touchAgent,
  upsertSystems,
} from '../data/report-systems';
import { describeRepository } from './describe-repository';
import { describeRetention } from './describe-retention';
import { openMakerBoard, outcomeOfRun, worseOutcome } from './point-outcome';
import { isSameRun, mergeRun, MISSING_SOURCES_MAX } from './merge-run';
import { runInstant } from './normalise-report';
import { openDataSetBoard, type DataSetBoard } from './place-points';

/** From whom a report came, as its key says. */
export interface ReportSource {
  readonly mspId: string;
  readonly clientId: string;
  readonly agentId: string;
  readonly rawReportId: string;
  readonly receivedAt: Date;
}

type Report = NormalisedReport;

/** Whether a report comes by a channel that saw no copy: what it says of one is a claim. */
const isClaim = ({ source }: Report): boolean => source.channel !== 'agent';
type Point = Report['recovery_points'][number];
type Run = Report['runs'][number];

/** What came of keeping a report. */
export interface StoredReport {
  /** What was left out, in sentences. */
  readonly leftOut: readonly string[];
  /** The systems of which it is the first to say what they hold. */
  readonly newSystemIds: readonly string[];
}

/** Keeps what a report says in the running transaction; a second time changes nothing. Everything names its raw report. */
export async function storeReport(tx: Tx, source: ReportSource, report: Report): Promise<StoredReport> {
  const story: Story = { tx, source, report, observedAt: new Date(report.generated_at) };
  const systems = await storeSystems(story);
  const repositories = await storeRepositories(story);
  await storeProblems(story, repositories);
  const open = await listDataSets(tx, source.mspId, [...systems.values()]);
  const board = openDataSetBoard(open);
  const known = await knownPoints(story, repositories);
  const places = placePoints(story, systems, repositories, board, known);
  placeTheRest(story, systems, board);
  const runJobs = jobsOf(story, systems, repositories, board, places);
  const dataSets = board.changed();
  const newSystemIds = await newlySeen(story, open, dataSets);
  await keepPastDataSets(
    tx,
    source,
    dataSets.map((one) => one.id),
  );
  await saveDataSets(tx, source.mspId, source.clientId, dataSets, source.receivedAt);
  const { agentId } = source;
  const jobs = await upsertJobs(
    tx,
    source.mspId,
    source.clientId,
    { agentId, isAgent: !isClaim(report) },
    runJobs,
    source.receivedAt,
  );
  await storeRuns(story, systems, jobs);
  await storePoints(story, repositories, places, known, jobs);
  await storeChecks(story, repositories);
  await touchAgent(tx, source.mspId, source, {
    version: cutText(report.agent.version, 50),
    os: report.agent.os === null ? null : cutText(report.agent.os, 200),
    hostname: report.agent.hostname,
    at: source.receivedAt,
    toldTo: toldTo(report, source.receivedAt),
  });
  await markConcernedSystems(
    tx,
    source.mspId,
    {
      systemIds: [...systems.values()],
      repositoryIds: [...repositories.values()],
      agentId: source.agentId,
    },
    source.receivedAt,
  );
  const homeless = report.recovery_points.length - places.length;
  return {
    leftOut:
      homeless > 0 ? [`${homeless} recovery points were left out: their system has too many data sets.`] : [],
    newSystemIds,
  };
}

/** Up to when a report tells what happened, on our clock: a machine that is ahead of us knows no more than we. */
export function toldTo({ generated_at: madeAt }: Pick<Report, 'generated_at'>, receivedAt: Date): Date {
  return new Date(Math.min(Date.parse(madeAt), receivedAt.getTime()));
}

interface Story {
  readonly tx: Tx;
  readonly source: ReportSource;
  readonly report: Report;
  /** When the machine looked, on our clock. */
  readonly observedAt: Date;
}

/** A report that names no host speaks of the machine it comes from. */
async function storeSystems({ tx, source, report }: Story): Promise<Map<string, string>> {
  const hosts = new Set<string>();
  for (const { source_host: host } of [...report.runs, ...report.recovery_points])
    hosts.add(host ?? report.agent.hostname);
  if (hosts.size === 0) hosts.add(report.agent.hostname);
  return upsertSystems(tx, source.mspId, source.clientId, [...hosts], source);
}

/** Systems that get their first data set. Most reports are of others, and ask nothing more. */
async function newlySeen(
  { tx, source }: Story,
  open: readonly { systemId: string }[],
  made: readonly { systemId: string }[],
): Promise<string[]> {
  const known = new Set(open.map(({ systemId }) => systemId));
  const candidates = new Set(made.map(({ systemId }) => systemId).filter((id) => !known.has(id)));
  return candidates.size === 0 ? [] : systemsWithoutDataSets(tx, source.mspId, [...candidates]);
}

async function storeRepositories({ tx, source, report, observedAt }: Story): Promise<Map<string, string>> {
  const { mspId, clientId, rawReportId, receivedAt } = source;
  const hasLocal = report.repositories.some((one) => one.location_kind === 'local');
  const hostSystemId = hasLocal ? await findSystem(tx, mspId, clientId, report.agent.hostname) : null;
  const described = report.repositories.map((one) =>
    describeRepository(one, one.location_kind === 'local' ? hostSystemId : null),
  );
  const named = [
    ...report.recovery_points.map((one) => one.repository_key),
    ...report.runs.flatMap((one) => one.repository_key ?? []),
    ...report.retention.map((one) => one.repository_key),
    ...report.verifications.map((one) => one.repository_key),
    ...report.restore_tests.map((one) => one.repository_key),
  ];
  const seen = { observedAt, receivedAt, rawReportId, tool: report.source.adapter };
  const repositories = await upsertRepositories(tx, mspId, clientId, described, named, seen);
  await keepCapacities(tx, mspId, clientId, described, repositories, seen);
  const rules = describeRetention(report.retention, repositories);
  await upsertRetentionRules(tx, mspId, clientId, rules, { ...seen, agentId: source.agentId });
  return repositories;
}

/** No machine has more jobs with problems; what a hostile one makes up beyond is left in its report. */
const PROBLEMS_MAX = 200;

/** A problem of a job lies in the repository that its run wrote to. */
async function storeProblems({ tx, source, report, observedAt }: Story, repositories: Map<string, string>) {
  const { mspId, clientId, agentId, rawReportId } = source;
  const keyOfJob = new Map(report.runs.map((run) => [run.job_key, run.repository_key ?? '']));
  const told = new Map<string, ReportedProblem>();
  for (const { code, subject, message } of report.problems) {
    if (!isKeptProblem(code) || told.size === PROBLEMS_MAX) continue;
    const repositoryId = repositories.get(keyOfJob.get(subject ?? '') ?? '') ?? null;
    const problem = { code, subject: subject ?? '', repositoryId, message: message ?? '' };
    told.set(`${problem.code} ${problem.subject}`, problem);
  }
  await upsertReportedProblems(tx, mspId, clientId, [...told.values()], { agentId, observedAt, rawReportId });
}

async function knownPoints(
  { tx, source, report }: Story,
  repositories: Map<string, string>,
): Promise<Map<string, KeptPoint>> {
  const listed = new Set([
    ...report.recovery_points.map((one) => one.repository_key),
    ...listedWhole(report),
  ]);
  const ids = [...listed].flatMap((key) => repositories.get(key) ?? []);
  const whole = listedWhole(report).flatMap((key) => repositories.get(key) ?? []);
  const keys = report.recovery_points.map((one) => one.point_key);
  const kept = await listKeptPoints(tx, source.mspId, ids, whole, keys);
  return new Map(kept.map((point) => [pointName(point.repositoryId, point.pointKey), point]));
}

const pointName = (repositoryId: string, pointKey: string): string => `${repositoryId} ${pointKey}`;

/** The keys of repositories that the report lists whole. */
function listedWhole(report: Report): string[] {
  return report.scope.complete_for.map((scope) => scope.slice('recovery_points:'.length));
}

interface Place {
  readonly point: Point;
  readonly systemId: string;
  readonly repositoryId: string;
  readonly dataSetId: string;
}

/** Oldest first, so that a set that shrank is told from one that grew. Known points stay where they are. */
function placePoints(
  { report }: Story,
  systems: Map<string, string>,
  repositories: Map<string, string>,
  board: DataSetBoard,
  known: Map<string, KeptPoint>,
): Place[] {
  return report.recovery_points
    .toSorted((a, b) => Date.parse(a.taken_at) - Date.parse(b.taken_at))
    .flatMap((point) => {
      const systemId = systems.get(hostKeyOf(point.source_host ?? report.agent.hostname));
      const repositoryId = repositories.get(point.repository_key);
      if (!systemId || !repositoryId) return [];
      const before = known.get(pointName(repositoryId, point.point_key));
      const dataSetId =
        before?.dataSetId ??
        (isClaim(report)
          ? board.placeUnnamed(systemId, captureOf(point))
          : board.place(systemId, captureOf(point), point.source_paths));
      if (dataSetId === null) return [];
      return [{ point, systemId: before?.systemId ?? systemId, repositoryId, dataSetId }];
    });
}

const captureOf = (said: { capture: CaptureKind | null }): CaptureKind => said.capture ?? 'files';

/** A machine whose repositories could not be read has something to protect all the same. */
function placeTheRest({ report }: Story, systems: Map<string, string>, board: DataSetBoard): void {
  const systemId = systems.get(hostKeyOf(report.agent.hostname));
  if (systemId && report.repositories.length > 0 && report.recovery_points.length === 0)
    board.placeUnnamed(systemId, 'files');
}

/** Every job that runs or points name, with the data set its points belong to. */
function jobsOf(
  { report }: Story,
  systems: Map<string, string>,
  repositories: Map<string, string>,
  board: DataSetBoard,
  places: readonly Place[],
): NamedJob[] {
  const toolOf = (key: string | null): string =>
    report.repositories.find((one) => one.repository_key === key)?.tool ?? report.source.adapter;
  const jobs = new Map<string, NamedJob>();
  const dataSetOfPoint = new Map<string, string>();
  for (const { point, systemId, repositoryId, dataSetId } of places) {
    dataSetOfPoint.set(point.point_key, dataSetId);
    const { job_key: jobKey } = point;
    if (jobKey)
      jobs.set(jobName(systemId, jobKey), {
        systemId,
        jobKey,
        name: null,
        kind: 'backup',
        tool: toolOf(point.repository_key),
        repositoryId,
        dataSetId,
      });
  }
  for (const run of report.runs) {
    const systemId = systems.get(hostKeyOf(run.source_host ?? report.agent.hostname));
    if (!systemId) continue;
    const name = jobName(systemId, run.job_key);
    const known = jobs.get(name);
    const ofPoints = run.point_keys.flatMap((key) => dataSetOfPoint.get(key) ?? [])[0];
    const repositoryId = run.repository_key ? repositories.get(run.repository_key) : undefined;
    const dataSetId = ofPoints ?? known?.dataSetId ?? null;
    jobs.set(name, {
      systemId,
      jobKey: run.job_key,
      name: run.job_name || known?.name || null,
      kind: run.kind,
      tool: known?.tool ?? toolOf(run.repository_key),
      repositoryId: repositoryId ?? known?.repositoryId ?? null,
      dataSetId: dataSetId ?? (isMaker(run) ? board.placeUnnamed(systemId, captureOf(run)) : null),
    });
  }
  return [...jobs.values()];
}

const isMaker = (run: Run): boolean => ['backup', 'copy', 'replication', 'config_backup'].includes(run.kind);

type Jobs = Awaited<ReturnType<typeof upsertJobs>>;

async function storeRuns(
  { tx, source, report }: Story,
  systems: Map<string, string>,
  jobs: Jobs,
): Promise<void> {
  const { mspId, clientId, agentId, rawReportId } = source;
  const told = new Map<string, KeptRun>();
  const missing = missingSources(report);
  const unread = unreadRepositories(report);
  for (const run of report.runs) {
    const systemId = systems.get(hostKeyOf(run.source_host ?? report.agent.hostname));
    const job = systemId && jobs.get(jobName(systemId, run.job_key));
    if (!systemId || !job) continue;
    const kept = {
      ...keptRun(run, missing.get(run) ?? [], systemId, job.jobId, source.receivedAt.getTime()),
      trust: report.source.trust,
      disagreement: null,
      isRepositoryUnread: run.repository_key !== null && unread.has(run.repository_key),
    };
    const name = runName(job.jobId, run.run_key);
    const before = told.get(name);
    told.set(name, before ? mergeRun(before, kept) : kept);
  }
  const alsoTold = new Set([...jobs.values()].filter((job) => job.isAlsoTold).map((job) => job.jobId));
  await joinRuns(
    tx,
    mspId,
    clientId,
    agentId,
    [...told.values()].filter((run) => alsoTold.has(run.jobId)),
  );
  const { names, known } = await nameRuns(tx, mspId, clientId, agentId, [...told.values()]);
  const changed = [...told].flatMap(([name, run]) => {
    const before = known.get(name);
    const identity = names.get(name);
    if (!before) return identity ? [{ ...run, ...identityOf(identity) }] : [];
    const merged = mergeRun(before, run);
    return isSameRun(before, merged) ? [] : [merged];
  });
  await keepPastRuns(
    tx,
    source,
    changed.filter((run) => known.has(runName(run.jobId, run.runKey))),
  );
  await saveRuns(tx, mspId, clientId, changed, rawReportId);
}

function identityOf({ runId, occurredAt }: { runId: string; occurredAt: string }) {
  return { runId, occurredAt };
}

const INT_MAX = 2 ** 31 - 1;
const int = (value: number | null): number | null =>
  value === null ? null : Math.max(-INT_MAX, Math.min(INT_MAX, value));

function keptRun(
  run: Run,
  missing: readonly string[],
  systemId: string,
  jobId: string,
  receivedAt: Instant,
): Omit<KeptRun, 'isRepositoryUnread' | 'trust' | 'disagreement'> {
  return {
    runId: '',
    occurredAt: new Date(runInstant(run, receivedAt)).toISOString(),
    systemId,
    jobId,
    runKey: run.run_key,
    kind: run.kind,
    status: run.status,
    isPartial: run.partial,
    timeQuality: (run.started_at ?? run.ended_at) ? run.time_quality : 'received_at',
    startedAt: run.started_at,
    endedAt: run.ended_at,
    durationSeconds: run.duration_seconds,
    sourceBytes: run.bytes?.source ?? null,
    readBytes: run.bytes?.read ?? null,
    transferredBytes: run.bytes?.transferred ?? null,
    storedBytes: run.bytes?.stored ?? null,
    filesTotal: run.files?.total ?? null,
    filesFailed: run.files?.failed ?? null,
    errors: int(run.errors),
    warnings: int(run.warnings),
    exitCode: int(run.exit_code),
    errorCode: run.error_code,
    message: run.message,
    missingSources: missing,
    pointKeys: run.point_keys.toSorted(),
  };
}

/** The keys of repositories that could not be read when the report was made. */
function unreadRepositories({ repositories }: Report): Set<string> {
  return new Set(repositories.filter((one) => one.reachable === false).map((one) => one.repository_key));
}

const MISSING_SOURCE = /^(.+) is not in the newest backup of this job\.$/;

/** A run whose sources were gone says so in the report's problems, one a source. */
function missingSources(report: Report): Map<Run, readonly string[]> {
  const ofJob = new Map<string, Set<string>>();
  for (const { code, subject, message } of report.problems) {
    const source = code === 'source_missing' ? MISSING_SOURCE.exec(message ?? '')?.[1] : undefined;
    if (source === undefined || subject === null) continue;
    const sources = ofJob.get(subject) ?? new Set();
    if (sources.size < MISSING_SOURCES_MAX) ofJob.set(subject, sources.add(source));
  }
  const newest = new Map<string, Run>();
  for (const run of report.runs) {
    const other = newest.get(run.job_key);
    if (isMaker(run) && (!other || startOf(run) >= startOf(other))) newest.set(run.job_key, run);
  }
  return new Map([...newest].map(([jobKey, run]) => [run, [...(ofJob.get(jobKey) ?? [])].toSorted()]));
}

const startOf = (run: Run): Instant => Date.parse(run.started_at ?? run.ended_at ?? '') || 0;

async function storePoints(
  { tx, source, report, observedAt }: Story,
  repositories: Map<string, string>,
  places: readonly Place[],
  known: Map<string, KeptPoint>,
  jobs: Jobs,
): Promise<void> {
  const { mspId, clientId, rawReportId, receivedAt } = source;
  const told = makersTold(report);
  const makers = openMakerBoard([...told, ...(await makersKnown(tx, mspId, places, known, jobs, told))]);
  const points = new Map<string, KeptPoint>();
  for (const place of places) {
    const name = pointName(place.repositoryId, place.point.point_key);
    const before = known.get(name);
    const jobId = jobIdOf(place, jobs) ?? before?.jobId ?? null;
    const outcome = isClaim(report)
      ? (before?.outcome ?? 'claimed')
      : worseOutcome(before?.outcome ?? 'not-seen', makers.outcomeOf(place.point, jobId));
    points.set(name, keptPoint(place, before, jobId, outcome, observedAt));
  }
  const whole = listedWhole(report).flatMap((key) => repositories.get(key) ?? []);
  const listed = await recordListings(tx, mspId, whole, { observedAt, rawReportId });
  const gone = [...known]
    .filter(
      ([name, point]) => listed.has(point.repositoryId) && !points.has(name) && point.vanishedAt === null,
    )
    .map(([, point]) => ({ ...point, vanishedAt: observedAt.toISOString() }));
  const changed = [...points]
    .filter(([name, point]) => isChanged(known.get(name), point))
    .map(([, point]) => point);
  const saved = [...changed, ...gone];
  const before = saved.filter((point) => known.has(pointName(point.repositoryId, point.pointKey)));
  await keepPastPoints(
    tx,
    source,
    before.map((point) => point.pointId),
  );
  await savePoints(tx, mspId, clientId, saved, { rawReportId, receivedAt });
  const outcomes = outcomesNamed(report);
  await keepPastPointsNamed(
    tx,
    source,
    outcomes.map((one) => one.pointKey),
  );
  await judgePoints(tx, mspId, clientId, outcomes, rawReportId);
}

/** The runs of this report that name the points they made. */
function makersTold(report: Report): MakerRun[] {
  return report.runs.filter(isMaker).map((run) => ({
    jobId: '',
    status: run.status,
    isPartial: run.partial,
    startedAt: run.started_at,
    endedAt: run.ended_at,
    pointKeys: run.point_keys,
  }));
}

/** Known runs that may have made points whose outcome neither we nor this report know. */
async function makersKnown(
  tx: Tx,
  mspId: string,
  places: readonly Place[],
  known: Map<string, KeptPoint>,
  jobs: Jobs,
  told: readonly MakerRun[],
): Promise<MakerRun[]> {
  const named = new Set(told.flatMap((run) => run.pointKeys));
  const open = places.filter(({ repositoryId, point }) => {
    if (named.has(point.point_key)) return false;
    const before = known.get(pointName(repositoryId, point.point_key));
    return !before || before.outcome === 'not-seen';
  });
  const jobIds = new Set(open.flatMap((place) => jobIdOf(place, jobs) ?? []));
  const oldest = open.reduce((least, { point }) => Math.min(least, Date.parse(point.taken_at)), Infinity);
  const newest = open.reduce((most, { point }) => Math.max(most, Date.parse(point.taken_at)), 0);
  if (jobIds.size === 0) return [];
  return listMakerRuns(tx, mspId, [...jobIds], new Date(oldest - 2 * DAY), new Date(newest + DAY), 20_000);
}

function jobIdOf({ systemId, point }: Place, jobs: Jobs): string | null {
  return point.job_key ? (jobs.get(jobName(systemId, point.job_key))?.jobId ?? null) : null;
}

/** The outcomes that runs of this report give to points they name and that other reports brought. */
function outcomesNamed(report: Report): { pointKey: string; outcome: string }[] {
  const here = new Set(report.recovery_points.map((point) => point.point_key));
  return report.runs.filter(isMaker).flatMap((run) => {
    const outcome = outcomeOfRun(run.status, run.partial);
    return outcome === 'not-seen'
      ? []
      : run.point_keys.filter((key) => !here.has(key)).map((pointKey) => ({ pointKey, outcome }));
  });
}

/** Seen in a listing, so it is there, unless a newer listing lacked it. A missing field never overwrites a known one. */
function keptPoint(
  { point, systemId, repositoryId, dataSetId }: Place,
  before: KeptPoint | undefined,
  jobId: string | null,
  outcome: PointOutcome,
  observedAt: Date,
): KeptPoint {
  const isGone = before?.vanishedAt != null && Date.parse(before.vanishedAt) > observedAt.getTime();
  return {
    pointId: before?.pointId ?? v7(),
    systemId,
    dataSetId,
    repositoryId,
    jobId,
    pointKey: point.point_key,
    takenAt: before?.takenAt ?? point.taken_at,
    completedAt: point.completed_at ?? before?.completedAt ?? null,
    isBackdated: before?.isBackdated ?? point.backdated,
    vanishedAt: isGone ? (before?.vanishedAt ?? null) : null,
    state: point.state === 'unknown' ? (before?.state ?? 'unknown') : point.state,
    outcome,
    capture: point.capture ?? before?.capture ?? null,
    sources: before?.sources ?? point.source_paths,
    logicalBytes: point.bytes?.logical ?? before?.logicalBytes ?? null,
    storedBytes: point.bytes?.stored ?? before?.storedBytes ?? null,
    filesTotal: point.files ?? before?.filesTotal ?? null,
    immutableUntil: instantOf(point.immutable_until) ?? before?.immutableUntil ?? null,
  };
}

const instantOf = (at: string | null): string | null => (at === null ? null : new Date(at).toISOString());

function isChanged(before: KeptPoint | undefined, after: KeptPoint): boolean {
  if (!before) return true;
  return (Object.keys(after) as (keyof KeptPoint)[]).some(
    (key) => key !== 'sources' && before[key] !== after[key],
  );
}

const DEPTH_OF = {
  structure: 'structure',
  data_subset: 'data-subset',
  data_full: 'data',
  // A vendor's own word does not say how deep it looked.
  vendor_verify: 'structure',
} as const;

async function storeChecks({ tx, source, report }: Story, repositories: Map<string, string>): Promise<void> {
  const { mspId, clientId, agentId, rawReportId, receivedAt } = source;
  const verifications = report.verifications.flatMap((one): KeptVerification[] => {
    const repositoryId = repositories.get(one.repository_key);
    if (!repositoryId) return [];
    return [
      {
        verificationId: v7(),
        repositoryId,
        verificationKey: one.verification_key,
        depth: DEPTH_OF[one.kind],
        result: one.result,
        coveragePercent: one.coverage_percent,
        startedAt: one.started_at,
        endedAt: one.ended_at,
        errors: int(one.errors),
        damaged: one.damaged,
        exitCode: int(one.exit_code),
        message: one.message,
      },
    ];
  });
  await saveVerifications(tx, mspId, clientId, verifications, rawReportId);
  const tests = report.restore_tests.flatMap((one) => {
    const repositoryId = repositories.get(one.repository_key);
    if (!repositoryId) return [];
    const { test_key: testKey, point_key: pointKey, level, result, method } = one;
    const restoreTestId = v7();
    const times = { startedAt: one.started_at, endedAt: one.ended_at };
    return [{ restoreTestId, repositoryId, pointKey, testKey, level, result, method, ...times, detail: one }];
  });
  await saveRestoreTests(tx, mspId, clientId, tests, rawReportId);
  const outcomes = tests.map(({ detail, ...one }) => ({ ...one, message: detail.message }));
  await answerRestoreRequests(tx, mspId, agentId, outcomes, receivedAt);
  await answerDrills(tx, mspId, agentId, report.restore_drills, receivedAt);
}
