import { Download } from 'lucide-react';
import { type Keep, keepSentence } from '@/domain/evidence/keep-until';
import type { DocumentState } from '@/domain/report/document';
import type { DocumentRequest } from '@/domain/report/document-request';
import { sizeWords } from '@/domain/report/words';
import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { SendButton } from '../forms/send-button';
import { dayText } from '../format/words';
import { buttonClass } from '../ui/button';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';
import { DOCUMENT_STATE_WORD, requestText } from './document-words';
import { SendDocumentDialog } from './send-document-dialog';
import type { TemplateChoice } from './template-field';

interface DocumentRow {
  readonly documentId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly request: DocumentRequest;
  readonly state: DocumentState;
  readonly progress: number;
  readonly requestedByName: string;
  readonly requestedAt: Date;
  readonly problem: string | null;
  readonly title: string | null;
  readonly pages: number | null;
  readonly pdfSha256: string | null;
  readonly pdfBytes: number | null;
  readonly hasBundle: boolean;
  readonly isStamped: boolean;
  readonly keep: Keep;
}

interface Props {
  documents: readonly DocumentRow[];
  mayMake: boolean;
  /** Templates whose reports have somebody to begin with. */
  templates?: readonly TemplateChoice[];
  timeZone: string;
  now: Instant;
}

/** Documents with their state, their files and what can be done about them. */
export function DocumentTable({ documents, mayMake, templates = [], timeZone, now }: Props) {
  const head = (
    <>
      <Th>Document</Th>
      <Th>State</Th>
      <Th>Asked for</Th>
      <Th className="relative text-right">
        <span className="sr-only">Files and actions</span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {documents.map((document) => (
        <Tr key={document.documentId}>
          <Td at="first" className="max-w-[60ch]">
            <span className="[overflow-wrap:anywhere] whitespace-normal">
              {requestText(document.request)}
              <MadeWith request={document.request} />
            </span>
            <span className="text-ink-3 block text-xs [overflow-wrap:anywhere] whitespace-normal">
              <TextLink href={`/clients/${document.clientId}`} className="underline">
                {document.clientName}
              </TextLink>
              <Facts document={document} timeZone={timeZone} />
            </span>
          </Td>
          <Td at="first-right">
            <State document={document} />
          </Td>
          <Td at="second">
            <Moment at={document.requestedAt.getTime()} timeZone={timeZone} now={now} isShort />{' '}
            <span className="text-ink-3 block text-xs">{document.requestedByName}</span>
          </Td>
          <Td at="third" className="text-right @max-2xl:text-left">
            <Actions document={document} mayMake={mayMake} templates={templates} />
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** The MSP's own name of a template is for the MSP: clients and auditors see what is in the document. */
function MadeWith({ request }: Pick<DocumentRow, 'request'>) {
  if (request.kind !== 'executive-report' || !request.template) return null;
  return <span className="text-ink-2"> · {request.template.name}</span>;
}

interface FactsProps {
  document: DocumentRow;
  timeZone: string;
}

function Facts({ document, timeZone }: FactsProps) {
  const { pages, pdfBytes, pdfSha256, isStamped, problem, keep } = document;
  if (problem !== null) return <span className="text-bad block">{problem}</span>;
  if (pages === null || pdfBytes === null || pdfSha256 === null) return null;
  return (
    <>
      {` · ${pages} ${pages === 1 ? 'page' : 'pages'}, ${sizeWords(pdfBytes)}${isStamped ? ', time-stamped' : ''} · SHA-256 `}
      <span className="font-mono" title={pdfSha256}>
        {pdfSha256.slice(0, 16)}…
      </span>
      <span className="block">Kept {keepSentence(keep, (at) => dayText(at, timeZone))}</span>
    </>
  );
}

function State({ document: { state, progress } }: { document: DocumentRow }) {
  const word = DOCUMENT_STATE_WORD[state];
  switch (state) {
    case 'ready':
      return <Mark tone="ok">{word}</Mark>;
    case 'failed':
      return <Mark tone="bad">{word}</Mark>;
    case 'waiting':
    case 'cancelled':
      return <span className="text-ink-2">{word}</span>;
    case 'rendering':
      return (
        <span className="text-ink-2 inline-flex items-center gap-2 tabular-nums">
          {word}
          <progress max={100} value={progress} aria-label={word} className="h-1.5 w-20" />
          {progress} %
        </span>
      );
  }
}

function Actions({
  document,
  mayMake,
  templates,
}: {
  document: DocumentRow;
  mayMake: boolean;
  templates: readonly TemplateChoice[];
}) {
  const { documentId, state, request, clientName } = document;
  const name = `${requestText(request)}, ${clientName}`;
  const address = `/api/v1/documents/${documentId}`;
  const madeWith = request.kind === 'executive-report' ? request.template?.templateId : undefined;
  const recipients = templates.find(({ templateId }) => templateId === madeWith)?.recipients;
  if (state === 'ready')
    return (
      <span className="inline-flex flex-wrap gap-1.5">
        <File href={`${address}/files/pdf`} label={`Download the PDF of ${name}`} text="PDF" />
        <File href={`${address}/files/facts`} label={`Download the facts of ${name}`} text="JSON" />
        {document.hasBundle && (
          <File href={`${address}/files/bundle`} label={`Download the bundle of ${name}`} text="Bundle" />
        )}
        {mayMake && <SendDocumentDialog documentId={documentId} name={name} recipients={recipients} />}
      </span>
    );
  if (!mayMake) return null;
  const isUnder = state === 'waiting' || state === 'rendering';
  return isUnder ? (
    <SendButton
      method="POST"
      address={`${address}/cancellation`}
      label={`Cancel ${name}`}
      done="It is cancelled."
    >
      Cancel
    </SendButton>
  ) : (
    <SendButton
      method="POST"
      address={`${address}/retry`}
      label={`Make ${name} again`}
      done="It is made again."
    >
      Make again
    </SendButton>
  );
}

/** A plain link: what it answers with is a file, no page. */
function File({ href, label, text }: { href: string; label: string; text: string }) {
  return (
    <a href={href} download aria-label={label} className={buttonClass('quiet', 'h-7 px-2')}>
      <Download size={13} aria-hidden="true" /> {text}
    </a>
  );
}
