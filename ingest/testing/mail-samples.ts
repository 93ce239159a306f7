import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const SAMPLES = path.resolve(import.meta.dirname, '../../test/samples/mail');

export interface MailSample {
  readonly file: string;
  readonly raw: Buffer;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Every mail that was collected, with what it says. */
export function mailSamples(): MailSample[] {
  return readdirSync(SAMPLES)
    .filter((file) => file.endsWith('.eml'))
    .map((file) => ({
      file,
      raw: readFileSync(path.join(SAMPLES, file)),
      expected: JSON.parse(readFileSync(path.join(SAMPLES, `${file}.expected.json`), 'utf8')) as Record<
        string,
        unknown
      >,
    }));
}

/** A mail with a file beside its text, which makes it as long as told. */
export function withFile(raw: Buffer, length: number): Buffer {
  const text = raw.toString('latin1');
  const [head = '', ...body] = text.split('\r\n\r\n');
  const type = /^content-type:.*(?:\r\n[ \t].*)*/im.exec(head)?.[0] ?? 'Content-Type: text/plain';
  const before = [
    head.replace(type, 'Content-Type: multipart/mixed; boundary=outer'),
    '',
    '--outer',
    type,
    '',
    body.join('\r\n\r\n'),
    '--outer',
    'Content-Type: application/pdf; name=log.pdf',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment',
    '',
    '',
  ].join('\r\n');
  const after = '\r\n--outer--\r\n';
  const line = `${'QUJD'.repeat(19)}\r\n`;
  const room = length - before.length - after.length;
  const file = line.repeat(Math.ceil(room / line.length)).slice(0, room);
  return Buffer.from(before + file + after, 'latin1');
}
