import { expect, test } from 'vitest';
import { agentReport } from '@/contract/report';
import { DAY, HOUR } from '@/domain/time/instant';
import { openCalendar, type Calendar, type Slot } from './calendar';
import { DEMO_CAST } from './cast';
import { jobsOf } from './events';
import { HISTORY_DAYS } from './fill-demo';
import { simulateBody, type SimulatedBody } from './simulate-report';
import type { DemoClient, DemoDeclared } from './story';

const CLIENTS = DEMO_CAST.flatMap((msp) => msp.clients);
const REPORTING = CLIENTS.filter((client) => client.repositories.length > 0);
/** The clocks of Europe and New York change within the weeks after each. */
const INSTALLED = ['2026-11-25T01:17:00Z', '2026-03-24T12:00:00Z', '2026-10-22T23:59:59Z'].map((at) =>
  Date.parse(at),
);

function calendarOf(client: DemoClient, days: number, installedAt = INSTALLED[0] ?? 0): Calendar {
  return openCalendar(client, { installedAt, historyDays: HISTORY_DAYS }, installedAt + days * DAY);
}

interface Told {
  readonly client: DemoClient;
  readonly slot: Slot;
  readonly body: SimulatedBody;
}

/** Every report of the past and of ten days to come. */
const REPORTS: readonly Told[] = REPORTING.flatMap((client) => {
  const calendar = calendarOf(client, 10);
  return calendar.slots.map((slot) => ({ client, slot, body: simulateBody(calendar, slot) }));
});

test('the cast has two MSPs, about twelve clients and sixty systems, and one client that has none yet', () => {
  const [first] = DEMO_CAST;
  expect(DEMO_CAST).toHaveLength(2);
  expect(first?.clients.length).toBeGreaterThanOrEqual(12);
  expect(CLIENTS.flatMap((client) => client.systems).length).toBeGreaterThanOrEqual(60);
  expect(CLIENTS.filter((client) => client.systems.length === 0)).toHaveLength(1);
  expect(CLIENTS.flatMap((client) => client.systems).filter((one) => one.awaitedSince)).not.toHaveLength(0);
  expect(first?.people.map((person) => person.role)).toEqual([
    'technician',
    'owner',
    'admin',
    'read-only',
    'technician',
    'leader',
    'leader',
    'auditor',
    'auditor',
  ]);
  const names = first?.clients.map((client) => client.name);
  for (const name of first?.people.flatMap((person) => person.sees ?? []) ?? [])
    expect(names).toContain(name);
});

test('what goes wrong, is tested or declared names machines, repositories and places that there are', () => {
  const unknown = CLIENTS.flatMap((client) => {
    const known = new Set([
      ...client.systems.map((system) => system.host),
      ...client.repositories.map((repository) => repository.key),
      ...client.sites.map((site) => site.key),
    ]);
    const told = [
      ...client.events,
      ...(client.restoreTests ?? []),
      ...(client.declarations ?? []),
      ...client.repositories,
    ];
    return told.flatMap(namesIn).filter((name) => !known.has(name));
  });
  expect(unknown).toEqual([]);
});

/** The hosts, repositories and sites that something in the cast is about. */
function namesIn(told: object): string[] {
  const {
    repository,
    host,
    hosts = [],
    declared,
  } = told as {
    repository?: string;
    host?: string;
    hosts?: readonly string[];
    declared?: DemoDeclared;
  };
  return [repository, host, declared?.site, ...hosts].filter((name) => name !== undefined);
}

test('every machine that is heard of has a backup, and the others have none', () => {
  for (const client of CLIENTS) {
    const hosts = client.systems.map((system) => system.host);
    const heard = client.systems.filter((system) => !system.awaitedSince).map((system) => system.host);
    const written = new Set(jobsOf(client).map((job) => job.system.host));
    expect(new Set(hosts).size).toBe(hosts.length);
    expect(written).toEqual(new Set(heard));
  }
});

test('every report is one that the contract accepts', () => {
  const envelope = {
    schema_version: '1.0',
    report_id: '00000000-0000-4000-8000-000000000001',
    epoch: '00000000-0000-4000-8000-000000000002',
    generated_at: '2026-11-25T00:00:00Z',
    agent: { id: '00000000-0000-4000-8000-000000000003', name: 'a', version: '1', hostname: 'a' },
    source: { adapter: 'restic', adapter_version: '1', tool_version: '0.18.0' },
  };
  const refused = REPORTS.filter(
    ({ slot, body }) => !agentReport.safeParse({ ...envelope, sequence: slot.sequence, ...body }).success,
  );
  expect(refused).toEqual([]);
});

