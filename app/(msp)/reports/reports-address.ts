import { z } from 'zod';
import { DOCUMENT_KINDS } from '@/domain/report/document';
import type { DocumentsView } from '@/server/data/documents';
import { first, type GivenParameters, listParameters } from '../list-address';

const parameters = z.object({
  ...listParameters,
  kind: first.pipe(z.enum(DOCUMENT_KINDS)).nullable().catch(null),
});

/** Reads the parameters of the list of documents; what is not understood is left at its preset. */
export function readReportsAddress(given: GivenParameters): DocumentsView {
  const { q, client, kind, page } = parameters.parse(given);
  return { search: q, clientId: client, kind, page };
}

/** The address of a view; presets are left out. */
export function reportsHref(view: DocumentsView, changed: Partial<DocumentsView> = {}): string {
  const { search, clientId, kind, page } = { ...view, ...changed };
  const query = new URLSearchParams({
    ...(search !== '' && { q: search }),
    ...(clientId !== null && { client: clientId }),
    ...(kind !== null && { kind }),
    ...(page > 1 && { page: String(page) }),
  });
  return query.size > 0 ? `/reports?${query}` : '/reports';
}
