import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ATTACHMENT_BYTES_MAX, attachmentName, sniffAttachment } from './attachment';

const bytes = (...parts: (string | Uint8Array | readonly number[])[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );

function chunk(type: string, data: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return bytes(length, type, data, [0, 0, 0, 0]);
}
function png(width = 1, height = 1, after: Uint8Array = bytes()): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  return bytes(
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc(2))),
    chunk('IEND', bytes()),
    after,
  );
}
const PDF = bytes('%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n');
const JPEG = bytes([0xff, 0xd8, 0xff, 0xe0], 'JFIF and a picture', [0xff, 0xd9]);
/** The end of a ZIP's directory: what makes a file of any kind a ZIP as well. */
const ZIP_END = bytes('PK\u0005\u0006', new Uint8Array(18));
const ZIP = bytes('PK\u0003\u0004', new Uint8Array(60), ZIP_END);

describe('an attachment that is taken', () => {
  test.each<[string, Uint8Array | string, string]>([
    ['report.pdf', PDF, 'application/pdf'],
    ['screen.png', png(), 'image/png'],
    ['photo.JPEG', JPEG, 'image/jpeg'],
    ['restore.log', 'restored 12 files\n\u001b[32mok\u001b[0m\n', 'text/plain'],
    ['compare.json', '{"matched": 12}', 'application/json'],
    ['rows.csv', 'table;rows\norders;12\nlines;40\n', 'text/csv'],
    ['compare.jsonl', '{"a":1}\n{"a":2}\n', 'text/plain'],
    ['größe.txt', 'größer als 3 < 4 und 5 > 4', 'text/plain'],
  ])('%s is known by its bytes', (name, content, mediaType) => {
    const given = typeof content === 'string' ? Buffer.from(content) : content;
    expect(sniffAttachment(name, given)).toEqual({ isAccepted: true, mediaType });
  });
});

describe('an attachment that is refused', () => {
  test.each<[string, string, Uint8Array | string, RegExp]>([
    ['of no bytes', 'a.txt', '', /empty/],
    ['of blanks', 'a.txt', ' \n\t\n', /empty/],
    ['too large', 'a.txt', Buffer.alloc(ATTACHMENT_BYTES_MAX + 1, 'a'), /4 MiB/],
    ['a web page', 'a.txt', '<!doctype html><p>hello', /web page/],
    ['a web page behind a mark and blanks', 'a.txt', '\n  <html><body>', /web page/],
    ['a script within a text', 'a.txt', 'restored <ScRiPt src=//evil> fine', /web page/],
    ['a drawing', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', /drawing/],
    ['a drawing called a picture', 'a.png', '<?xml version="1.0"?><svg/>', /drawing/],
    ['an archive', 'a.zip', ZIP, /no PDF/],
    ['an archive called a log', 'a.log', ZIP, /no PDF/],
    ['a bomb that unpacks to 100 MiB', 'a.json', gzipSync(Buffer.alloc(100 * 1024 ** 2)), /no PDF/],
    ['a picture that unpacks to 10 gigapixels', 'a.png', png(100_000, 100_000), /50 million/],
    ['a picture that is an archive too', 'a.png', png(1, 1, ZIP), /follows the picture/],
    [
      'a picture with a script behind it',
      'a.png',
      png(1, 1, bytes('<script>1</script>')),
      /follows the picture/,
    ],
    [
      'a photo that is an archive too',
      'a.jpg',
      bytes(JPEG.subarray(0, -2), ZIP_END, [0xff, 0xd9]),
      /archive/,
    ],
    ['a photo with a page behind it', 'a.jpg', bytes(JPEG, '<html>'), /follows the picture/],
    ['a PDF that is an archive too', 'a.pdf', bytes(PDF.subarray(0, -6), ZIP, '%%EOF\n'), /archive/],
    ['a PDF behind something else', 'a.pdf', bytes([0, 0], PDF), /no PDF/],
    ['a PDF that is cut off', 'a.pdf', bytes('%PDF-1.7\n'), /cut off/],
    ['a picture that is cut off', 'a.png', png().subarray(0, -12), /cut off/],
    ['a program', 'a.txt', bytes('MZ', [0x90, 0, 3, 0]), /no PDF/],
    ['a text of another encoding', 'a.txt', bytes([0xff, 0xfe, 0x61, 0x00]), /no PDF/],
    ['a PDF called a picture', 'a.png', PDF, /name does not fit.*a PDF/],
    ['a picture without an ending', 'screen', png(), /name does not fit/],
    ['a text called a PDF', 'a.pdf', 'hello', /name does not fit.*text/],
    ['a text called a program', 'a.html', 'hello', /name does not fit/],
  ])('%s', (_, name, content, why) => {
    const given = typeof content === 'string' ? Buffer.from(content) : content;
    const sniffed = sniffAttachment(name, given);
    expect(sniffed.isAccepted ? 'accepted' : sniffed.why).toMatch(why);
  });
});

test.each([
  ['../../etc/passwd.txt', 'passwd.txt'],
  ['C:\\temp\\a.log', 'a.log'],
  ['a"b<c>.txt', 'a_b_c_.txt'],
  ['.png', '.png'],
  ['', 'attachment'],
  ['gpj.\u202Etxt', 'gpj.\uFFFDtxt'],
])('the name %j is kept as %j', (given, kept) => {
  expect(attachmentName(given)).toBe(kept);
});

test('no name is longer than the database takes, and its ending stays', () => {
  const name = attachmentName(`${'😀'.repeat(400)}.png`);
  expect(name.endsWith('.png')).toBe(true);
  expect(name.length).toBeLessThanOrEqual(150);
});
