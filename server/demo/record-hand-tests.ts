import { DAY, HOUR, type Instant } from '@/domain/time/instant';
import { localAt } from '@/domain/time/zone-clock';
import type { Database } from '../data/database';
import { readChosenSystem, readNewTestChoices } from '../data/new-restore-test';
import { listRestoreRecords, readRestoreRecord } from '../data/restore-records';
import { recordRestoreTest } from '../services/record-restore-test';
import { restoreTestForm } from '../services/restore-record-form';
import { reviewRestoreRecord } from '../services/review-restore-record';
import { workMsp } from '../services/work-msp';
import { type MadeClient, type MadeMsp, type MadePerson, personOf } from './set-up-msp';

/** A restore test that a technician of the demo made by hand. */
interface HandTest {
  readonly client: string;
  readonly host: string;
  readonly daysBefore: number;
  readonly level: 'L2' | 'L4' | 'L5';
  readonly result: 'passed' | 'partial' | 'failed';
  /** Whether a colleague accepted it. */
  readonly isAccepted: boolean;
  readonly scope: string;
  readonly method: string;
  readonly seen: string;
  /** Of the one before, which failed. */
  readonly isRetest?: true;
}

const TESTS: readonly HandTest[] = [
  {
    client: 'Kettlesby Farms',
    host: 'fs-01',
    daysBefore: 9,
    level: 'L4',
    result: 'passed',
    isAccepted: true,
    scope: 'the folder of the herd book, 14,212 files',
    method: 'Restored the newest snapshot to an empty folder of rt-lab01 and compared SHA-256 sums.',
    seen: '14,212 of 14,212 sums are those of the day of the backup',
  },
  {
    client: 'Kettlesby Farms',
    host: 'office-01',
    daysBefore: 8,
    level: 'L2',
    result: 'passed',
    isAccepted: true,
    scope: 'the whole machine',
    method: 'Started the machine from its newest image in an isolated network.',
    seen: 'the login screen came after 3 minutes',
  },
  {
    client: 'Tindalworth Logistics',
    host: 'app-02',
    daysBefore: 5,
    level: 'L5',
    result: 'passed',
    isAccepted: true,
    scope: 'the dispatch service with its database',
    method:
      'Restored database and application in the order of the recovery plan; the dispatcher booked a tour.',
    seen: 'the tour was booked 48 minutes after the start, witnessed by the dispatcher',
  },
  {
    client: 'Vossberg Metallbau',
    host: 'srv-cad',
    daysBefore: 2,
    level: 'L4',
    result: 'passed',
    isAccepted: false,
    scope: 'the drawings of this year, 3,980 files',
    method: 'Restored to an empty folder of rt-lab01; opened ten drawings drawn by lot, compared all sizes.',
    seen: '3,980 of 3,980 files, ten of ten drawings open',
  },
  {
    client: 'Harrowmere Dental Group',
    host: 'sql-01',
    daysBefore: 6,
    level: 'L4',
    result: 'partial',
    isAccepted: true,
    scope: 'the patients’ database, 22 tables',
    method: 'Restored to rt-lab01 and counted the rows of every table.',
    seen: '22 of 22 tables; the newest entry was 31 hours old, promised were 30',
  },
  {
    client: 'Orrin Vale Hotels',
    host: 'pms-sql',
    daysBefore: 12,
    level: 'L4',
    result: 'failed',
    isAccepted: true,
    scope: 'the bookings of the quarter',
    method: 'Restored to an empty folder of rt-lab01 and compared SHA-256 sums.',
    seen: '9 of 1,120 files could not be read: the sparse disk of the lab was full',
  },
  {
    client: 'Orrin Vale Hotels',
    host: 'pms-sql',
    daysBefore: 10,
    level: 'L4',
    result: 'passed',
    isAccepted: true,
    isRetest: true,
    scope: 'the bookings of the quarter',
    method: 'Restored to an empty folder of a larger disk and compared SHA-256 sums.',
    seen: '1,120 of 1,120 sums are those of the day of the backup',
  },
  {
    client: 'Larkwell Insurance Brokers',
    host: 'crm-sql',
    daysBefore: 20,
    level: 'L4',
    result: 'passed',
    isAccepted: true,
    scope: 'the policies’ archive, a folder drawn by lot',
    method: 'Restored one folder to rt-lab01 and compared it with the archive, which nobody may change.',
    seen: '612 of 612 files are the same',
  },
  {
    client: 'Coldwater Press',
    host: 'proof-01',
    daysBefore: 4,
    level: 'L4',
    result: 'passed',
    isAccepted: true,
    scope: 'the manifests of the month',
    method: 'Restored to an empty folder and compared SHA-256 sums.',
    seen: '388 of 388 sums are those of the day of the backup',
  },
];

