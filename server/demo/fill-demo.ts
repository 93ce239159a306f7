import { v7 } from 'uuid';
import { isByGrant } from '@/domain/access/permissions';
import { DAY, type Instant, utcDay } from '@/domain/time/instant';
import { config } from '../config';
import type { Database } from '../data/database';
import type { IngestStore } from '../data/ingest-store';
import { refreshStatistics } from '../data/refresh-statistics';
import { removeEverything } from '../data/remove-everything';
import { listMspIds } from '../data/work-due';
import type { ServerIdentity } from '../services/enrol-agent';
import { createReportIntake } from '../services/ingest-report';
import { type GrantForm, grantEvidence } from '../services/grant-evidence';
import { placeLegalHold } from '../services/hold-evidence';
import { invitePerson } from '../services/invite-person';
import { makeCheckpoint } from '../services/make-checkpoint';
import { sealReports } from '../services/seal-reports';
import { sendDueMail } from '../services/send-due-mail';
import { createMessageIntake } from '../services/take-messages';
import type { DemoTimes } from './calendar';
import type { DemoAgent, DemoProgress } from './demo-agent';
import {
  beginFilling,
  endFilling,
  readInstallation,
  unfinishedMspIds,
  writeInstallation,
  writeProgress,
  writeUsers,
} from './demo-files';
import type { DemoUser } from './demo-users';
import { askForDocuments } from './ask-for-documents';
import { type DemoPings, type NightlyPing, openCheckToTry } from './demo-channels';
import { enrolAgents } from './enrol-agents';
import { replayHistory } from './replay-history';
import { importInventories } from './import-inventories';
import { importOldRuns } from './import-old-runs';
import { recordHandTests } from './record-hand-tests';
import { type MadeMsp, personOf, setUpMsp } from './set-up-msp';
import type { DemoMsp } from './story';

/** How much past the demo has: the 30 days that are shown, and one to settle in. */
export const HISTORY_DAYS = 31;

export interface FillParts {
  /** The migrator's, to keep the planner informed and to take back a filling that was interrupted. */
  readonly migratorDatabase: Database;
  readonly database: Database;
  readonly store: IngestStore;
  readonly identity: ServerIdentity;
  readonly dataDir: string;
}

/**
 * Fills an empty database with the cast and its past, and writes what the data folder keeps of it. A filling that was
 * interrupted is taken back first; one that was completed stays as it is.
 * @throws Error when the database holds anything else
 */
export async function fillDemo(parts: FillParts, cast: readonly DemoMsp[], times: DemoTimes): Promise<void> {
  if ((await makeRoom(parts)) === 'is-filled') return;
  const mspIds = cast.map(() => v7());
  beginFilling(parts.dataDir, mspIds);
  const filled = await Promise.all(
    cast.map((msp, index) => fillMsp(parts, msp, mspIds[index] ?? v7(), times)),
  );
  const { evidenceKey } = config();
  // By the clock, as the log is: what was recorded while the demo was filled was recorded now, whatever past it tells of.
  if (evidenceKey)
    await makeCheckpoint(parts.database, { current: evidenceKey, former: null }, new Date(), true);
  await refreshStatistics(parts.migratorDatabase);
  writeUsers(
    parts.dataDir,
    filled.flatMap((one) => one.users),
  );
  writeProgress(parts.dataDir, new Map(filled.flatMap((one) => [...one.progress])));
  writeInstallation(parts.dataDir, {
    ...times,
    mspIds,
    agents: filled.flatMap((one) => one.agents),
    nightlyPings: filled.flatMap((one) => one.nightlyPings),
    pings: filled[0]?.pings ?? null,
  });
  endFilling(parts.dataDir);
}

