import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installAgent, type AgentProgram } from '@/agent/testing/agent-program';
import { enrolLikeTheServer, TOKEN } from '@/agent/testing/enrolling-ingest';
import { startFakeIngest, type FakeIngest } from '@/agent/testing/fake-ingest';
import type { AgentReport } from '@/contract/report';
import type { Verdict } from '@/domain/protection/verdict';
import { asOwner, makeAgent, makeTenant, reportDelivery, reportOf } from '@/ingest/testing/sample-agent';
import { damageBorgLab, makeBorgLab, type BorgLab, type BorgLabName } from '@/scripts/real-borg-lab';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { requireTool } from '@/test/require-tool';
import { setting } from '../config';
import { openDatabase, type Database } from '../data/database';
import { openIngestStore, type IngestStore } from '../data/ingest-store';
import { createReportIntake } from './ingest-report';
import { workMsp } from './work-msp';

interface Judged {
  verdict: Pick<Verdict, 'copies'>;
}

/** What the agent sees in real borg repositories, before and after something happened to them, as the server judges it. */
describe.skipIf(!requireTool('borg'))('reports of real borg repositories become verdicts', () => {
  let at: TestDatabase;
  let store: IngestStore;
  let database: Database;
  let folder: string;
  let agent: AgentProgram;
  let receiver: FakeIngest;
  let lab: BorgLab;
  const reports = new Map<BorgLabName, AgentReport[]>();

  beforeAll(async () => {
    at = await createTestDatabase();
    store = openIngestStore({ url: at.ingestUrl, contextKey: setting('contextKey') });
    database = openDatabase({ url: at.workerUrl, contextKey: setting('contextKey') });
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-borg-verdicts-'));
    agent = await installAgent();
    receiver = await startFakeIngest();
    receiver.otherwise = enrolLikeTheServer(receiver);
    await agent.run(['enrol', receiver.url, TOKEN]);
    lab = await makeBorgLab(folder);
    await reportAll();
    await damageBorgLab(lab);
    await reportAll();
  }, 240_000);
  afterAll(async () => {
    await receiver.close();
    await store.close();
    await database.close();
    await at.drop();
    agent.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function reportAll(): Promise<void> {
    const reported = await agent.run(['report'], { HOLDFAST_CONFIG: lab.configFile });
    expect(reported.exitCode, reported.stderr).toBe(0);
    const report = receiver.received.at(-1)?.report;
    if (report)
      for (const { name } of lab.repositories)
        reports.set(name, [...(reports.get(name) ?? []), partOf(report, name)]);
  }

  /** Each repository is the only one of an MSP of its own. */
  async function verdictOf(name: BorgLabName): Promise<Judged> {
    const tenant = await makeTenant(at.ownerUrl, `MSP of borg ${name}`);
    const machine = await makeAgent(at.ownerUrl, tenant, os.hostname());
    const intake = createReportIntake(store, () => {});
    for (const [index, said] of (reports.get(name) ?? []).entries()) {
      const { generated_at, scope, source, repositories, recovery_points, verifications, problems } = said;
      const parts = { generated_at, scope, source, repositories, recovery_points, verifications, problems };
      const receivedAt = new Date(generated_at);
      await intake.receive(reportDelivery(machine, reportOf(machine, index + 1, parts), { receivedAt }));
      await workMsp(database, tenant.mspId, () => receivedAt);
    }
    const rows = await asOwner(
      at.ownerUrl,
      async (owner) =>
        (await owner.query('SELECT verdict FROM app.verdict WHERE msp_id = $1', [tenant.mspId])).rows,
    );
    expect(rows).toHaveLength(1);
    return rows[0] as Judged;
  }

  it.each<[BorgLabName, string[], string]>([
    ['good', [], '"isVerified":true'],
    ['stale', ['stale'], '"rule":"rpo-exceeded"'],
    ['corrupt', ['verification-problems'], '"rule":"verification-failed"'],
    ['wrong-password', ['unreadable'], '"problem":"wrong_password"'],
    ['locked', [], '"problem":"repository_locked"'],
    ['deleted', ['unreadable'], '"problem":"repository_missing"'],
  ])('%s', async (name, rejections, said) => {
    const { verdict } = await verdictOf(name);
    expect(verdict.copies).toHaveLength(1);
    // The lab lies on the machine that it backs up, which no copy may.
    const codes = verdict.copies[0]?.rejections.map(({ code }) => code);
    expect(codes).toEqual(['own-failure-domain', ...rejections]);
    expect(JSON.stringify(verdict)).toContain(said);
  });
});

/** What a report says of one repository. */
function partOf(report: AgentReport, name: BorgLabName): AgentReport {
  const [own] = report.repositories.filter(({ location }) => location.endsWith(`/${name}`));
  const key = own?.repository_key;
  return {
    ...report,
    scope: {
      complete_for: report.scope.complete_for.filter((one) => one === `recovery_points:${key}`),
    },
    repositories: own ? [own] : [],
    recovery_points: report.recovery_points.filter((one) => one.repository_key === key),
    verifications: report.verifications.filter((one) => one.repository_key === key),
    problems: [],
  };
}
