import { withApiKey } from '@/server/auth/with-route';
import { listApiDocuments } from '@/server/data/evidence-api';
import { webDatabase } from '@/server/data/web-database';
import { askedSlice, sliceResponse } from '../asked-slice';
import { keepFields } from '../keep-fields';

/** Signed documents that are ready, with the hash of each PDF; docs/evidence-api.md. */
export const GET = withApiKey({}, async ({ request, scope }) => {
  const slice = askedSlice(request, 500);
  const documents = await listApiDocuments(webDatabase(), scope, slice, new Date());
  const data = documents.map(({ request: { kind, ...about }, ...document }) => ({
    document_id: document.documentId,
    client_id: document.clientId,
    kind,
    title: document.title,
    about,
    pages: document.pages,
    finished_at: new Date(document.finishedAt).toISOString(),
    pdf_sha256: document.pdfSha256,
    pdf_bytes: document.pdfBytes,
    ...keepFields(document.keep),
  }));
  return sliceResponse(data, slice, documents.at(-1)?.documentId);
});
