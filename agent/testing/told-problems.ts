import type { AgentReport } from '@/contract/report';

/** The problems of a report, without where tests put their repositories: a temporary folder may lie in memory. */
export function toldProblems(report: AgentReport | undefined): AgentReport['problems'] | undefined {
  return report?.problems.filter(({ code }) => code !== 'volatile_storage');
}
