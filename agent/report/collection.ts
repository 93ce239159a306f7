import type { AgentReport } from '@/contract/report';

/** What a collector found: the lists of a report, and which of them are whole. */
export interface Collection extends Pick<
  AgentReport,
  | 'runs'
  | 'recovery_points'
  | 'repositories'
  | 'retention'
  | 'verifications'
  | 'restore_tests'
  | 'restore_drills'
  | 'problems'
> {
  /** `recovery_points:<repository key>` for each listing that was read whole. */
  completeFor: string[];
}

export const EMPTY_COLLECTION: Collection = {
  completeFor: [],
  runs: [],
  recovery_points: [],
  repositories: [],
  retention: [],
  verifications: [],
  restore_tests: [],
  restore_drills: [],
  problems: [],
};

export function mergeCollections(parts: readonly Collection[]): Collection {
  return {
    completeFor: parts.flatMap((part) => part.completeFor),
    runs: parts.flatMap((part) => part.runs),
    recovery_points: parts.flatMap((part) => part.recovery_points),
    repositories: parts.flatMap((part) => part.repositories),
    retention: parts.flatMap((part) => part.retention),
    verifications: parts.flatMap((part) => part.verifications),
    restore_tests: parts.flatMap((part) => part.restore_tests),
    restore_drills: parts.flatMap((part) => part.restore_drills),
    problems: parts.flatMap((part) => part.problems),
  };
}
