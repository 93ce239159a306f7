import type { NormalisedReport } from '@/contract/report';
import { findFirstOfSame } from '../data/channel-messages';
import type { Tx } from '../data/database';
import type { PendingReport } from '../data/inbox';
import { listMessageRules } from '../data/message-rules';
import type { InboundReport } from '../inbound/inbound-report';
import { messageId } from '../inbound/message-id';
import { isDated, messageReport, pingReport, type KeptMessage } from '../inbound/message-report';
import {
  hearRules,
  type ReadyRule,
  readyRules,
  rulesFor,
  type RulesHeard,
  type RuleUse,
} from '../inbound/hear-rules';
import { hearContent, readInbound, type InboundContent } from '../inbound/parse-inbound';
import { bodyAfterHead } from '../inbound/request-head';
import { RUN_AGE_MAX, runInstant, type Normalised } from './normalise-report';

export type ReadMessage =
  ({ isReadable: true; ruleUses: readonly RuleUse[] } & Normalised) | { isReadable: false; reason: string };

/** A request that is sent again because its answer was lost comes within this time: three tries, or `curl --retry 5`. */
const SENT_AGAIN_MS_MAX = 60_000;

/**
 * What a channel's message says: by its product's parser, and where that does not decide, by the rules that technicians made. What nobody
 * can read, and what is not known well enough to decide by itself, is put aside with the reason and stays for people: it is never a
 * success.
 * @param rulesInUse the MSP's rules; asked for only where no parser decides
 */
export async function readMessage(
  tx: Tx,
  mspId: string,
  pending: PendingReport,
  { channel, envelope }: NonNullable<PendingReport['message']>,
  rulesInUse: () => Promise<readonly ReadyRule[]>,
): Promise<ReadMessage> {
  const message: KeptMessage = {
    rawReportId: pending.rawReportId,
    number: pending.sequence,
    receivedAt: pending.receivedAt,
    sha256: pending.bodySha256.toString('hex'),
    envelope,
  };
  if (channel.kind === 'ping') return readable(pingReport(channel, message, bodyAfterHead(pending.body)));
  const content = await readInbound(pending.body, channel.kind === 'mail' ? 'message/rfc822' : 'text/plain');
  const heard = await hearMessage(content, { ...channel, clientId: pending.clientId }, rulesInUse);
  if (heard.kind === 'no-run')
    return readable(messageReport(channel, message, [], ''), [
      `A message of ${heard.product} that reports no run.`,
    ]);
  if (heard.kind === 'undecided') return { isReadable: false, reason: heard.reason };
  const { told, ruled } = heard;
  const runName = await runNameOf(tx, mspId, pending, channel.kind, told);
  const read = ofOurTime(messageReport(channel, message, told, runName), pending.receivedAt.getTime());
  return read.isReadable ? { ...read, ruleUses: ruled.uses, notes: [...ruled.notes, ...read.notes] } : read;
}

/** The MSP's rules that are switched on, ready to be asked. */
export async function listRulesInUse(tx: Tx, mspId: string): Promise<ReadyRule[]> {
  return readyRules((await listMessageRules(tx, mspId)).filter(({ disabledAt }) => disabledAt === null));
}

/** What a message comes to before it is anybody's run. */
type HeardMessage =
  | { readonly kind: 'no-run'; readonly product: string }
  | { readonly kind: 'undecided'; readonly reason: string }
  | { readonly kind: 'told'; readonly told: readonly InboundReport[]; readonly ruled: RulesHeard };

/** What the content of a channel's message says: by its product's parser, and where that does not decide, by rules. */
export async function hearMessage(
  content: InboundContent,
  channel: { readonly channelId: string; readonly clientId: string | null; readonly product: string | null },
  rulesInUse: () => Promise<readonly ReadyRule[]>,
): Promise<HeardMessage> {
  const heard = hearContent(content);
  const { product, reports } = heard;
  if (product !== null && reports.length === 0) return { kind: 'no-run', product };
  const reason = whyUndecided(reports, channel.product);
  if (reason === null) return { kind: 'told', told: reports, ruled: NOT_ASKED };
  const ruled = isOfChosen(product, channel.product)
    ? NOT_ASKED
    : hearRules(rulesFor(await rulesInUse(), channel), content, heard);
  return ruled.reports.length === 0
    ? { kind: 'undecided', reason: [reason, ...ruled.notes].join(' ') }
    : { kind: 'told', told: ruled.reports, ruled };
}

const NOT_ASKED: RulesHeard = { reports: [], uses: [], notes: [] };

/** Somebody said what the channel tells of, and this is a message of it: its parser has the last word, and a rule none. */
export function isOfChosen(product: string | null, chosen: string | null): boolean {
  return product !== null && product === chosen;
}

function readable(report: NormalisedReport, notes: readonly string[] = []): ReadMessage {
  return { isReadable: true, report, notes, ruleUses: [] };
}

/** Runs of long ago are left out, and so are the points that they claim: an old mail, or a device whose clock has stopped. */
function ofOurTime(report: NormalisedReport, receivedAt: number): ReadMessage {
  const runs = report.runs.filter((run) => runInstant(run, receivedAt) >= receivedAt - RUN_AGE_MAX);
  if (runs.length === report.runs.length) return readable(report);
  const reason = 'It tells of a run of more than 14 months ago: the clock of the device may be wrong.';
  if (runs.length === 0) return { isReadable: false, reason };
  const keys = new Set(runs.flatMap((run) => run.point_keys));
  const points = report.recovery_points.filter((point) => keys.has(point.point_key));
  return readable({ ...report, runs, recovery_points: points }, [reason]);
}

/**
 * The same words are the same run. But for a webhook that does not say when: what says the same an hour later tells of another run, and
 * only what comes again at once is a request that was sent again. What was pulled has the name of the task or session that it tells of.
 */
async function runNameOf(
  tx: Tx,
  mspId: string,
  { agentId, sequence, receivedAt, body, bodySha256, message }: PendingReport,
  kind: 'mail' | 'webhook' | 'pull',
  told: readonly InboundReport[],
): Promise<string> {
  const pulled = message?.envelope.pull;
  if (kind === 'pull') return `pull:${pulled?.key ?? bodySha256.toString('hex')}`;
  const name = messageId(body, kind);
  if (kind === 'mail' || isDated(told)) return name;
  const since = new Date(receivedAt.getTime() - SENT_AGAIN_MS_MAX);
  const first = await findFirstOfSame(tx, mspId, agentId, { sha256: bodySha256, number: sequence, since });
  return `${name}:${first ?? sequence}`;
}

/** Why a message decides nothing, in a sentence; null: it does. */
export function whyUndecided(told: readonly InboundReport[], product: string | null): string | null {
  const clear = told.filter(({ status }) => status !== null);
  const [first] = clear;
  if (!first)
    return told.length > 0
      ? `A message of ${told[0]?.product} that says nothing clear of how a run ended.`
      : 'No product that is known sends such a message.';
  if (first.confidence === 'unverified' && first.product !== product)
    return `It looks like ${first.product} and seems to say ${first.status}. How its messages look is not known well enough to decide by that: choose ${first.product} for this channel to have it decide.`;
  return null;
}
