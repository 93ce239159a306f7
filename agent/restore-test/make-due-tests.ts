import { randomInt, randomUUID } from 'node:crypto';
import type { RestoreRequest } from '@/contract/restore-request';
import { SEED_MAX, type SelectionRule } from '@/domain/restore-test/select-files';
import type { DeliveryResult } from '@/agent/delivery/deliver';
import type { RepositoryAnswer } from '@/agent/collectors/repository-answer';
import {
  isRestorable,
  testedRepositoryOf,
  type AgentConfig,
  type RepositorySettings,
  type TestedStanza,
} from '@/agent/config/agent-config';
import type { Environment, Places } from '@/agent/places';
import { EMPTY_COLLECTION, type Collection } from '@/agent/report/collection';
import { sendCollection } from '@/agent/report/send-collection';
import { askRequests } from '@/agent/restore-test/ask-requests';
import { reportedDrill, reportedTest, type RestoreEvidence } from '@/agent/restore-test/evidence';
import { keepEvidence } from '@/agent/restore-test/keep-evidence';
import { withTestLock } from '@/agent/restore-test/one-at-a-time';
import { isBegun, listInterrupted, noteAnswered, noteBegun } from '@/agent/restore-test/request-journal';
import { stanzaCollection, type StanzaAnswer } from '@/agent/restore-test/stanza-collection';
import { scratchRootOf } from '@/agent/restore-test/test-files';
import { expectsContents, testPostgres } from '@/agent/restore-test/test-postgres';
import { testRepository } from '@/agent/restore-test/test-repository';
import { beginTest } from '@/agent/restore-test/test-session';
import type { Enrolment } from '@/agent/state/enrolment';
import { learn, readMemory, type Memory } from '@/agent/state/memory';

export interface TestRound {
  config: AgentConfig;
  env: Environment;
  places: Places;
  enrolment: Enrolment;
  /** Every repository that the agent reads. */
  repositories: readonly RepositorySettings[];
  /** What was just read of them. */
  answers: readonly RepositoryAnswer[];
  /** The stanzas of pgBackRest that the configuration names, as they were just read. */
  stanzas: readonly StanzaAnswer[];
}

/**
 * Makes the restore tests that Holdfast asked for and one that the configuration makes due, and reports each as soon as it has
 * ended. Whatever it is that keeps a test from being made, an asked one is answered.
 * @returns what came of the last delivery; null: there was nothing to tell, or another process is testing
 */
export function makeDueTests(round: TestRound): Promise<DeliveryResult | null> {
  return withTestLock(round.config, round.places, () => makeTests(round));
}

async function makeTests(round: TestRound): Promise<DeliveryResult | null> {
  const { enrolment, places } = round;
  let delivery: DeliveryResult | null = null;
  for (const { request, begunAt } of listInterrupted(places.stateDir)) {
    delivery = await tell(round, interrupted(round, request, begunAt));
    noteAnswered(places.stateDir, request.request_id);
  }
  const asked = await askRequests(enrolment, new Date());
  if (asked.problems.length > 0)
    ({ delivery } = await sendCollection(
      places,
      round.config,
      enrolment,
      { ...EMPTY_COLLECTION, problems: [...asked.problems] },
      null,
    ));
  for (const request of asked.requests) {
    if (isBegun(places.stateDir, request.request_id)) continue;
    noteBegun(places.stateDir, request, new Date());
    delivery = await answerRequest(round, request);
    noteAnswered(places.stateDir, request.request_id);
  }
  delivery = (await testDueStanzas(round)) ?? delivery;
  const due = dueTest(round, new Date());
  if (!due) return delivery;
  await noteTried(places, due.memoryKey);
  return tell(round, await testRepository(due.test, round));
}

/** Databases whose time has come; few machines have more than one. */
async function testDueStanzas(round: TestRound): Promise<DeliveryResult | null> {
  const { config, places } = round;
  let delivery: DeliveryResult | null = null;
  for (const stanza of config.restore_tests.postgres) {
    const memoryKey = `pgbackrest\n${stanza.stanza}`;
    const waited = waitedHours(readMemory(places.stateDir), memoryKey, new Date());
    if (stanza.every_hours === undefined || waited < stanza.every_hours) continue;
    await noteTried(places, memoryKey);
    const asked = {
      stanza,
      point: 'newest',
      testKey: randomUUID(),
      trigger: 'schedule',
      request: null,
    } as const;
    const evidence = await testPostgres(asked, round);
    delivery = await tell(round, evidence, stanzaCollection(evidence, stanza.stanza));
  }
  return delivery;
}

/** Noted first: one that is killed each time must not be tried with every report. */
function noteTried({ stateDir }: Places, memoryKey: string): Promise<void> {
  return learn(stateDir, { restore_tests: { [memoryKey]: new Date().toISOString() } });
}

/** Keeps the evidence and reports it. */
async function tell(
  round: TestRound,
  evidence: RestoreEvidence,
  found: Collection = evidence.drill === null
    ? { ...EMPTY_COLLECTION, restore_tests: [reportedTest(evidence)] }
    : { ...EMPTY_COLLECTION, restore_drills: [reportedDrill(evidence)] },
): Promise<DeliveryResult> {
  const { places, config, enrolment } = round;
  keepEvidence(places.stateDir, evidence);
  return (await sendCollection(places, config, enrolment, found, evidence.tool_version)).delivery;
}