async function makeRoom({
  migratorDatabase,
  database,
  dataDir,
}: FillParts): Promise<'is-empty' | 'is-filled'> {
  const mspIds = await listMspIds(database);
  if (mspIds.length === 0) return 'is-empty';
  const areAmong = (own: readonly string[]) => mspIds.every((mspId) => own.includes(mspId));
  if (areAmong(unfinishedMspIds(dataDir))) {
    await removeEverything(migratorDatabase);
    return 'is-empty';
  }
  if (areAmong(readInstallation(dataDir)?.mspIds ?? [])) return 'is-filled';
  throw new Error(
    'The database is in use already, so it cannot take in the demo. Set HOLDFAST_DEMO=off, or give it an empty database.',
  );
}

interface FilledMsp {
  readonly users: readonly DemoUser[];
  readonly agents: readonly DemoAgent[];
  readonly progress: ReadonlyMap<string, DemoProgress>;
  readonly nightlyPings: readonly NightlyPing[];
  readonly pings: DemoPings | null;
}

async function fillMsp(parts: FillParts, cast: DemoMsp, mspId: string, times: DemoTimes): Promise<FilledMsp> {
  const { migratorDatabase, database, store } = parts;
  const beganAt: Instant = times.installedAt - times.historyDays * DAY;
  const msp = await setUpMsp(database, cast, mspId, new Date(beganAt));
  await inviteSomebody(parts, msp, times);
  const agents = await enrolAgents(parts, msp, new Date(beganAt));
  const intake = createReportIntake(store, () => {});
  const messages = createMessageIntake(store, () => {});
  const { progress, nightlyPings } = await replayHistory({
    database,
    intake,
    messages,
    msp,
    agents,
    times,
    refreshStatistics: () => refreshStatistics(migratorDatabase),
  });
  await sealReports(database, mspId, new Date(times.installedAt));
  await holdSomething(database, msp, times.installedAt);
  await importInventories(database, msp, times.installedAt);
  await importOldRuns(database, msp, beganAt);
  await recordHandTests(database, msp, times.installedAt);
  // As of the clock, not of `installedAt`: then the log in their bundles reaches over what was recorded since.
  await askForDocuments(database, msp, Date.now());
  const [client] = msp.clients.toSorted((a, b) => (a.cast.name < b.cast.name ? -1 : 1));
  const technician = personOf(msp.cast, msp.people, 'technician');
  const pings = client ? await openCheckToTry(database, client, technician, times.installedAt) : null;
  return { users: msp.users, agents, progress, nightlyPings, pings };
}

/** One client's evidence is held, so that the log shows what that looks like. */
async function holdSomething(database: Database, msp: MadeMsp, now: Instant): Promise<void> {
  const owner = personOf(msp.cast, msp.people, 'owner');
  const [client] = msp.clients;
  const reason = 'Insurance claim of last month’s water damage: keep everything until it is settled';
  if (client) await placeLegalHold(database, owner.scope, owner, client.clientId, { reason }, now);
}

/** An invitation and grants, their mails in files at once: nothing that a demo invents may go out by mail later. */
async function inviteSomebody(
  { database, dataDir }: FillParts,
  msp: MadeMsp,
  times: DemoTimes,
): Promise<void> {
  const now = times.installedAt;
  const { scope, name } = personOf(msp.cast, msp.people, 'owner');
  const invitation = { email: `new.hand@${msp.cast.domain}`, role: 'technician', clientIds: '*' } as const;
  await invitePerson(database, scope, invitation, config(), now);
  for (const person of msp.cast.people.filter(({ role }) => isByGrant(role))) {
    const sees = msp.clients.filter((client) => person.sees?.includes(client.cast.name));
    const form: GrantForm = {
      name: person.name,
      email: `${person.mailbox}@${msp.cast.domain}`,
      clientIds: sees.map(({ clientId }) => clientId),
      periodFrom: utcDay(now - times.historyDays * DAY),
      periodTo: utcDay(now),
      purpose: 'Review of the contingency plan, this year',
      expiresAt: new Date(now + 60 * DAY).toISOString(),
    };
    await grantEvidence(database, scope, name, form, config(), now);
  }
  const settings = { smtpUrl: null, mailFrom: 'holdfast@localhost', dataDir };
  await sendDueMail(database, scope.mspId, settings, () => new Date(now));
}
