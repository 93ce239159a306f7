import type { Instant } from '../time/instant';
import type { ProtectionFacts } from './facts';
import type { ProtectionPolicy } from './policy';
import { prepare } from './prepared';
import { restoreForecast, type RestoreForecast } from './restore-forecast';
import { stateAt } from './state';

/** How long it would take to have a data set back, against what was promised. */
export interface RecoveryTime {
  /** null: there is no copy to restore from. */
  readonly forecast: RestoreForecast | null;
  /** null: nothing was promised. */
  readonly rtoSeconds: number | null;
}

/** By the same forecast as the finding `rto-at-risk`, also where the promise is kept. */
export function recoveryTime(facts: ProtectionFacts, policy: ProtectionPolicy, now: Instant): RecoveryTime {
  const prepared = prepare(facts, policy);
  return { forecast: restoreForecast(stateAt(prepared, now), prepared), rtoSeconds: policy.rtoSeconds };
}