test('nothing in a report happened after it', () => {
  const late = REPORTS.flatMap(({ slot, body }) =>
    [
      ...(body.runs ?? []).map((run) => run.ended_at ?? ''),
      ...(body.recovery_points ?? []).map((point) => point.completed_at ?? ''),
      ...(body.verifications ?? []).map((check) => check.ended_at),
      ...(body.restore_tests ?? []).map((one) => one.ended_at),
    ].filter((time) => Date.parse(time) >= slot.at),
  );
  expect(late).toEqual([]);
});

test('reports are numbered one by one, and no night is skipped or told twice when clocks change', () => {
  for (const client of REPORTING)
    for (const installedAt of INSTALLED) {
      const { nights, slots } = calendarOf(client, 60, installedAt);
      const hours = nights.slice(1).map((night, index) => (night.at - (nights[index]?.at ?? 0)) / HOUR);
      expect(Math.min(...hours)).toBeGreaterThanOrEqual(23);
      expect(Math.max(...hours)).toBeLessThanOrEqual(25);
      expect(slots.map((slot) => slot.sequence)).toEqual(slots.map((_, index) => index + 1));
      expect(slots.map((slot) => slot.at)).toEqual(slots.map((slot) => slot.at).toSorted((a, b) => a - b));
    }
});

test('a restore test is of a point that its report lists', () => {
  const tests = REPORTS.flatMap(({ body }) => body.restore_tests ?? []);
  const unlisted = REPORTS.flatMap(({ body }) => {
    const listed = new Set((body.recovery_points ?? []).map((point) => point.point_key));
    return (body.restore_tests ?? []).filter((one) => !listed.has(one.point_key));
  });
  expect(tests.length).toBeGreaterThan(50);
  expect(unlisted).toEqual([]);
});

test('a job’s newest point leaves the listing only through the one slip of the hand', () => {
  const newest = new Map<string, string>();
  const lost: string[] = [];
  for (const { client, slot, body } of REPORTS.filter((told) => told.slot.isNight)) {
    const takenAt = new Map<string, string>();
    for (const { job_key: jobKey, taken_at: at } of body.recovery_points ?? []) {
      const name = `${client.name} ${jobKey}`;
      if (at > (takenAt.get(name) ?? '')) takenAt.set(name, at);
    }
    for (const [name, at] of takenAt) {
      if (at < (newest.get(name) ?? '')) lost.push(`${client.name} ${slot.night.index}`);
      newest.set(name, at);
    }
  }
  expect([...new Set(lost)]).toEqual([expect.stringMatching(/^Eskerby Town Council \d+$/)]);
});

test('a job that has failed for weeks keeps the points it had', () => {
  const client = CLIENTS.find((one) => one.name === 'Kettlesby Farms');
  const calendar = client && calendarOf(client, 60);
  const slot = calendar?.slots.findLast((one) => one.isNight);
  const body = calendar && slot && simulateBody(calendar, slot);
  const points = body?.recovery_points?.filter((point) => point.source_host === 'office-02') ?? [];
  expect(points.length).toBeGreaterThanOrEqual(14);
  expect(body?.runs?.filter((run) => run.source_host === 'office-02' && run.status !== 'failed')).toEqual([]);
});

test('a year later repositories are still not fuller than they are large', () => {
  for (const client of REPORTING) {
    const calendar = calendarOf(client, 400);
    const slot = calendar.slots.at(-1);
    if (!slot) throw new Error('no slot');
    for (const { capacity } of simulateBody(calendar, slot).repositories ?? [])
      expect(capacity?.free ?? 1).toBeGreaterThan(0);
  }
});

test('the same slot says the same, whenever it is asked and however far the calendar reaches', () => {
  for (const client of REPORTING) {
    const [short, long] = [calendarOf(client, 0), calendarOf(client, 30)];
    expect(long.slots.slice(0, short.slots.length)).toEqual(short.slots);
    const last = short.slots.findLast((slot) => slot.isNight);
    const again = long.slots.find((slot) => slot.sequence === last?.sequence);
    expect(again && simulateBody(long, again)).toEqual(last && simulateBody(short, last));
  }
});
