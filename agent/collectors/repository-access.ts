import type { LimitSettings, RepositorySettings } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import type { Redact } from '@/agent/redact';

/** Everything needed to ask a tool about one repository. */
export interface RepositoryAccess {
  program: string;
  settings: RepositorySettings;
  limits: LimitSettings;
  env: Environment;
  redact: Redact;
}
