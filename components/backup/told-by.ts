import type { RunFacts } from '@/domain/protection/facts';
import type { WayKind } from '@/domain/connect/products';

/** How strongly a run is evidenced. */
type RunTrust = 'signed' | 'token' | 'verified_mail' | 'unverified' | 'declared';

/** `import`: a file that a person brought in. */
type ToldWay = WayKind | 'import';

/** By which channels a run was told of, and what weaker evidence said of its end where that differs. */
export interface ToldRun {
  readonly status: RunFacts['status'];
  /** Of the strongest evidence for it. */
  readonly trust: RunTrust;
  readonly toldBy: readonly ToldWay[];
  readonly disagreement: { readonly status: RunFacts['status']; readonly trust: RunTrust } | null;
}

const STRENGTH: readonly ToldWay[] = ['agent', 'pull', 'ping', 'webhook', 'mail', 'import'];
const LONG: Readonly<Record<ToldWay, string>> = {
  agent: 'signed by the agent',
  pull: 'asked of the server',
  ping: 'told by a ping',
  webhook: 'told by a webhook',
  mail: 'told by a mail',
  import: 'told by a file that somebody imported',
};

const inOrder = (ways: readonly ToldWay[]): ToldWay[] => STRENGTH.filter((way) => ways.includes(way));

/** The channels that told of a run, the strongest evidence first: 'agent, ping'. */
export function toldByText({ toldBy }: Pick<ToldRun, 'toldBy'>): string {
  return inOrder(toldBy).join(', ');
}

/** The same at length: 'signed by the agent, told by a ping'. */
export function toldByLongText({ toldBy }: Pick<ToldRun, 'toldBy'>): string {
  return inOrder(toldBy)
    .map((way) => LONG[way])
    .join(', ');
}

/** Both words, where two channels disagree on how a run ended: 'agent: success, a ping said failed'; null: they do not. */
export function disagreementText({ status, trust, toldBy, disagreement }: ToldRun): string | null {
  if (!disagreement) return null;
  const strong = wayOf(trust, toldBy) ?? 'agent';
  const weak = wayOf(
    disagreement.trust,
    toldBy.filter((way) => way !== strong),
  );
  return `${strong}: ${status}, ${weak ? `a ${weak}` : 'another channel'} said ${disagreement.status}`;
}

/** The channel by which evidence of this strength came, among those that told. */
function wayOf(trust: RunTrust, toldBy: readonly ToldWay[]): ToldWay | undefined {
  switch (trust) {
    case 'signed':
      return 'agent';
    case 'token':
      return toldBy.find((way) => way === 'pull' || way === 'ping' || way === 'webhook');
    case 'verified_mail':
    case 'unverified':
      return 'mail';
    case 'declared':
      return undefined;
  }
}
