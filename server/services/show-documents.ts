import { type DocumentSubject, isForLeaders, isWithin } from '@/domain/report/shown-to';
import { findClient } from '../data/clients';
import type { Database, Tx } from '../data/database';
import { type DocumentFileKind, listReadyDocuments, type ReadyDocument } from '../data/documents';
import { type EvidenceView, evidenceView } from '../data/evidence-view';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { downloadDocument, type DownloadedFile } from './ask-for-documents';
import type { Auditor } from './use-evidence-room';

/** What a leader gets of one company: reports and certificates that are ready, newest first. */
export async function listLeaderDocuments(tx: Tx, mspId: string, clientId: string): Promise<ReadyDocument[]> {
  const ready = await listReadyDocuments(tx, mspId, { clientId });
  return ready.filter((document) => isForLeaders(subjectOf(document)));
}

/** What an auditor gets of one client: documents that speak of nothing outside the grant's period, newest first. */
export async function listGrantedDocuments(
  tx: Tx,
  view: EvidenceView,
  grant: Auditor['grant'],
): Promise<ReadyDocument[]> {
  const ready = await listReadyDocuments(tx, view.mspId, { clientId: view.client.clientId });
  return ready.filter((document) => isWithin(subjectOf(document), periodOf(view, grant)));
}

/**
 * Hands a leader the PDF of a document of their company. The download is in the log.
 * @throws AppError `not-found` for any that is not theirs, as for one that is not there
 */
export async function downloadForLeader(
  database: Database,
  scope: TenantScope,
  documentId: string,
): Promise<DownloadedFile> {
  await database.inScope(scope, async (tx) => {
    const document = await readyDocument(tx, scope, documentId);
    const isServed = (await findClient(tx, scope.mspId, document.clientId)) !== null;
    if (!isServed || !isForLeaders(subjectOf(document))) throw nothingHere();
  });
  return downloadDocument(database, scope, documentId, 'pdf');
}

/**
 * Hands an auditor a file of a document within their grant. The download is in the log.
 * @throws AppError `not-found` for any that is outside the grant, as for one that is not there
 */
export async function downloadForAuditor(
  database: Database,
  { scope, grant }: Auditor,
  documentId: string,
  kind: DocumentFileKind,
): Promise<DownloadedFile> {
  await database.inScope(scope, async (tx) => {
    const document = await readyDocument(tx, scope, documentId);
    const view = await evidenceView(tx, scope, grant, document.clientId);
    if (!view || !isWithin(subjectOf(document), periodOf(view, grant))) throw nothingHere();
  });
  return downloadDocument(database, scope, documentId, kind);
}

async function readyDocument(tx: Tx, { mspId }: TenantScope, documentId: string): Promise<ReadyDocument> {
  const [document] = await listReadyDocuments(tx, mspId, { documentId });
  if (!document) throw nothingHere();
  return document;
}

function subjectOf({ request, testedAt }: ReadyDocument): DocumentSubject {
  return { request, testedAt: testedAt?.getTime() ?? null };
}

function periodOf({ from, to }: EvidenceView, { periodFrom, periodTo }: Auditor['grant']) {
  return { firstDay: periodFrom, lastDay: periodTo, from: from.getTime(), to: to.getTime() };
}
