import type { NormalisedReport } from '@/contract/report';
import { findFirstOfSame } from '../data/channel-messages';
import type { Tx } from '../data/database';
import type { PendingReport } from '../data/inbox';
import type { InboundReport } from '../inbound/inbound-report';
import { messageId } from '../inbound/message-id';
import { isDated, messageReport, pingReport, type KeptMessage } from '../inbound/message-report';
import { hearInbound } from '../inbound/parse-inbound';
import { bodyAfterHead } from '../inbound/request-head';
import { RUN_AGE_MAX, runInstant, type Normalised } from './normalise-report';

export type ReadMessage = ({ isReadable: true } & Normalised) | { isReadable: false; reason: string };

/** A request that is sent again because its answer was lost comes within this time: three tries, or `curl --retry 5`. */
const SENT_AGAIN_MS_MAX = 60_000;

/**
 * What a channel's message says. What nobody can read, and what is not known well enough to decide by itself, is put aside with the
 * reason and stays for people: it is never a success.
 */
export async function readMessage(
  tx: Tx,
  mspId: string,
  pending: PendingReport,
  { channel, envelope }: NonNullable<PendingReport['message']>,
): Promise<ReadMessage> {
  const message: KeptMessage = {
    rawReportId: pending.rawReportId,
    number: pending.sequence,
    receivedAt: pending.receivedAt,
    sha256: pending.bodySha256.toString('hex'),
    envelope,
  };
  if (channel.kind === 'ping')
    return { isReadable: true, report: pingReport(channel, message, bodyAfterHead(pending.body)), notes: [] };
  const heard = await hearInbound(pending.body, channel.kind === 'mail' ? 'message/rfc822' : 'text/plain');
  const { product, reports } = heard;
  if (product !== null && reports.length === 0) {
    const notes = [`A message of ${product} that reports no run.`];
    return { isReadable: true, report: messageReport(channel, message, [], ''), notes };
  }
  const reason = whyUndecided(reports, channel.product);
  if (reason !== null) return { isReadable: false, reason };
  const runName = await runNameOf(tx, mspId, pending, channel.kind, reports);
  return ofOurTime(messageReport(channel, message, reports, runName), pending.receivedAt.getTime());
}

/** Runs of long ago are left out, and so are the points that they claim: an old mail, or a device whose clock has stopped. */
function ofOurTime(report: NormalisedReport, receivedAt: number): ReadMessage {
  const runs = report.runs.filter((run) => runInstant(run, receivedAt) >= receivedAt - RUN_AGE_MAX);
  if (runs.length === report.runs.length) return { isReadable: true, report, notes: [] };
  const reason = 'It tells of a run of more than 14 months ago: the clock of the device may be wrong.';
  if (runs.length === 0) return { isReadable: false, reason };
  const keys = new Set(runs.flatMap((run) => run.point_keys));
  const points = report.recovery_points.filter((point) => keys.has(point.point_key));
  return { isReadable: true, report: { ...report, runs, recovery_points: points }, notes: [reason] };
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
