import type { z } from 'zod';
import { agentReport, type AgentReport } from '@/contract/report';
import { inflateReport, NotInflatable } from './inflate-report';
import { parseStrictJson, UnreadableJson } from './strict-json';

/** What the signed headers say of a report; its body must say the same. */
export interface ReportIdentity {
  readonly agentId: string;
  readonly epoch: string;
  readonly sequence: number;
}

export type ReadReport = { isReadable: true; report: AgentReport } | { isReadable: false; reason: string };

/** Reads a delivery's bytes as a report; unreadable ones give the reason in a sentence and never throw. */
export async function readReport(
  body: Buffer,
  encoding: 'identity' | 'gzip',
  identity: ReportIdentity,
): Promise<ReadReport> {
  try {
    return readJson(await inflateReport(body, encoding), identity);
  } catch (error) {
    return unreadable(error);
  }
}

/**
 * Why a delivery cannot be read, in a sentence; null: it can, or it inflates to more than `parseBytesMax` and only the
 * inflation was tried.
 */
export async function whyUnreadable(
  body: Buffer,
  encoding: 'identity' | 'gzip',
  identity: ReportIdentity,
  parseBytesMax: number,
): Promise<string | null> {
  try {
    const json = await inflateReport(body, encoding);
    if (json.length > parseBytesMax) return null;
    const read = readJson(json, identity);
    return read.isReadable ? null : read.reason;
  } catch (error) {
    const read = unreadable(error);
    return read.isReadable ? null : read.reason;
  }
}

/** One complaint is enough: a hostile report has millions of faults, and each would be described. */
const FIRST_FAULT = { reportInput: false, abortEarly: true };

function readJson(json: Buffer, identity: ReportIdentity): ReadReport {
  const parsed = agentReport.safeParse(parseStrictJson(json), FIRST_FAULT);
  if (!parsed.success) return { isReadable: false, reason: complaint(parsed.error) };
  const other = otherThanHeaders(parsed.data, identity);
  if (other) return { isReadable: false, reason: `The report's ${other} is not the one it was signed for.` };
  return { isReadable: true, report: parsed.data };
}

function unreadable(error: unknown): ReadReport {
  if (error instanceof NotInflatable || error instanceof UnreadableJson)
    return { isReadable: false, reason: `The report cannot be read: ${error.message}.` };
  throw error;
}

function otherThanHeaders(report: AgentReport, identity: ReportIdentity): string | null {
  if (report.agent.id !== identity.agentId) return 'agent';
  if (report.epoch !== identity.epoch) return 'epoch';
  if (report.sequence !== identity.sequence) return 'sequence';
  return null;
}

/** Names the place, never the value: it came from outside. */
function complaint(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = issue ? issue.path.map(String).join('.').slice(0, 200) : '';
  return `The report does not follow schema 1.0${place ? `: "${place}" is not as it must be` : ''}.`;
}
