import { cutText } from '../text/cut-text';
import { visibleText } from '../text/visible-text';

export const ATTACHMENT_BYTES_MAX = 4 * 1024 ** 2;
export const ATTACHMENTS_MAX = 10;
/** Of one request: what a browser sends at once. */
export const ATTACHED_BYTES_MAX = 6 * 1024 ** 2;
/** Of all records of an MSP. */
export const ATTACHMENT_QUOTA_BYTES = 2 * 1024 ** 3;

const EXTENSIONS = {
  'application/pdf': ['pdf'],
  'image/png': ['png'],
  'image/jpeg': ['jpg', 'jpeg'],
  'application/json': ['json', 'jsonl', 'txt', 'log'],
  'text/csv': ['csv', 'txt', 'log'],
  'text/plain': ['txt', 'log', 'csv', 'json', 'jsonl', 'md'],
} as const;
type AttachmentType = keyof typeof EXTENSIONS;

/** Of a picture. A viewer has to unpack it whole. */
const PIXELS_MAX = 50_000_000;

export type SniffedAttachment =
  | { readonly isAccepted: true; readonly mediaType: AttachmentType }
  | { readonly isAccepted: false; readonly why: string };

/**
 * What a file is by its bytes; its name has only to agree. Accepted are PDF, PNG, JPEG and text (plain, CSV, JSON), each whole from its
 * first byte to its last: a file that is two things at once, a web page, a program or an archive is refused, whatever it is called.
 */
export function sniffAttachment(name: string, content: Uint8Array): SniffedAttachment {
  if (content.length === 0) return refused('It is empty.');
  if (content.length > ATTACHMENT_BYTES_MAX) return refused('It is larger than 4 MiB.');
  const sniffed = sniff(content);
  if (!sniffed.isAccepted) return sniffed;
  const extension = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase();
  const fitting: readonly string[] = EXTENSIONS[sniffed.mediaType];
  if (extension === undefined || !fitting.includes(extension))
    return refused(`Its name does not fit its content, which is ${NAMES[sniffed.mediaType]}.`);
  return sniffed;
}

const NAMES: Readonly<Record<AttachmentType, string>> = {
  'application/pdf': 'a PDF',
  'image/png': 'a PNG picture',
  'image/jpeg': 'a JPEG picture',
  'application/json': 'JSON',
  'text/csv': 'CSV',
  'text/plain': 'text',
};

/** A file's name without folders and without what hides, at most 150 characters. */
export function attachmentName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? '';
  const name = visibleText(last.normalize('NFC'))
    .replaceAll(/["<>|:*?]/g, '_')
    .trim();
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot).slice(0, 9) : '';
  const stem = cutText(dot > 0 ? name.slice(0, dot) : name, 130);
  return `${stem || 'attachment'}${extension}`;
}

function sniff(content: Uint8Array): SniffedAttachment {
  if (holds(content, 0, [0x25, 0x50, 0x44, 0x46, 0x2d])) return sniffPdf(content);
  if (holds(content, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return sniffPng(content);
  if (holds(content, 0, [0xff, 0xd8, 0xff])) return sniffJpeg(content);
  return sniffText(content);
}

function sniffPdf(content: Uint8Array): SniffedAttachment {
  if (!latin(content.subarray(-1024)).includes('%%EOF')) return refused('The PDF is cut off.');
  if (hasArchive(content)) return refused('It is an archive as well as a PDF.');
  return { isAccepted: true, mediaType: 'application/pdf' };
}

/** Walks its chunks: they have to end exactly where the file does. */
function sniffPng(content: Uint8Array): SniffedAttachment {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (content.length < 45 || latin(content.subarray(12, 16)) !== 'IHDR') return refused('The PNG is broken.');
  if (view.getUint32(16) * view.getUint32(20) > PIXELS_MAX)
    return refused('The picture has more than 50 million pixels.');
  let at = 8;
  while (at + 12 <= content.length) {
    const length = view.getUint32(at);
    const type = latin(content.subarray(at + 4, at + 8));
    at += 12 + length;
    if (type === 'IEND')
      return at === content.length
        ? { isAccepted: true, mediaType: 'image/png' }
        : refused('Something else follows the picture.');
  }
  return refused('The PNG is cut off.');
}

function sniffJpeg(content: Uint8Array): SniffedAttachment {
  if (!holds(content, content.length - 2, [0xff, 0xd9]))
    return refused('The JPEG is cut off, or something else follows the picture.');
  if (hasArchive(content)) return refused('It is an archive as well as a picture.');
  return { isAccepted: true, mediaType: 'image/jpeg' };
}

/** What a browser, were it asked to guess, would run. */
const MARKUP = /<\s*(?:!doctype|\?xml|html|head|body|svg|script|iframe|object|embed|meta|link|style|form)\b/i;

function sniffText(content: Uint8Array): SniffedAttachment {
  const text = decoded(content);
  if (text === null || hasControls(text))
    return refused('It is no PDF, PNG, JPEG or text. Attach a picture or an export of it.');
  if (text.trimStart().startsWith('<') || MARKUP.test(text))
    return refused('It is a web page or a drawing with code. Attach it as a PDF or a picture.');
  if (text.trim() === '') return refused('It is empty.');
  if (isJson(text)) return { isAccepted: true, mediaType: 'application/json' };
  return { isAccepted: true, mediaType: isCsv(text) ? 'text/csv' : 'text/plain' };
}

function decoded(content: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return null;
  }
}

/** All but tab, line feed, form feed, carriage return, and the escape that coloured logs hold. */
function hasControls(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  return /[\0-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/.test(text);
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** At least two lines that all have the same number of commas, semicolons or tabs. */
function isCsv(text: string): boolean {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (lines.length < 2) return false;
  return [',', ';', '\t'].some((mark) => {
    const counts = new Set(lines.map((line) => line.split(mark).length));
    return counts.size === 1 && !counts.has(1);
  });
}

/** The end of a ZIP's directory, which stands in the last 64 KiB of whatever is one too. */
function hasArchive(content: Uint8Array): boolean {
  return latin(content.subarray(-65_557)).includes('PK\u0005\u0006');
}

function holds(content: Uint8Array, at: number, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => content[at + index] === byte);
}

function latin(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

function refused(why: string): SniffedAttachment {
  return { isAccepted: false, why };
}
