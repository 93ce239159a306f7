import type { ReportedRepository } from '@/contract/report';

/** Of a repository whose tool tells nothing but where it is: unknown, not false. */
export const UNTOLD_FACTS: Omit<
  ReportedRepository,
  'repository_key' | 'tool' | 'location' | 'location_kind' | 'reachable' | 'problem'
> = {
  media: null,
  site: null,
  offsite: null,
  encryption: null,
  immutability: null,
  capacity: null,
  bytes: null,
  locks: [],
  tool_format: null,
};
