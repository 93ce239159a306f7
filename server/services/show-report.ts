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
import type { TenantScope } from '../tenancy/tenant-scope';
import { indentJson } from './indent-json';
import { findSigningKey } from './find-signing-key';
import { inflateReport } from './inflate-report';

/** Characters of a report that a page shows. */
const TEXT_MAX = 200_000;

/** A report for people: what became of it, what rests on it, and its content. */
export interface ShownReport {
  readonly report: RawReport;
  readonly derived: readonly DerivedFact[];
  /** The key of its agent that the signature was checked with just now; null: none fits. */
  readonly signingKey: AgentPublicKey | null;
  /** Its content in lines; as it came where it is no JSON. */
  readonly text: string;
  /** Whether `text` is all of it. */
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
    return { report, content, keys, derived: await listDerivedFacts(tx, mspId, report) };
  });
  if (!found) return null;
  const { report, derived, content, keys } = found;
  const text = inLines(await readableText(Buffer.from(content.body), content.contentEncoding));
  const isWhole = text.length <= TEXT_MAX;
  return {
    report,
    derived,
    signingKey: findSigningKey(report, content.body, keys),
    text: visibleLines(cutText(text, TEXT_MAX)),
    isWhole,
    now: Date.now(),
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
