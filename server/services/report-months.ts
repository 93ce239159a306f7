import { causeTitle } from '@/domain/findings/cause-title';
import { clientSentence } from '@/domain/portal/client-sentence';
import { attachmentOf, dueReport } from '@/domain/portal/monthly-report';
import type { Instant } from '@/domain/time/instant';
import { workerScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import { type Client, findClient, findMsp } from '../data/clients';
import type { Database, Tx } from '../data/database';
import { readKeepTerms } from '../data/evidence-keep';
import { listReportReaders, type ReportReader } from '../data/identity-reports';
import {
  findMonthlyDocument,
  insertMonthlyDocument,
  insertMonthlyReport,
  type MonthlyDocument,
  wasReported,
} from '../data/monthly-reports';
import { type Portal, readPortal } from '../data/portal';
import { lockReports, settleReportHint } from '../data/work-due';
import { monthlyReportNotice } from '../mail/notices';
import { putDocuments } from './ask-for-documents';
import { putMail } from './put-mail';

/** Where its links lead, and whether documents are signed here at all. */
type ReportSettings = Readonly<{ appOrigin: string; canSign: boolean }>;

/** Who asks for the document that goes with the mails. */
export const HOLDFAST = { personId: null, name: 'Holdfast' };

/**
 * Puts the monthly report of an MSP's clients into the outbox for every leader who wanted it when the month began, in the zone of each
 * client, with the executive report of the month as a signed PDF. That is asked for first; the mails go out once it is ready, or
 * without it when it cannot be made or takes too long. Each goes out once, however often and by how many workers this is called: what
 * says so is written with the document and with the mail.
 * @returns how many were put
 */
export async function reportMonths(
  database: Database,
  mspId: string,
  settings: ReportSettings,
  now: Date,
): Promise<number> {
  const scope = workerScope(mspId);
  // First: a document that becomes ready from here on is looked at again.
  await database.inScope(scope, (tx) => settleReportHint(tx, mspId, now));
  const readers = await database.inScope(scope, listReportReaders);
  let count = 0;
  for (const clientId of new Set(readers.flatMap((reader) => reader.clientIds))) {
    const ofClient = readers.filter((reader) => reader.clientIds.includes(clientId));
    count += await reportClient({ database, mspId, settings, now }, clientId, ofClient);
  }
  return count;
}

interface Round {
  readonly database: Database;
  readonly mspId: string;
  readonly settings: ReportSettings;
  readonly now: Date;
}

async function reportClient(
  { database, mspId, settings, now }: Round,
  clientId: string,
  readers: readonly ReportReader[],
): Promise<number> {
  const scope = workerScope(mspId);
  const client = await database.inScope(scope, (tx) => findClient(tx, mspId, clientId));
  if (!client) return 0;
  const { month, startsAt, dueAt } = dueReport(client.timeZone, now.getTime());
  const waiting: ReportReader[] = [];
  for (const reader of readers) {
    const key = { clientId, personId: reader.personId, month };
    const isOld = await database.inScope(scope, (tx) => wasReported(tx, mspId, key));
    if (!isOld && reader.wantedAt.getTime() < dueAt) waiting.push(reader);
  }
  if (waiting.length === 0) return 0;
  const asked = settings.canSign
    ? await database.inScope(scope, (tx) => monthlyDocument(tx, mspId, client, month, now))
    : null;
  const decision = attachmentOf(asked, now.getTime());
  if (decision === 'wait') return 0;
  const portal = await readPortal(database, scope, clientId, now, startsAt);
  if (!portal) return 0;
  const told = {
    ...toldOf(portal, now.getTime()),
    month,
    address: `${settings.appOrigin}/portal/${clientId}`,
    verifyAddress: `${settings.appOrigin}/verify`,
    document: decision === 'attach' ? ('attached' as const) : decision.without,
  };
  const documentId = decision === 'attach' ? (asked?.documentId ?? null) : null;
  let count = 0;
  for (const { personId, email } of waiting)
    await database.inScope(scope, async (tx) => {
      await lockReports(tx, mspId, now);
      const key = { clientId, personId, month };
      if (await wasReported(tx, mspId, key)) return;
      const msp = await findMsp(tx, mspId);
      const mail = {
        to: email,
        ...monthlyReportNotice({ ...told, mspName: msp.name }),
        ...(documentId !== null && { document: { documentId, name: `executive-report-${month}.pdf` } }),
      };
      const mailId = await putMail(tx, mspId, { kind: 'monthly-report', personId }, mail, now.getTime());
      await insertMonthlyReport(tx, mspId, key, mailId, now);
      await appendAuditEvent(tx, {
        action: 'monthly-report.put',
        clientId,
        target: { personId, mailId },
        details: { month, documentId },
      });
      count += 1;
    });
  return count;
}

/** The executive report of a client's month, asked for by the first who looks. */
export async function monthlyDocument(
  tx: Tx,
  mspId: string,
  client: Client,
  month: string,
  now: Date,
): Promise<MonthlyDocument> {
  await lockReports(tx, mspId, now);
  const key = { clientId: client.clientId, month };
  const found = await findMonthlyDocument(tx, mspId, key);
  if (found) return found;
  const requests = [{ kind: 'executive-report', month }] as const;
  const terms = (await readKeepTerms(tx, mspId, [client.clientId], now))(client.clientId);
  const asked = { client, requests, terms };
  const [documentId = ''] = await putDocuments(tx, mspId, HOLDFAST, asked, now.getTime());
  await insertMonthlyDocument(tx, mspId, key, documentId, now);
  return { documentId, askedAt: now.getTime(), state: 'waiting', pdfBytes: null };
}

/** What the mail says of a portal, in plain words. */
function toldOf({ client, counts, changes, openPoints, risks, restoreTests }: Portal, now: Instant) {
  const words = { formatInstant: (at: Instant) => dayOf(at, client.timeZone) };
  const tests = restoreTests.filter(({ level }) => level === 'L4' || level === 'L5');
  const [newest] = tests;
  return {
    clientName: client.name,
    sentence: clientSentence(counts),
    asOf: dayOf(now, client.timeZone),
    better: changes.filter(({ direction }) => direction === 'better').length,
    worse: changes.filter(({ direction }) => direction === 'worse').length,
    openPoints: openPoints.slice(0, 5).map((point) => causeTitle(point, words)),
    openCount: openPoints.length,
    undecidedRisks: risks.filter(({ decision }) => decision === null).length,
    newestTest: newest
      ? `${newest.systemName}, ${dayOf(newest.endedAt, client.timeZone)}: ${newest.result}`
      : null,
  };
}

/** '24 November 2026' in a zone. */
function dayOf(at: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone }).format(at);
}
