import { describe, expect, test } from 'vitest';
import { readMail } from './read-mail';
import { createMailReader, readablePart } from './readable-part';

const bytes = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1');
const TOP = ['Subject: x', 'Content-Type: multipart/mixed; boundary="outer"', '', 'preface', '--outer'];
const TEXT = ['Content-Type: text/plain', '', 'what it says', '--outer'];
const FILE = ['Content-Type: application/pdf; name=log.pdf', 'Content-Transfer-Encoding: base64', ''];
const LONG = 'QUJD'.repeat(19);

describe('the part of a mail that is read', () => {
  test('is the mail itself where nothing was sent along', () => {
    const raw = bytes(...TOP, ...TEXT.slice(0, -1), '--outer--', '');
    expect(readablePart(raw).equals(raw)).toBe(true);
    expect(readablePart(Buffer.alloc(0))).toHaveLength(0);
  });

  test('lacks the content of files, and nothing that follows them', async () => {
    const file = Array.from({ length: 100_000 }, () => LONG);
    const raw = bytes(...TOP, ...FILE, ...file, '--outer', ...TEXT, ...FILE, LONG, '--outer--', '');
    const part = readablePart(raw);
    expect(Buffer.from(part).toString()).toBe(
      bytes(...TOP, ...FILE, '--outer', ...TEXT, ...FILE, '--outer--', '').toString(),
    );
    const [text] = await readMail(raw);
    expect(text).toMatchObject({ subject: 'x', body: expect.stringMatching(/^what it says\s*$/) });
  });

  test.each([
    [
      'in a part within a part',
      [
        'Content-Type: multipart/alternative;',
        ' boundary=inner',
        '',
        '--inner',
        ...TEXT.slice(0, 3),
        '--inner--',
      ],
    ],
    ['in a mail that was forwarded', ['Content-Type: message/rfc822', '', 'Subject: y', '', 'what it says']],
    ['without a type', ['', 'what it says']],
    [
      'after a line that looks like a boundary',
      ['', '--other', 'Content-Type: application/pdf', '', 'what it says'],
    ],
  ])('holds the text %s', (_, part) => {
    const raw = bytes(...TOP, ...part, '--outer', ...FILE, LONG, '--outer--');
    const kept = Buffer.from(readablePart(raw)).toString();
    expect(kept).toContain('what it says');
    expect(kept).not.toContain(LONG);
  });

  test.each([1, 2, 7, 77, 1001, 4096])('is the same in pieces of %d bytes', (length) => {
    const raw = bytes(
      ...TOP,
      ...FILE,
      LONG.repeat(40),
      LONG,
      '--outer',
      ...TEXT,
      ...FILE,
      LONG,
      '--outer--',
      '',
    );
    const reader = createMailReader();
    for (let from = 0; from < raw.length; from += length) reader.add(raw.subarray(from, from + length));
    expect(reader.end().toString()).toBe(readablePart(raw).toString());
  });

  test('is nothing where its text is longer than anybody writes', () => {
    const text = Buffer.from('Subject: x\r\n\r\n');
    const line = Buffer.from(`${'a'.repeat(98)}\r\n`);
    expect(() => readablePart(Buffer.concat([text, ...Array.from({ length: 43_000 }, () => line)]))).toThrow(
      'too long',
    );
    expect(() => readablePart(Buffer.concat([text, Buffer.alloc(300_000, '\r\n')]))).toThrow(
      'too many lines',
    );
    expect(() => readablePart(Buffer.alloc(300_000, 'Subject: x\r\n'))).toThrow('a head of this mail');
    expect(readablePart(Buffer.concat([text, Buffer.alloc(190_000, '\r\n')]))).toHaveLength(190_014);
  });
});
