import { DAY, HOUR, MINUTE, type Instant } from '@/domain/time/instant';
import { workerScope } from '../auth/system-scope';
import type { Database } from '../data/database';
import { nextEvaluationAt } from '../data/verdicts';
import { evaluateSystems } from '../services/evaluate-system';
import type { ReportIntake } from '../services/ingest-report';
import { processReports } from '../services/process-report';
import type { MessageIntake } from '../services/take-messages';
import { sha256 } from '../services/verify-delivery';
import { workMsp } from '../services/work-msp';
import { openCalendar, type Calendar, type DemoTimes, type Slot } from './calendar';
import { reportBytes, signDelivery, type DemoAgent, type DemoProgress } from './demo-agent';
import { messagesOf, type NightlyPing, openDemoChannel, openedAt, type OpenedChannel } from './demo-channels';
import { say, type DemoSaying } from './say';
import { addSystems, personOf, type MadeClient, type MadeMsp } from './set-up-msp';
import type { DemoChannel, DemoSystem } from './story';

/** What an MSP's past is told with. */
export interface ReplayParts {
  readonly database: Database;
  readonly intake: ReportIntake;
  readonly messages: MessageIntake;
  readonly msp: MadeMsp;
  readonly agents: readonly DemoAgent[];
  readonly times: DemoTimes;
  /** Called now and then while the tables grow. */
  readonly refreshStatistics: () => Promise<void>;
}

/** After so many moments there is many times more in the database than before. */
const STATISTICS_AFTER: ReadonlySet<number> = new Set([4, 16, 64]);

interface Reporter {
  readonly agent: DemoAgent;
  readonly calendar: Calendar;
  readonly client: MadeClient;
  progress: DemoProgress;
  /** Those that are open by now. */
  readonly channels: Map<DemoChannel, OpenedChannel>;
}

/** What happens within one minute. */
interface Moment {
  readonly at: Instant;
  readonly reports: { reporter: Reporter; slot: Slot }[];
  /** What people do. */
  readonly deeds: (() => Promise<void>)[];
}

/**
 * Tells an MSP's past up to the installation: every report goes through the services that take real ones, at its own time,
 * and verdicts are evaluated when facts arrive and when they change by themselves. Answers how far each agent got, and what its machine pings.
 */
export async function replayHistory(parts: ReplayParts): Promise<Told> {
  const reporters = reportersOf(parts);
  let before: Moment | null = null;
  let evaluating: Promise<void> = Promise.resolve();
  for (const [index, moment] of momentsOf(parts, reporters).entries()) {
    if (STATISTICS_AFTER.has(index)) await parts.refreshStatistics();
    // Reports say nothing about other clients, so they are taken in while the verdicts of those are still evaluated.
    const isApart: boolean = await standsApart(parts, moment, before);
    if (!isApart) await evaluating.then(() => evaluateChanges(parts, moment.at - MINUTE));
    await Promise.all([evaluating, takeIn(parts, moment)]);
    evaluating = isApart
      ? evaluateChanges(parts, moment.at - MINUTE).then(() => evaluateAt(parts, moment.at))
      : evaluateAt(parts, moment.at);
    before = moment;
  }
  await evaluating;
  await evaluateChanges(parts, parts.times.installedAt);
  await workMsp(parts.database, parts.msp.mspId, () => new Date(parts.times.installedAt));
  return {
    progress: new Map(reporters.map(({ agent, progress }) => [agent.agentId, progress])),
    nightlyPings: reporters.flatMap(({ agent: { agentId }, channels }) =>
      [...channels].flatMap(([{ kind }, { address }]) => (kind === 'ping' ? [{ agentId, address }] : [])),
    ),
  };
}

/** How far the past was told. */
interface Told {
  readonly progress: ReadonlyMap<string, DemoProgress>;
  readonly nightlyPings: readonly NightlyPing[];
}

/** Whether no verdict of the moment before, and none that changes by itself until this one, is of the moment's clients. */
async function standsApart(parts: ReplayParts, moment: Moment, before: Moment | null): Promise<boolean> {
  const { database, msp } = parts;
  const clientsOf = ({ reports }: Moment) => reports.map(({ reporter }) => reporter.client.clientId);
  const clientIds = clientsOf(moment);
  if (moment.deeds.length > 0 || !before || before.deeds.length > 0) return false;
  if (clientsOf(before).some((clientId) => clientIds.includes(clientId))) return false;
  const dueAt = await database.inScope(workerScope(msp.mspId), (tx) =>
    nextEvaluationAt(tx, msp.mspId, clientIds),
  );
  return dueAt === null || dueAt.getTime() > moment.at;
}

function reportersOf({ msp, agents, times }: ReplayParts): Reporter[] {
  return agents.map((agent) => {
    const client = msp.clients.find((one) => one.cast.name === agent.clientName);
    if (!client) throw new Error(`there is no client ${agent.clientName}`);
    const calendar = openCalendar(client.cast, times, times.installedAt);
    return { agent, client, calendar, progress: { sequence: 0, bodySha256: null }, channels: new Map() };
  });
}

