import { Download } from 'lucide-react';
import type { DocumentRequest } from '@/domain/report/document-request';
import { sizeWords } from '@/domain/report/words';
import type { Instant } from '@/domain/time/instant';
import { buttonClass } from '../ui/button';
import { Moment } from '../ui/moment';
import { requestText } from './document-words';

interface ReadyDocument {
  readonly documentId: string;
  readonly request: DocumentRequest;
  readonly title: string | null;
  readonly pages: number | null;
  readonly finishedAt: Date;
  readonly pdfSha256: string;
  readonly pdfBytes: number;
  readonly hasBundle: boolean;
}

interface Props {
  /** Newest first. */
  documents: readonly ReadyDocument[];
  /** Where each file of a document is had. */
  files: (document: ReadyDocument) => readonly { readonly label: string; readonly href: string }[];
  /** Whether the hash is of use to who looks. */
  hasHash?: boolean;
  timeZone: string;
  now: Instant;
}

/** Documents that are ready, to be saved by somebody who is not of the MSP. */
export function ReadyDocuments({ documents, files, hasHash = false, timeZone, now }: Props) {
  return (
    <ul className="divide-line divide-y">
      {documents.map((document) => (
        <li
          key={document.documentId}
          className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2.5 first:pt-0 last:pb-0"
        >
          <div className="min-w-0">
            <p className="text-13 font-medium [overflow-wrap:anywhere]">
              {document.request.kind === 'restore-certificate'
                ? (document.title ?? requestText(document.request))
                : requestText(document.request)}
            </p>
            <p className="text-ink-3 text-xs">
              <Moment at={document.finishedAt.getTime()} timeZone={timeZone} now={now} isShort />
              {document.pages !== null &&
                `, ${document.pages} ${document.pages === 1 ? 'page' : 'pages'}`},{' '}
              {sizeWords(document.pdfBytes)}, signed
            </p>
            {hasHash && (
              <p className="text-ink-3 font-mono text-xs [overflow-wrap:anywhere]">
                SHA-256 {document.pdfSha256}
              </p>
            )}
          </div>
          <p className="flex flex-wrap gap-1.5">
            {files(document).map(({ label, href }) => (
              <a key={label} href={href} download className={buttonClass()}>
                <Download size={14} aria-hidden /> {label}
                <span className="sr-only"> of {requestText(document.request)}</span>
              </a>
            ))}
          </p>
        </li>
      ))}
    </ul>
  );
}
