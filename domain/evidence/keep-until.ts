import { bindsOn } from '../policy/contract-remarks';
import type { ContractTerms } from '../policy/contract-terms';
import { utcDay, type Instant } from '../time/instant';

/** A duty to keep evidence: for how many years, and where that is said. */
interface KeepDuty {
  readonly years: number;
  readonly source: string;
}

/** What holds for everybody, whatever was agreed. */
const DEFAULT_KEEP: KeepDuty = { years: 6, source: 'HIPAA, 45 CFR 164.316(b)(2)(i), for everybody' };

/** Duties of frameworks that say one, by the framework's name; what is convention says so. */
const FRAMEWORK_KEEP: Readonly<Record<string, KeepDuty>> = {
  HIPAA: { years: 6, source: 'HIPAA, 45 CFR 164.316(b)(2)(i)' },
  SOX: {
    years: 7,
    source: 'SOX by convention: 17 CFR 210.2-06 binds auditors, not whom they audit',
  },
  'PCI DSS 4.0': { years: 1, source: 'PCI DSS 4.0, 10.5.1, of audit logs' },
};

/** What bears on how long a piece of evidence is kept. */
export interface KeepTerms {
  /** Those of the policies that hold for what it is of; only what binds on the day counts. */
  readonly contracts: readonly ContractTerms[];
  /** By name; those without a duty of their own add nothing. */
  readonly frameworks: readonly string[];
  /** Whether a legal hold stands for its client. */
  readonly isHeld: boolean;
}

/** A date until which something is kept, and why, in words. */
interface KeptUntil {
  readonly until: Instant;
  readonly because: string;
}

/** Until when a piece of evidence is kept. */
export interface Keep extends KeptUntil {
  /** While a legal hold stands nothing ends it but its withdrawal: `until` is then only the earliest day on which it could end. */
  readonly isHeld: boolean;
}

/** What the policies that hold for a piece of evidence say of keeping it. */
export function keepTerms(
  policies: readonly {
    readonly contractTerms: ContractTerms | null;
    readonly frameworks: readonly string[];
  }[],
  isHeld: boolean,
): KeepTerms {
  return {
    contracts: policies.flatMap(({ contractTerms }) => contractTerms ?? []),
    frameworks: [...new Set(policies.flatMap(({ frameworks }) => frameworks))],
    isHeld,
  };
}

/**
 * Until when a piece of evidence is kept: the longest of six years, the client's contract and the client's frameworks, in calendar years
 * (UTC) from when it was made; while a legal hold stands, without end. A record or document is in effect on no day after that, so HIPAA's
 * 'or when it last was in effect' adds nothing.
 * @param terms as they are at `now`: a contract that has ended asks for nothing more
 * @param promised what was said when it was made: terms that became shorter since shorten nothing; null: nothing was said
 */
export function keepUntil(
  madeAt: Instant,
  terms: KeepTerms,
  now: Instant,
  promised: { readonly until: Instant; readonly because: string | null } | null = null,
): Keep {
  const { isHeld } = terms;
  const duties = [
    DEFAULT_KEEP,
    ...terms.frameworks.flatMap((name) => FRAMEWORK_KEEP[name] ?? []),
    ...terms.contracts.flatMap((contract) => contractDuty(contract, now)),
  ];
  const duty = duties.reduce((longest, one) => (one.years > longest.years ? one : longest));
  const until = yearsAfter(madeAt, duty.years);
  if (promised && promised.until > until)
    return { until: promised.until, because: promised.because ?? 'as agreed when it was made', isHeld };
  return { until, because: `${yearsText(duty.years)}: ${duty.source}`, isHeld };
}

/** 'until 1 March 2032 (6 years: HIPAA, …)', or that a hold stands. `dayText`: a day in words. */
export function keepSentence(keep: Keep, dayText: (at: Instant) => string): string {
  const duty = `until ${dayText(keep.until)} (${keep.because})`;
  return keep.isHeld ? `as long as the legal hold stands, and at least ${duty}` : duty;
}

function contractDuty(terms: ContractTerms, now: Instant): readonly KeepDuty[] {
  const { source, clause, evidenceYears: years } = terms;
  if (years === null || !bindsOn(terms, utcDay(now))) return [];
  return [{ years, source: clause === null ? source : `${source} (${clause})` }];
}

function yearsText(years: number): string {
  return years === 1 ? 'a year' : `${years} years`;
}

/** The 29th of February is followed, in a year without one, by the 1st of March: kept a day longer rather than shorter. */
function yearsAfter(at: Instant, years: number): Instant {
  const later = new Date(at);
  later.setUTCFullYear(later.getUTCFullYear() + years);
  return later.getTime();
}
