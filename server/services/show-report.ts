import { textOf } from '@/domain/history/file-text';
import { cutText } from '@/domain/text/cut-text';
import { visibleLines } from '@/domain/text/visible-text';
import type { Database } from '../data/database';
import {
  findRawReport,
  listAgentPublicKeys,
  listDerivedFacts,
  readRawReportBody,
  type AgentPublicKey,
  type DerivedFact,
  type RawReport,
} from '../data/raw-reports';
import { type KeptRuleUse, listRuleUses } from '../data/message-rules';
import type { TenantScope } from '../tenancy/tenant-scope';
import { indentJson } from './indent-json';
import { findSigningKey } from './find-signing-key';
import { inflateReport } from './inflate-report';
import { readableMessage, type ReadableMessage } from './readable-message';
import { proveSealedReport, type ReportProof } from './seal-reports';

/** Characters of a report that a page shows. */
const TEXT_MAX = 200_000;
/** Of a file that somebody brought in; an even number, so that no letter of UTF-16 is cut. */
const FILE_BYTES_SHOWN = 400_000;

/** A report for people: what became of it, what rests on it, and its content. */
export interface ShownReport {
  readonly report: RawReport;
  readonly derived: readonly DerivedFact[];
  /** Which rules said something of it, the one that counts first; none of what a parser read. */
  readonly ruleUses: readonly KeptRuleUse[];
  /** The key of its agent that the signature was checked with just now; null: none fits, or its bytes are deleted. */
  readonly signingKey: AgentPublicKey | null;
  /** What it says as a channel's message, which nobody signed; null: it is an agent's report. */
  readonly message: ReadableMessage | null;
  /** What the seal of its day says of it. */
  readonly proof: ReportProof;
  /** Its content in lines; as it came where it is no JSON; '' of a message, and once it is deleted. */
  readonly text: string;
  /** Whether what is shown is all of it. */
  readonly isWhole: boolean;
  readonly now: number;
}

/** null: not there, or another MSP's. */
export async function showReport(
  database: Database,
  scope: TenantScope,
  rawReportId: string,
): Promise<ShownReport | null> {
  const { mspId } = scope;
  const found = await database.inScope(scope, async (tx) => {
    const report = await findRawReport(tx, mspId, rawReportId);
    const content = report && (await readRawReportBody(tx, mspId, rawReportId));
    if (!report || !content) return null;
    const keys = await listAgentPublicKeys(tx, mspId, report.agentId);
    const ruleUses = await listRuleUses(tx, mspId, rawReportId);
    return { report, content, keys, ruleUses, derived: await listDerivedFacts(tx, mspId, report) };
  });
  if (!found) return null;
  const { report, derived, ruleUses, content, keys } = found;
  const body = Buffer.from(content.body);
  const message = report.deleted ? deletedMessageOf(report) : await messageOf(report, body);
  const text = message || report.deleted ? '' : inLines(await readableText(body, content.contentEncoding));
  const proof = await proveSealedReport(database, scope, report);
  const isWhole = message ? message.isWhole : text.length <= TEXT_MAX;
  return {
    report,
    derived,
    ruleUses,
    signingKey: message || report.deleted ? null : findSigningKey(report, content.body, keys),
    message,
    proof,
    text: visibleLines(cutText(text, TEXT_MAX)),
    isWhole,
    now: Date.now(),
  };
}

/** What is left of the words of a message. */
function deletedMessageOf({ channel }: RawReport): ReadableMessage | null {
  return channel === 'agent' ? null : { head: '', texts: [], isWhole: true };
}

async function messageOf({ channel }: RawReport, body: Buffer): Promise<ReadableMessage | null> {
  if (channel === 'agent') return null;
  if (channel !== 'import') return readableMessage(channel, body);
  const { text } = textOf(body.subarray(0, FILE_BYTES_SHOWN));
  return {
    head: '',
    texts: [visibleLines(cutText(text, TEXT_MAX))],
    isWhole: body.length <= FILE_BYTES_SHOWN && text.length <= TEXT_MAX,
  };
}

/** What cannot be inflated is shown by its first bytes. */
async function readableText(body: Buffer, encoding: 'identity' | 'gzip'): Promise<string> {
  try {
    return (await inflateReport(body, encoding)).toString('utf8');
  } catch {
    return `${body.subarray(0, 512).toString('hex')} …`;
  }
}

function inLines(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  return indentJson(text, TEXT_MAX);
}