/** Makes what was asked for, within the limits of the configuration, and reports it. */
async function answerRequest(round: TestRound, request: RestoreRequest): Promise<DeliveryResult> {
  const { config, stanzas } = round;
  const found = stanzas.find(({ repositoryKey }) => repositoryKey === request.repository_key);
  if (!config.restore_tests.on_request || !found) return tell(round, await testAsked(round, request));
  const evidence = await testStanza(round, request, found.stanza);
  return tell(
    round,
    evidence,
    evidence.drill === null ? stanzaCollection(evidence, found.stanza.stanza) : undefined,
  );
}

/** Which stanza, and how it is restored and asked, is the configuration's to say; the request names it by its key. */
function testStanza(
  round: TestRound,
  request: RestoreRequest,
  stanza: TestedStanza,
): RestoreEvidence | Promise<RestoreEvidence> {
  if (request.drill === true)
    return unmade(round, request, 'skipped', 'A drill damages a restored file; here a database is restored.');
  // Asked for again and again: a large database would be restored each day for a proof that never comes.
  if (request.trigger === 'schedule' && !expectsContents(stanza))
    return unmade(
      round,
      request,
      'skipped',
      `No query of restore_tests.postgres for the stanza ${stanza.stanza} says what is expected (at_least, equals), so that no test could prove what the policy asks for.`,
    );
  return testPostgres(
    {
      stanza,
      point: request.point === 'newest' ? 'newest' : request.point.point_key,
      testKey: request.request_id,
      trigger: request.trigger,
      request,
    },
    round,
  );
}

async function testAsked(round: TestRound, request: RestoreRequest): Promise<RestoreEvidence> {
  if (!round.config.restore_tests.on_request)
    return unmade(
      round,
      request,
      'skipped',
      'The configuration of this machine (restore_tests.on_request) takes no requests.',
    );
  const settings = repositoryOfKey(round, request.repository_key);
  if (!settings)
    return unmade(
      round,
      request,
      'skipped',
      'No repository or stanza that this machine is configured to read has this key.',
    );
  if (!isRestorable(settings))
    return unmade(
      round,
      request,
      'skipped',
      `This agent does not restore from repositories of ${settings.tool}.`,
    );
  const rule: SelectionRule =
    request.rule === 'full' ? { kind: 'all' } : { kind: 'sample', files: request.files };
  return testRepository(
    {
      settings,
      point: request.point === 'newest' ? 'newest' : request.point.point_key,
      jobKey: request.job_key,
      rule,
      seed: request.seed,
      trigger: request.trigger,
      requestId: request.request_id,
      isDrill: request.drill === true,
      askedPointKey: request.known_point_key,
      rtoSeconds: request.rto_seconds,
    },
    round,
  );
}

/** A result that names no repository or point of its own speaks of the ones that were asked about. */
function unmade(
  { config, places }: TestRound,
  request: RestoreRequest,
  result: 'skipped' | 'error',
  message: string,
): RestoreEvidence {
  const session = beginTest(
    {
      testKey: request.request_id,
      requestId: request.request_id,
      isDrill: request.drill === true,
      trigger: request.trigger,
      tool: null,
      location: '',
      repositoryKey: request.repository_key,
      askedPointKey: request.known_point_key,
      limits: config.restore_tests,
      scratchRoot: scratchRootOf(config.restore_tests.scratch, places.stateDir),
      rtoSeconds: request.rto_seconds,
      redact: (text) => text,
    },
    request.rule === 'full' ? 'full' : 'sample',
  );
  return session.end(result, message);
}

function interrupted(round: TestRound, request: RestoreRequest, begunAt: string): RestoreEvidence {
  const evidence = unmade(round, request, 'error', 'The agent was ended while the test ran.');
  return { ...evidence, started_at: begunAt };
}

function repositoryOfKey({ repositories, answers }: TestRound, key: string): RepositorySettings | null {
  const index = answers.findIndex((one) => one.repositoryKey === key);
  return repositories[index] ?? null;
}

interface DueTest {
  memoryKey: string;
  test: Parameters<typeof testRepository>[0];
}

/** The test that has waited longest of those that the configuration makes due: of each job, its newest point. */
function dueTest({ config, places, repositories, answers }: TestRound, now: Date): DueTest | null {
  const memory = readMemory(places.stateDir);
  const due = answers.flatMap((answer, index) => {
    const settings = repositories[index];
    const tested = settings && testedRepositoryOf(config, settings);
    if (!settings || !isRestorable(settings) || tested?.every_hours === undefined) return [];
    const { every_hours: everyHours } = tested;
    return jobKeysOf(answer).flatMap((jobKey) => {
      const memoryKey = `${answer.repositoryKey}\n${jobKey}`;
      const waited = waitedHours(memory, memoryKey, now);
      return waited < everyHours ? [] : [{ settings, tested, jobKey, memoryKey, waited }];
    });
  });
  const [first] = due.toSorted((a, b) => b.waited - a.waited);
  if (!first) return null;
  const { settings, tested, jobKey, memoryKey } = first;
  return {
    memoryKey,
    test: {
      settings,
      point: 'newest',
      jobKey,
      rule: tested.rule === 'full' ? { kind: 'all' } : { kind: 'sample', files: tested.files },
      seed: randomInt(SEED_MAX),
      trigger: 'schedule',
      requestId: null,
      isDrill: false,
      askedPointKey: null,
      rtoSeconds: null,
    },
  };
}

function jobKeysOf({ collection }: RepositoryAnswer): string[] {
  return [...new Set(collection.recovery_points.flatMap(({ job_key }) => job_key ?? []))].toSorted();
}

/** One that lies ahead was made under a clock that has been put right since. */
function waitedHours(memory: Memory, key: string, now: Date): number {
  const last = memory.restore_tests[key];
  const hours = last === undefined ? Infinity : (now.getTime() - Date.parse(last)) / 3_600_000;
  return hours < 0 ? Infinity : hours;
}
