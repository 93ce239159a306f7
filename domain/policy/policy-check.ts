import { DEFAULT_POLICY, type CopiesRule } from '../protection/policy';
import { promisedText } from '../protection/sentence';
import { longestInterval } from '../schedule/longest-interval';
import type { RetentionPolicy } from '../retention/retention-policy';
import { withOverrides, type PolicyField, type PolicyFields, type PolicyOverrides } from './policy-overrides';

/** What is wrong with a field, or what follows from it that its author may not want. */
export interface PolicyRemark {
  readonly field: PolicyField;
  readonly sentence: string;
}

/**
 * What no policy can mean: nothing could ever meet it. `inherited` gives the fields that the policy leaves open. Empty: it can be
 * published.
 */
export function policyProblems(overrides: PolicyOverrides, inherited: PolicyFields): PolicyRemark[] {
  const { rule, immutabilityWindowSeconds } = withOverrides(inherited, overrides);
  const problems: PolicyRemark[] = [];
  const add = (field: PolicyField, sentence: string) => problems.push({ field, sentence });
  for (const sentence of ruleProblems(rule)) add('rule', sentence);
  if (rule.immutable !== null && rule.immutable > 0 && immutabilityWindowSeconds === 0)
    add(
      'immutabilityWindowSeconds',
      'A rule that asks for an immutable copy needs a lock of at least a day.',
    );
  return problems;
}

function ruleProblems({ copies, media, locations, offsite, immutable }: CopiesRule): string[] {
  const kept = copies ?? 0;
  if (kept < 2) return ['Ask for at least 2 copies: production is one of them.'];
  const problems: string[] = [];
  // A copy has one medium and stands in one place; production is neither offsite nor immutable.
  if ((media ?? 0) > kept) problems.push(`${kept} copies cannot be on ${media} kinds of media.`);
  if ((locations ?? 0) > kept) problems.push(`${kept} copies cannot stand in ${locations} places.`);
  if ((offsite ?? 0) > kept - 1)
    problems.push(`At most ${kept - 1} of ${kept} copies can be offsite: one is production.`);
  if ((immutable ?? 0) > kept - 1)
    problems.push(`At most ${kept - 1} of ${kept} copies can be immutable: one is production.`);
  return problems;
}

/** What can be published and is probably not meant. */
export function policyWarnings(overrides: PolicyOverrides, inherited: PolicyFields): PolicyRemark[] {
  const fields = withOverrides(inherited, overrides);
  const warnings: PolicyRemark[] = [];
  if (fields.warningWindowSeconds >= fields.rpoSeconds)
    warnings.push({
      field: 'warningWindowSeconds',
      sentence: 'As long as the RPO: every copy would be at risk as soon as it is made.',
    });
  if (fields.rpoSeconds <= DAILY_SECONDS && fields.schedule === null)
    warnings.push({
      field: 'rpoSeconds',
      sentence: `A daily job is late every evening with this: its RPO needs ${DEFAULT_POLICY.rpoSeconds / 3600} h and the time that the job takes.`,
    });
  const needed = scheduleNeedsSeconds(fields);
  if (needed !== null && fields.rpoSeconds < needed)
    warnings.push({
      field: 'schedule',
      sentence: `Red whenever a run is late or long: between two runs lie up to ${promisedText(needed)} (interval, lateness and greatest duration), and the RPO is ${promisedText(fields.rpoSeconds)}.`,
    });
  if (fields.silenceSeconds > 7 * DAILY_SECONDS)
    warnings.push({
      field: 'silenceSeconds',
      sentence: 'A machine that has stopped reporting stays green for over a week.',
    });
  if (fields.acceptsClaims)
    warnings.push({
      field: 'acceptsClaims',
      sentence: 'A message that says ‘success’ counts as a copy that nobody has seen.',
    });
  for (const sentence of fields.retention === null ? [] : retentionWarnings(fields.retention))
    warnings.push({ field: 'retention', sentence });
  return warnings;
}

/** What may lie between two points though each run is in time (domain.md, 'RPO preset'); null: no schedule says so. */
function scheduleNeedsSeconds(fields: PolicyFields): number | null {
  const { schedule, latenessSeconds, greatestDurationSeconds } = fields;
  const intervalSeconds = schedule && longestInterval(schedule);
  return intervalSeconds && intervalSeconds + latenessSeconds + greatestDurationSeconds;
}

/** The longest that so many of each period can reach back, in days. */
const REACH_DAYS = { hourly: 1 / 24, daily: 1, weekly: 7, monthly: 31, yearly: 366 } as const;

/** How far back a promise reaches at most, in days, whatever its greatest age; 0: it asks for points of no age. */
export function reachDays(retention: RetentionPolicy): number {
  const reached = PERIODS.map((period) => (retention[period] ?? 0) * REACH_DAYS[period]);
  return Math.max(retention.ageDaysMin ?? 0, ...reached);
}

function retentionWarnings(retention: RetentionPolicy): string[] {
  const { last, ageDaysMin, ageDaysMax } = retention;
  const asked = PERIODS.filter((period) => retention[period] !== null);
  if (asked.length === 0 && last === null && ageDaysMin === null)
    return ['Nothing has to be kept with this: a system without a single point would keep to it.'];
  if (ageDaysMax === null) return [];
  const beyond = asked.filter((period) => (retention[period] ?? 0) * REACH_DAYS[period] > ageDaysMax + 1);
  if (beyond.length === 0) return [];
  const counts = beyond.map((period) => `${retention[period]} ${period}`).join(', ');
  return [
    `${counts}: these reach back further than the greatest age of ${ageDaysMax} days. What is older is not asked for.`,
  ];
}

const PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;

const DAILY_SECONDS = 86_400;
