import { changeText, whyText, type Words } from '../protection/sentence';
import { countStatuses, systemStatus, type StatusCounts } from '../protection/system-status';
import { STATUSES, type FindingRule, type Status, type Verdict } from '../protection/verdict';

/** A system under a policy, with the verdicts of its data sets now and as they would be, in the same order. */
export interface PreviewedSystem {
  readonly systemId: string;
  readonly name: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly before: readonly Verdict[];
  readonly after: readonly Verdict[];
  /** Of its client, for sentences. */
  readonly words: Words;
}

interface SystemChange {
  readonly systemId: string;
  readonly name: string;
  readonly from: Status;
  readonly to: Status;
}

/** What would change at one client. */
export interface ClientPreview {
  readonly clientId: string;
  readonly name: string;
  /** Under the policy. */
  readonly systemCount: number;
  /** Those that get worse first; at most 12. */
  readonly changes: readonly SystemChange[];
  readonly changeCount: number;
  /** What would keep most of those that get worse as they are: 'turn on object lock …'; null: none gets worse, or none was found. */
  readonly cure: string | null;
  /** Why most of those that get worse do; null: none does. */
  readonly why: string | null;
}

interface RuleCount {
  readonly rule: FindingRule;
  readonly count: number;
}

/** What saving would change across the fleet, as of one instant. */
export interface PolicyPreview {
  readonly systemCount: number;
  readonly before: StatusCounts;
  readonly after: StatusCounts;
  /** Where anything changes, the most that get worse first; at most 100. */
  readonly changed: readonly ClientPreview[];
  readonly changedCount: number;
  /** Where nothing does, by name; at most 100. */
  readonly unchanged: readonly { clientId: string; name: string; systemCount: number }[];
  readonly unchangedCount: number;
  readonly opens: readonly RuleCount[];
  readonly closes: readonly RuleCount[];
}

const CLIENTS_SHOWN = 100;
const CHANGES_SHOWN = 12;

interface Tally {
  readonly clientId: string;
  readonly name: string;
  systemCount: number;
  worse: SystemChange[];
  better: SystemChange[];
  readonly cures: Map<string, number>;
  readonly whys: Map<string, number>;
}

/** Adds up what a change of policy would do, one system after the other, so that no fleet has to be held at once. */
export class PolicyPreviewTally {
  readonly #clients = new Map<string, Tally>();
  readonly #before: Status[] = [];
  readonly #after: Status[] = [];
  readonly #opens = new Map<FindingRule, number>();
  readonly #closes = new Map<FindingRule, number>();

  add(system: PreviewedSystem): void {
    const { systemId, name, before, after } = system;
    const from = systemStatus(before.map((one) => one.status));
    const to = systemStatus(after.map((one) => one.status));
    this.#before.push(from);
    this.#after.push(to);
    const client = this.#clientOf(system);
    client.systemCount += 1;
    for (const [index, verdict] of after.entries()) this.#countFindings(before[index], verdict);
    if (from === to) return;
    const change = { systemId, name, from, to };
    if (rank(to) > rank(from)) {
      client.better.push(change);
      return;
    }
    client.worse.push(change);
    const deciding = after.find((one) => one.status === to);
    if (!deciding) return;
    count(client.whys, whyText(deciding, system.words));
    if (deciding.smallestChange) count(client.cures, changeText(deciding.smallestChange));
  }

  result(): PolicyPreview {
    const clients = [...this.#clients.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const changed = clients
      .filter(({ worse, better }) => worse.length + better.length > 0)
      .toSorted((a, b) => b.worse.length - a.worse.length || b.better.length - a.better.length);
    const unchanged = clients.filter(({ worse, better }) => worse.length + better.length === 0);
    return {
      systemCount: this.#after.length,
      before: countStatuses(this.#before),
      after: countStatuses(this.#after),
      changed: changed.slice(0, CLIENTS_SHOWN).map(clientPreview),
      changedCount: changed.length,
      unchanged: unchanged
        .slice(0, CLIENTS_SHOWN)
        .map(({ clientId, name, systemCount }) => ({ clientId, name, systemCount })),
      unchangedCount: unchanged.length,
      opens: mostFirst(this.#opens),
      closes: mostFirst(this.#closes),
    };
  }

  #clientOf({ clientId, clientName }: PreviewedSystem): Tally {
    const known = this.#clients.get(clientId);
    if (known) return known;
    const made: Tally = {
      clientId,
      name: clientName,
      systemCount: 0,
      worse: [],
      better: [],
      cures: new Map(),
      whys: new Map(),
    };
    this.#clients.set(clientId, made);
    return made;
  }

  #countFindings(before: Verdict | undefined, after: Verdict): void {
    const [had, has] = [new Set(before?.findings.map(keyOf)), new Set(after.findings.map(keyOf))];
    for (const one of after.findings) if (!had.has(keyOf(one))) count(this.#opens, one.rule);
    for (const one of before?.findings ?? []) if (!has.has(keyOf(one))) count(this.#closes, one.rule);
  }
}

function clientPreview({ clientId, name, systemCount, worse, better, cures, whys }: Tally): ClientPreview {
  return {
    clientId,
    name,
    systemCount,
    changes: [...worse, ...better].slice(0, CHANGES_SHOWN),
    changeCount: worse.length + better.length,
    cure: mostCommon(cures),
    why: mostCommon(whys),
  };
}

function keyOf({ rule, subject }: Verdict['findings'][number]): string {
  return `${rule} ${subject.id}`;
}

function rank(status: Status): number {
  return STATUSES.indexOf(status);
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function mostCommon(counts: ReadonlyMap<string, number>): string | null {
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function mostFirst(counts: ReadonlyMap<FindingRule, number>): RuleCount[] {
  return [...counts].map(([rule, times]) => ({ rule, count: times })).toSorted((a, b) => b.count - a.count);
}
