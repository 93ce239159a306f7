import { v7 } from 'uuid';
import { DAY, type Instant } from '@/domain/time/instant';
import { config } from '../config';
import type { Database } from '../data/database';
import type { IngestStore } from '../data/ingest-store';
import { refreshStatistics } from '../data/refresh-statistics';
import { removeEverything } from '../data/remove-everything';
import { listMspIds } from '../data/work-due';
import type { ServerIdentity } from '../services/enrol-agent';
import { createReportIntake } from '../services/ingest-report';
import { invitePerson } from '../services/invite-person';
import { sendDueMail } from '../services/send-due-mail';
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
import { enrolAgents } from './enrol-agents';
import { replayHistory } from './replay-history';
import { importInventories } from './import-inventories';
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
  await refreshStatistics(parts.migratorDatabase);
  writeUsers(
    parts.dataDir,
    filled.flatMap((one) => one.users),
  );
  writeProgress(parts.dataDir, new Map(filled.flatMap((one) => [...one.progress])));
  writeInstallation(parts.dataDir, { ...times, mspIds, agents: filled.flatMap((one) => one.agents) });
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

async function fillMsp(
  parts: FillParts,
  cast: DemoMsp,
  mspId: string,
  times: DemoTimes,
): Promise<{ users: readonly DemoUser[]; agents: DemoAgent[]; progress: Map<string, DemoProgress> }> {
  const { migratorDatabase, database, store } = parts;
  const beganAt: Instant = times.installedAt - times.historyDays * DAY;
  const msp = await setUpMsp(database, cast, mspId, new Date(beganAt));
  await inviteSomebody(parts, msp, times.installedAt);
  const agents = await enrolAgents(parts, msp, new Date(beganAt));
  const intake = createReportIntake(store, () => {});
  const progress = await replayHistory({
    database,
    intake,
    msp,
    agents,
    times,
    refreshStatistics: () => refreshStatistics(migratorDatabase),
  });
  await importInventories(database, msp, times.installedAt);
  return { users: msp.users, agents, progress };
}

/** An invitation in a file, sent at once: nothing that a demo invents may go out by mail later. */
async function inviteSomebody({ database, dataDir }: FillParts, msp: MadeMsp, now: Instant): Promise<void> {
  const { scope } = personOf(msp.cast, msp.people, 'owner');
  const invitation = { email: `new.hand@${msp.cast.domain}`, role: 'technician', clientIds: '*' } as const;
  await invitePerson(database, scope, invitation, config(), now);
  const settings = { smtpUrl: null, mailFrom: 'holdfast@localhost', dataDir };
  await sendDueMail(database, scope.mspId, settings, () => new Date(now));
}
