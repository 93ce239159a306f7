import { z } from 'zod';
import { apiDocuments, ofClientQuery, pageQuery } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { listApiDocuments } from '@/server/data/evidence-api';
import { webDatabase } from '@/server/data/web-database';
import { askForDocument, documentForm } from '@/server/services/ask-for-documents';
import { idCursor, isoOf, LIMIT_PRESET, listAnswer, readQuery } from '../list-answer';

const query = z.strictObject({ ...pageQuery, ...ofClientQuery });

/** The signed documents that are ready, by id, with the hash of each PDF. */
export const GET = withRoute(
  { permission: 'view-documents', query, answer: apiDocuments },
  async ({ request, scope }) => {
    const { cursor, limit = LIMIT_PRESET, clientId = null } = readQuery(request, query);
    const part = { after: idCursor(cursor), limit: limit + 1, clientId };
    const documents = await listApiDocuments(webDatabase(), scope, part, new Date());
    return listAnswer(
      documents,
      limit,
      ({ documentId }) => documentId,
      (one) => ({
        documentId: one.documentId,
        clientId: one.clientId,
        kind: one.kind,
        title: one.title,
        pages: one.pages,
        finishedAt: isoOf(one.finishedAt),
        pdfSha256: one.pdfSha256,
        pdfBytes: one.pdfBytes,
      }),
    );
  },
);

/** Asks for a document. 202 with `{documentIds}`: several where a pack is split by month. */
export const POST = withRoute(
  { permission: 'make-document', body: documentForm },
  async ({ scope, session, body }) => {
    const documentIds = await askForDocument(webDatabase(), scope, session, body, Date.now());
    return Response.json({ documentIds }, { status: 202 });
  },
);
