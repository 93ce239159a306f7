import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '@/domain/time/instant';
import { lastDays } from '@/domain/time/zoned-day';
import { HOUR, openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { readClient } from './client-detail';
import type { Client } from './clients';
import { readSystemHistory, type SystemHistoryDetail } from './system-history';

/** Noon, so that an hour before is the same day. */
const NOW = new Date('2026-11-24T12:00:00Z');
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * DAY);
const dateOf = (days: number): string => daysAgo(days).toISOString().slice(0, 10);

let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;
let systemId: string;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
  const agent = await ours.newAgent('fs-01');
  for (const days of [9, 8, 3, 1]) await agent.backUp([CLOUD], daysAgo(days));
  const [row] = await cast.rows('SELECT system_id FROM app.system WHERE msp_id = $1', [ours.mspId]);
  systemId = String(row?.['system_id']);
});
afterAll(() => cast.close());

function history(of: CastMsp, daysBack: number | null = null): Promise<SystemHistoryDetail | null> {
  const dayIn = ({ timeZone, dayStartHour }: Client) =>
    daysBack === null ? null : (lastDays(daysBack + 1, timeZone, dayStartHour, NOW.getTime())[0] ?? null);
  return readSystemHistory(cast.web, of.scope(), systemId, { job: { jobId: null }, dayIn }, NOW);
}

describe('the history of a system', () => {
  test('has thirteen months of days, none of which is good before anything was known', async () => {
    const found = await history(ours);
    expect(found?.statusDays[0]?.date).toBe('2025-11-01');
    expect(found?.statusDays.at(-1)?.date).toBe(dateOf(0));
    const before = found?.statusDays.filter((day) => day.date < dateOf(9)).map((day) => day.status);
    expect(new Set(before)).toEqual(new Set(['no-data']));
    const since = found?.statusDays.filter((day) => day.date >= dateOf(9)).map((day) => day.status);
    expect(since).not.toContain('no-data');
  });

  test('tells of each day how the runs of a job ended, and how many there were', async () => {
    const days = (await history(ours))?.jobHistories[0]?.days ?? [];
    const outcomeOf = (date: string) => days.find((day) => day.date === date);
    expect(days).toHaveLength((await history(ours))?.statusDays.length ?? -1);
    expect(outcomeOf(dateOf(9))).toMatchObject({ outcome: 'success', runs: [{ count: 1 }] });
    expect(outcomeOf(dateOf(10))?.outcome).toBe('no-data');
    expect(outcomeOf(dateOf(2))).toMatchObject({ runs: [] });
  });

  test('opens a day with its runs and their reports, and with nothing of other days', async () => {
    const day = (await history(ours, 3))?.day;
    expect(day?.date).toBe(dateOf(3));
    expect(day?.runs).toHaveLength(1);
    expect(day?.runs[0]?.rawReportId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await history(ours, 2))?.day).toMatchObject({ runs: [] });
  });

  test('opens a day with the changes of status and why, and the findings that were opened', async () => {
    const day = (await history(ours, 9))?.day;
    expect(day?.changes[0]).toMatchObject({ from: null, to: 'non-compliant' });
    expect(day?.changes[0]?.reasons[0]).toHaveProperty('code');
    expect(day?.findings.map((finding) => finding.rule)).toContain('copies-missing');
    expect((await history(ours, 10))?.day).toMatchObject({ changes: [], findings: [] });
  });

  test('shows a finding again on the day it was closed', async () => {
    await cast.rows("UPDATE app.finding SET closed_at = $2 WHERE msp_id = $1 AND rule = 'copies-missing'", [
      ours.mspId,
      new Date(daysAgo(2).getTime() + HOUR),
    ]);
    const rules = async (days: number) =>
      (await history(ours, days))?.day?.findings.map((finding) => finding.rule) ?? [];
    expect(await rules(2)).toEqual(['copies-missing']);
    expect(await rules(4)).toEqual([]);
  });

  test('is not there for another MSP', async () => {
    expect(await history(theirs, 3)).toBeNull();
  });
});

describe('the compliance trend of a client', () => {
  test('counts its systems from the day that something was known of them', async () => {
    const asked = { search: '', day: null, trend: 'quarter' } as const;
    const detail = await readClient(cast.web, ours.scope(), ours.clientId, asked, NOW);
    const trend = detail?.trend ?? [];
    expect(trend).toHaveLength(90);
    expect(trend.find((day) => day.date === dateOf(10))?.share).toBeNull();
    expect(trend.find((day) => day.date === dateOf(9))).toMatchObject({
      share: 0,
      counts: { 'non-compliant': 1 },
    });
  });
});
