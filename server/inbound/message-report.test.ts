import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { normalisedReport } from '@/contract/report';
import { messageReport, pingReport, type DescribedChannel, type KeptMessage } from './message-report';
import type { InboundReport } from './inbound-report';
import { parseInbound } from './parse-inbound';

const SAMPLES = path.resolve(import.meta.dirname, '../../test/samples/mail');
const RECEIVED = new Date('2026-11-29T12:00:00Z');
const channel: DescribedChannel = {
  channelId: '0194f2a0-0000-7000-8000-000000000001',
  kind: 'mail',
  name: 'Mails of Ulverby Marine',
  hostname: 'ulverby',
  product: null,
  capture: 'files',
  repositoryKey: null,
  job: null,
  timeZone: 'Europe/Berlin',
};
const message: KeptMessage = {
  rawReportId: '0194f2a0-0000-7000-8000-000000000002',
  number: 1,
  receivedAt: RECEIVED,
  sha256: 'a'.repeat(64),
  envelope: { ping: null, mail: null },
};
const reportOf = (told: Partial<InboundReport>, changed: Partial<DescribedChannel> = {}) =>
  messageReport(
    { ...channel, ...changed },
    message,
    [{ product: 'veeam_vbr', confidence: 'real-output', kind: 'job_result', status: 'success', ...told }],
    'mail:1',
  );

describe('each recorded mail', () => {
  const mails = readdirSync(SAMPLES).filter((file) => file.endsWith('.eml'));
  test.each(mails)('%s is a report as the contract has it, and no better than it is', async (file) => {
    const told = await parseInbound(readFileSync(path.join(SAMPLES, file)), 'message/rfc822');
    const report = messageReport(channel, message, told, 'mail:1');
    expect(normalisedReport.safeParse(report).error).toBeUndefined();
    const expected = JSON.parse(readFileSync(path.join(SAMPLES, `${file}.expected.json`), 'utf8')) as {
      status: string | null;
    };
    const statuses = report.runs.map((run) => run.status);
    const isTold =
      expected.status === null ? statuses.length === 0 : statuses.includes(expected.status as 'failed');
    expect([expected.status, isTold]).toEqual([expected.status, true]);
    expect(report.recovery_points).toEqual([]);
  });
});

describe('a message', () => {
  test('that names machines which it backed up is a run of each', () => {
    const { runs } = reportOf({
      status: 'failed',
      job: 'VMware nightly',
      items: [
        { name: 'dc01', status: 'success' },
        { name: 'erp01', status: 'failed', message: 'no snapshot' },
      ],
      bytes_read: 5000,
    });
    expect(runs.map((run) => [run.source_host, run.status, run.message, run.bytes?.read])).toEqual([
      ['dc01', 'success', null, null],
      ['erp01', 'failed', 'no snapshot', null],
    ]);
    expect(new Set(runs.map((run) => run.run_key)).size).toBe(2);
  });

  test('that is worse than each of them says so of whoever made them', () => {
    const { runs } = reportOf({
      status: 'failed',
      server: 'pve1',
      items: [{ name: 'dc01', status: 'success' }],
      message: 'the storage is gone',
    });
    expect(runs.map((run) => [run.source_host, run.status])).toEqual([
      ['dc01', 'success'],
      ['pve1', 'failed'],
    ]);
  });

  test('has its times in the zone of its client, and none that is still to come', () => {
    const [run] = reportOf({
      host: 'fs-01',
      started_local: '2026-11-29T02:00:00',
      ended_local: '2026-11-29T02:10:00',
    }).runs;
    expect(run).toMatchObject({
      started_at: '2026-11-29T01:00:00.000Z',
      ended_at: '2026-11-29T01:10:00.000Z',
      time_quality: 'assumed_zone',
      duration_seconds: 600,
    });
    const [late] = reportOf({ host: 'fs-01', ended_local: '2026-11-29T22:00:00' }).runs;
    expect(late).toMatchObject({ ended_at: RECEIVED.toISOString(), time_quality: 'received_at' });
  });

  test('claims a point where its repository was named, for a whole success alone', () => {
    const named = { repositoryKey: 'nas' };
    expect(reportOf({ host: 'fs-01' }, named).recovery_points).toMatchObject([
      { repository_key: 'nas', state: 'unknown', source_host: 'fs-01' },
    ]);
    for (const told of [{ partial: true }, { status: 'warning' }, { kind: 'verification' }] as const)
      expect(reportOf({ host: 'fs-01', ...told }, named).recovery_points).toEqual([]);
  });

  test('of a channel that was joined to a job is of that job', () => {
    const job = { hostname: 'fs-01', jobKey: 'restic:/srv', name: 'files' };
    expect(reportOf({ host: 'other' }, { job }).runs).toMatchObject([
      { source_host: 'fs-01', job_key: 'restic:/srv', job_name: 'files' },
    ]);
  });
});

test('a ping that says nothing of a run reports none', () => {
  const ping = { kind: 'log', method: 'POST', rid: null, exitStatus: null, textBytes: 0, run: null } as const;
  const report = pingReport(
    { ...channel, kind: 'ping' },
    { ...message, envelope: { ping, mail: null } },
    Buffer.from(''),
  );
  expect(normalisedReport.safeParse(report).success).toBe(true);
  expect(report.runs).toEqual([]);
});
