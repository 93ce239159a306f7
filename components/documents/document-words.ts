import { DOCUMENT_KIND_WORD, type DocumentState } from '@/domain/report/document';
import type { DocumentRequest } from '@/domain/report/document-request';
import { rangeWords } from '@/domain/report/period';
import { monthWords } from '@/domain/report/words';

export const DOCUMENT_STATE_WORD: Readonly<Record<DocumentState, string>> = {
  waiting: 'Waiting',
  rendering: 'Being made',
  ready: 'Ready',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** What was asked for: 'Executive report, October 2026'. */
export function requestText(request: DocumentRequest): string {
  const kind = DOCUMENT_KIND_WORD[request.kind];
  switch (request.kind) {
    case 'executive-report':
      return `${kind}, ${monthWords(request.month)}`;
    case 'evidence-pack':
      return `${kind}, ${request.framework}, ${rangeWords(request)}`;
    case 'restore-certificate':
      return kind;
  }
}
