import { FRAMEWORKS } from './clause-evidence';

/** Frameworks as they are offered: those that the MSP works by first. */
export interface OfferedFrameworks {
  readonly chosen: readonly string[];
  readonly others: readonly string[];
}

/** `chosen`: by name; what is no framework any more is left out. */
export function offeredFrameworks(chosen: readonly string[]): OfferedFrameworks {
  return {
    chosen: FRAMEWORKS.filter((name) => chosen.includes(name)),
    others: FRAMEWORKS.filter((name) => !chosen.includes(name)),
  };
}