/** Agents' tests that ended within so many days still wait for somebody. */
const UNSEEN_DAYS = 4;

/**
 * Records what technicians tested by hand, and has colleagues review what waits for longer than a few days. Systems that were tested
 * are judged again.
 */
export async function recordHandTests(database: Database, msp: MadeMsp, at: Instant): Promise<void> {
  const technician = personOf(msp.cast, msp.people, 'technician');
  const reviewer = personOf(msp.cast, msp.people, 'owner');
  const waiting = await listRestoreRecords(database, reviewer.scope, {
    review: 'awaiting',
    to: new Date(at - UNSEEN_DAYS * DAY),
  });
  for (const { recordId } of waiting) await accept(database, reviewer, recordId, at);
  let failedId: string | null = null;
  for (const test of TESTS) {
    const client = msp.clients.find((one) => one.cast.name === test.client);
    if (!client) continue;
    const recordId = await record(database, technician, client, test, test.isRetest ? failedId : null, at);
    if (recordId === null) continue;
    if (test.isAccepted) await accept(database, reviewer, recordId, at);
    failedId = test.result === 'failed' ? recordId : null;
  }
  await workMsp(database, msp.mspId, () => new Date(at));
}

/** null: the system has no point that is old enough. */
async function record(
  database: Database,
  technician: MadePerson,
  { clientId }: MadeClient,
  test: HandTest,
  retestOf: string | null,
  at: Instant,
): Promise<string | null> {
  const { scope } = technician;
  const endedAt = at - test.daysBefore * DAY;
  const nothing = { clientId, systemId: null, pointId: null, retestOf: null };
  const { systems } = await readNewTestChoices(database, scope, nothing);
  const systemId = systems.find((one) => one.name === test.host)?.systemId ?? null;
  const chosen = await readChosenSystem(database, scope, systemId, nothing, new Date(at));
  const point = chosen?.points
    .toSorted((a, b) => b.takenAt - a.takenAt)
    .find((one) => one.takenAt < endedAt - 2 * HOUR);
  if (!chosen || !point) return null;
  const local = (instant: Instant): string =>
    new Date(localAt(instant, chosen.timeZone)).toISOString().slice(0, 19);
  const isMet = test.result === 'passed';
  const form = restoreTestForm.parse({
    pointId: point.pointId,
    level: test.level,
    result: test.result,
    selection: { how: retestOf === null ? 'risk' : 'request', rule: 'the copy that was tested longest ago' },
    method: test.method,
    scope: test.scope,
    environment: 'rt-lab01, no route to production',
    isIsolated: true,
    startedAt: local(endedAt - 72 * 60_000),
    endedAt: local(endedAt),
    recoverySeconds: 48 * 60,
    checks: [{ criterion: 'Everything comes back as it was backed up', isMet, seen: test.seen }],
    manifest: test.level === 'L2' ? null : { origin: 'SHA-256 sums taken at the backup' },
    failure: isMet ? null : { cause: null, correctiveAction: null, owner: technician.name, ticket: null },
    retestOf,
    attachments: [
      {
        name: 'restore.log',
        content: Buffer.from(`restore ${point.point} from ${point.repository}\n${test.seen}\n`).toString(
          'base64',
        ),
        capturedAt: new Date(endedAt).toISOString(),
        origin: 'rt-lab01',
      },
    ],
  });
  return recordRestoreTest(database, scope, technician, form, at);
}

async function accept(
  database: Database,
  reviewer: MadePerson,
  recordId: string,
  at: Instant,
): Promise<void> {
  const found = await readRestoreRecord(database, reviewer.scope, recordId);
  const said = { decision: 'accepted', comment: null, seen: found?.amendments.length ?? 0 } as const;
  await reviewRestoreRecord(database, reviewer.scope, reviewer, recordId, said, at);
}