function momentsOf(parts: ReplayParts, reporters: readonly Reporter[]): Moment[] {
  const moments = new Map<number, Moment>();
  const momentOf = (at: Instant): Moment => {
    const minute = Math.ceil(at / MINUTE);
    const moment = moments.get(minute) ?? { at: minute * MINUTE, reports: [], deeds: [] };
    moments.set(minute, moment);
    return moment;
  };
  for (const reporter of reporters) {
    for (const slot of reporter.calendar.slots) momentOf(slot.at).reports.push({ reporter, slot });
    for (const saying of sayingsOf(parts, reporter))
      momentOf(saying.at).deeds.push(() => say(parts.database, saying, parts.times.installedAt));
    for (const channel of reporter.client.cast.channels ?? []) {
      const at = openedAt(channel, parts.times.installedAt);
      if (at > parts.times.installedAt - parts.times.historyDays * DAY)
        momentOf(at).deeds.push(() => open(parts, reporter, channel, at));
    }
    for (const system of reporter.client.cast.systems) {
      if (system.awaitedSince === undefined) continue;
      const at = parts.times.installedAt - Math.min(system.awaitedSince, parts.times.historyDays) * DAY;
      momentOf(at).deeds.push(() => add(parts, reporter, system, at));
    }
  }
  return [...moments.values()]
    .filter((moment) => moment.at <= parts.times.installedAt)
    .toSorted((a, b) => a.at - b.at);
}

/** Technicians say what they know half an hour after a client's first report, and some things later. */
function sayingsOf({ msp, times }: ReplayParts, { client, calendar }: Reporter): DemoSaying[] {
  const firstAt = calendar.slots[0]?.at;
  if (firstAt === undefined) return [];
  const technician = personOf(msp.cast, msp.people, 'technician');
  const first = client.cast.repositories
    .filter(({ declared }) => Object.keys(declared).length > 0)
    .map(({ key, declared }) => ({
      client,
      repository: key,
      by: technician,
      at: firstAt + HOUR / 2,
      declared,
      reason: 'Seen on site when the client was taken on',
    }));
  const later = (client.cast.declarations ?? []).map(({ at, by, ...said }) => ({
    client,
    by: msp.people.get(by) ?? technician,
    at: times.installedAt - at * DAY,
    ...said,
  }));
  return [...first, ...later.filter((saying) => saying.at > firstAt + HOUR / 2)];
}

async function add({ database, msp }: ReplayParts, { client }: Reporter, system: DemoSystem, at: Instant) {
  await addSystems(database, personOf(msp.cast, msp.people, 'technician'), client, [system], new Date(at));
}

async function open({ database, msp }: ReplayParts, reporter: Reporter, channel: DemoChannel, at: Instant) {
  const technician = personOf(msp.cast, msp.people, 'technician');
  reporter.channels.set(channel, await openDemoChannel(database, reporter.client, technician, channel, at));
}

async function takeIn(parts: ReplayParts, moment: Moment): Promise<void> {
  for (const doDeed of moment.deeds) await doDeed();
  const told = await Promise.all(moment.reports.map((report) => tell(parts, report)));
  await Promise.all(moment.reports.map(({ reporter, slot }) => deliver(parts.intake, reporter, slot)));
  await processAll(parts, moment, sum(told));
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** What came to a client's channels in the night of a report; answers how many messages there are to be read. */
async function tell(
  { messages, msp }: ReplayParts,
  { reporter: { channels, client, calendar }, slot }: Moment['reports'][number],
): Promise<number> {
  if (!slot.isNight) return 0;
  const told = [...channels].flatMap(([channel, opened]) =>
    messagesOf(channel, opened, client, slot, calendar),
  );
  for (const message of told) await messages.take(msp.mspId, message);
  return told.length;
}

async function deliver(intake: ReportIntake, reporter: Reporter, slot: Slot): Promise<void> {
  const { agent, calendar, progress } = reporter;
  const body = reportBytes(agent, calendar, slot, progress.bodySha256);
  const sentAt = slot.at + 800;
  const delivery = signDelivery(agent, slot.sequence, body, { sentAt, receivedAt: sentAt + 200 });
  const { outcome, reason } = await intake.receive(delivery);
  if (outcome !== 'stored')
    throw new Error(`a report of ${agent.clientName} was not kept: ${reason ?? outcome}`);
  reporter.progress = { sequence: slot.sequence, bodySha256: sha256(body).toString('hex') };
}

async function processAll(
  { database, msp }: ReplayParts,
  { at, reports }: Moment,
  messageCount: number,
): Promise<void> {
  const scope = workerScope(msp.mspId);
  for (let left = reports.length + messageCount; left > 0;) {
    const { count, failures } = await processReports(database, scope, new Date(at));
    const [failure] = failures;
    if (failure) throw new Error('a report of the demo could not be processed', { cause: failure.error });
    if (count === 0) throw new Error('somebody else works at the demo while it is filled');
    left -= count;
  }
}

/**
 * Evaluates what changes by itself until an instant, at the instants at which it does. What arrives with a moment is marked
 * within the minute before it, so that is where to stop.
 */
async function evaluateChanges({ database, msp }: ReplayParts, until: Instant): Promise<void> {
  const scope = workerScope(msp.mspId);
  for (;;) {
    const dueAt = await database.inScope(scope, (tx) => nextEvaluationAt(tx, msp.mspId));
    if (dueAt === null || dueAt.getTime() > until) return;
    if ((await evaluateSystems(database, scope, dueAt)) === 0) return;
  }
}

async function evaluateAt({ database, msp }: ReplayParts, at: Instant): Promise<void> {
  await evaluateSystems(database, workerScope(msp.mspId), new Date(at));
}
