import { DAY, HOUR, SECOND, type Instant } from '../time/instant';
import { attestationTurns } from './attestation';
import type { Attribute, ChannelFacts, JobFacts, ProtectionFacts, RestoreTestFacts, RunFacts } from './facts';
import type { ProtectionPolicy } from './policy';
import type { PreparedRepository } from './prepared';
import { silentFrom } from './silence';

/** A measurement of longer ago does not say how full a repository is. */
export const CAPACITY_HOLDS = 14 * DAY;
/** How long before a repository is full by forecast it is said. */
export const FORECAST_WINDOW = 30 * DAY;
/** An agent may send what is missing again; after a week later reports have replaced it. */
export const MISSING_AFTER = HOUR;
export const MISSING_HOLDS = 7 * DAY;
/** What a machine tells with every report holds until it has said nothing of it for so long. */
export const UNTRUSTED_HOLDS = 2 * DAY;
/** A check that nobody was promised ends a little later each time: it is noted a day after it would be due. */
export const OVERDUE_NOTED_AFTER = DAY;
/** Retention runs weekly or more often: a tool that does not say it again has removed what it had to. */
export const REFUSED_HOLDS = 8 * DAY;

/** The instants at which findings open or close that rest on nothing else that `isSameState` compares, ascending. */
export function turnsOf(
  facts: ProtectionFacts,
  policy: ProtectionPolicy,
  repositories: readonly PreparedRepository[],
  lastFullTest: RestoreTestFacts | null,
): Instant[] {
  const turns: Instant[] = [];
  for (const channel of facts.channels) addChannel(channel, policy, turns);
  for (const job of facts.jobs) {
    const run = job.plan === null ? runGoingOn(job) : null;
    if (run !== null) turns.push(run.at + policy.greatestDurationSeconds * SECOND);
  }
  if (lastFullTest !== null) turns.push(lastFullTest.endedAt + policy.restoreTestCadenceSeconds * SECOND);
  for (const { facts: repository, lastCleanAt } of repositories) {
    if (lastCleanAt !== null) {
      const dueAt = lastCleanAt + policy.verificationCadenceSeconds * SECOND;
      turns.push(dueAt, dueAt + OVERDUE_NOTED_AFTER);
    }
    if (repository.retentionRefused !== null) turns.push(repository.retentionRefused.at + REFUSED_HOLDS);
    turns.push(...attestationTurns(repository, policy));
    if (policy.requiresEncryption) addExpiries(repository.isEncrypted, turns);
    const { capacity } = repository;
    if (capacity === null) continue;
    turns.push(capacity.at + CAPACITY_HOLDS);
    if (capacity.forecast.kind === 'full') turns.push(capacity.forecast.fullAt - FORECAST_WINDOW);
  }
  return turns.toSorted((a, b) => a - b);
}

function addChannel({ lastHeardAt, agent }: ChannelFacts, policy: ProtectionPolicy, turns: Instant[]): void {
  if (agent === undefined) return;
  if (lastHeardAt !== null) {
    turns.push(lastHeardAt + policy.silenceSeconds * SECOND);
    const silentAt = silentFrom(lastHeardAt, agent, policy);
    if (silentAt !== null) turns.push(silentAt);
  }
  for (const { noticedAt } of agent.missingReports)
    turns.push(noticedAt + MISSING_AFTER, noticedAt + MISSING_HOLDS);
  if (agent.untrustedTool !== null) turns.push(agent.untrustedTool.at + UNTRUSTED_HOLDS);
}

function addExpiries(attribute: Attribute<unknown> | null, turns: Instant[]): void {
  for (let current = attribute; current !== null; current = current.otherwise)
    if (current.until !== null) turns.push(current.until);
}

/** The newest run of a job, if it goes on; a run that a newer one has followed is over, whatever was heard of it. */
export function runGoingOn(job: JobFacts): RunFacts | null {
  let newest: RunFacts | null = null;
  for (const run of job.runs) {
    if (newest === null || run.at > newest.at || (run.at === newest.at && run.id < newest.id)) newest = run;
  }
  return newest?.status === 'running' ? newest : null;
}
