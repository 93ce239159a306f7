import { v7 } from 'uuid';
import { z } from 'zod';
import { agentRecord, type ReportedTest } from '@/domain/restore-test/agent-record';
import { appendAuditEvents } from '../data/audit';
import type { Database } from '../data/database';
import { insertRecords } from '../data/keep-records';
import { claimUnrecordedTests, markRecorded, type UnrecordedTest } from '../data/unrecorded-tests';
import { readTestedCopies } from '../data/tested-copies';
import type { TenantScope } from '../tenancy/tenant-scope';

/** A record is some 4 KB. */
const TESTS_MAX = 200;
const TRANSACTION_MS_MAX = 55_000;

/**
 * Makes a record of restore tests that agents reported and that have none, at most 200; answers how many. It awaits a reviewer; the
 * verdict has read the test itself since it was reported. Safe to run twice and in parallel.
 */
export async function recordAgentTests(database: Database, scope: TenantScope, now: Date): Promise<number> {
  const { mspId } = scope;
  return database.inScope(
    scope,
    async (tx) => {
      const tests = await claimUnrecordedTests(tx, mspId, TESTS_MAX);
      if (tests.length === 0) return 0;
      const copies = await readTestedCopies(tx, mspId, tests, now);
      const made = tests.flatMap((test, index) => {
        const copy = copies[index];
        if (!copy) return [];
        const { agent, rawReportId, rawReportSha256, restoreTestId } = test;
        const by = { recordId: v7(), madeAt: now.getTime(), agent, rawReportId, rawReportSha256 };
        return [{ record: agentRecord(reportedTest(test), copy, by), restoreTestId }];
      });
      const kept = await insertRecords(tx, mspId, made);
      await markRecorded(
        tx,
        mspId,
        tests.map((one) => one.restoreTestId),
      );
      const byId = new Map(made.map(({ record }) => [record.recordId, record]));
      await appendAuditEvents(
        tx,
        kept.map(({ recordId, clientId, systemId, sha256 }) => ({
          action: 'restore-test.recorded',
          clientId,
          target: { recordId, systemId },
          details: {
            sha256,
            level: byId.get(recordId)?.level,
            result: byId.get(recordId)?.result,
            performer: 'agent',
          },
        })),
      );
      return tests.length;
    },
    { timeoutMs: TRANSACTION_MS_MAX },
  );
}

const seconds = z.number().min(0).nullable().catch(null);
/** What the report said beside what is kept in columns. It was parsed when it came; a part that an older one lacks is unknown. */
const detail = z.object({
  trigger: z.enum(['schedule', 'manual', 'vendor']).nullable().catch(null),
  tool_version: z.string().nullable().catch(null),
  selection: z
    .object({ rule: z.string(), seed: z.number().nullish(), files: z.number().nullish() })
    .nullable()
    .catch(null),
  files: z
    .object({
      matched: z.number(),
      mismatched: z.number(),
      missing: z.number(),
      unverifiable: z.number(),
    })
    .nullable()
    .catch(null),
  bytes_restored: seconds,
  restore_seconds: seconds,
  verify_seconds: seconds,
  rto: z
    .object({ seconds: z.number().nullish(), basis: z.enum(['measured', 'extrapolated']) })
    .nullable()
    .catch(null),
  manifest: z.object({ origin: z.string(), sha256: z.string().nullish() }).nullable().catch(null),
  message: z.string().nullable().catch(null),
  target: z.string().nullable().catch(null),
  scratch_removed: z.boolean().nullable().catch(null),
});

const MANIFEST_WORD: Readonly<Record<string, string>> = {
  at_backup: 'a manifest written at the backup',
  unchanged_source: 'the source, unchanged since the backup',
  repository: 'what the repository itself says',
  application: 'what the application itself says',
};

function reportedTest({ level, result, method, startedAt, endedAt, ...test }: UnrecordedTest): ReportedTest {
  const said = detail.parse(test.detail);
  const { selection, rto, manifest } = said;
  return {
    level,
    result,
    method,
    startedAt,
    endedAt,
    trigger: said.trigger,
    toolVersion: said.tool_version,
    selection: selection && {
      rule: selection.rule,
      seed: selection.seed ?? null,
      files: selection.files ?? null,
    },
    files: said.files,
    bytesRestored: said.bytes_restored,
    restoreSeconds: said.restore_seconds,
    verifySeconds: said.verify_seconds,
    rto: rto && { seconds: rto.seconds ?? null, basis: rto.basis },
    manifest: manifest && {
      origin: MANIFEST_WORD[manifest.origin] ?? manifest.origin,
      sha256: manifest.sha256 ?? null,
    },
    message: said.message,
    target: said.target,
    isScratchRemoved: said.scratch_removed,
  };
}
