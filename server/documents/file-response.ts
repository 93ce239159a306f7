import type { DownloadedFile } from '../services/ask-for-documents';

const TYPES = {
  pdf: 'application/pdf',
  facts: 'application/json',
  bundle: 'application/vnd.etsi.asic-e+zip',
} as const;

/** A file of a document as an answer: always saved, never shown in the page's own origin. */
export function fileResponse({ content, kind, name }: DownloadedFile): Response {
  return new Response(new Uint8Array(content), {
    headers: {
      'content-type': TYPES[kind],
      'content-length': String(content.length),
      'content-disposition': `attachment; filename="${name}"`,
    },
  });
}
