import { describe, expect, test } from 'vitest';
import { parseInbound } from './parse-inbound';
import { readablePart } from './readable-part';

const CSV = [
  'Device,Status,Backup Date,Job,Data Size,Client',
  'SRV-1,Success,2026-03-12 03:05:40,Nightly,1.5 GB,Brasshill',
  'SRV-2,Fatal,12/03/2026,Nightly,,Brasshill',
  'SRV-3,Warning,2026-03-12 04:00:00,,,Brasshill',
].join('\r\n');

function mailOf(csv: string, parts: { subject?: string; type?: string; name?: string } = {}): Buffer {
  const {
    subject = 'Backup Report CSV of the night',
    type = 'application/octet-stream',
    name = 'r.csv',
  } = parts;
  return Buffer.from(
    [
      'From: s@acme.example',
      `Subject: ${subject}`,
      'Content-Type: multipart/mixed; boundary=x',
      '',
      '--x',
      'Content-Type: text/plain',
      '',
      'See the file.',
      '--x',
      `Content-Type: ${type}; name="${name}"`,
      'Content-Transfer-Encoding: base64',
      `Content-Disposition: attachment; filename="${name}"`,
      '',
      Buffer.from(csv).toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
      '--x--',
      '',
    ].join('\r\n'),
  );
}
const parse = (raw: Buffer) => parseInbound(raw, 'message/rfc822');
const statuses = async (csv: string) => (await parse(mailOf(csv))).map(({ status }) => status);

const line = (status: string, date: string) => `Device,Status,Backup Date\nSRV-1,${status},${date}`;

describe('results in a CSV file', () => {
  test.each(['application/octet-stream', 'text/csv', 'application/vnd.ms-excel'])(
    'are a run for each line (%s)',
    async (type) => {
      expect(await parse(mailOf(CSV, { type }))).toEqual([
        {
          product: 'csv_report',
          confidence: 'from-templates',
          status: 'success',
          kind: 'job_result',
          job: 'Nightly',
          host: 'SRV-1',
          client: 'Brasshill',
          ended_local: '2026-03-12T03:05:40',
          bytes_stored: 1_610_612_736,
          is_dated: true,
        },
        {
          product: 'csv_report',
          confidence: 'from-templates',
          status: 'failed',
          kind: 'job_result',
          job: 'Nightly',
          host: 'SRV-2',
          client: 'Brasshill',
          is_dated: true,
        },
        {
          product: 'csv_report',
          confidence: 'from-templates',
          status: 'warning',
          kind: 'job_result',
          job: 'Backup Report',
          host: 'SRV-3',
          client: 'Brasshill',
          ended_local: '2026-03-12T04:00:00',
          is_dated: true,
        },
      ]);
    },
  );

  test('say nothing by words that the form does not name, nor a success whose date cannot be read', async () => {
    const dated = '2026-03-12 03:05:40';
    for (const status of ['success', 'OK', 'Not run', ''])
      expect(await statuses(line(status, dated))).toEqual([null]);
    expect(await statuses(line('Success', '12/03/2026'))).toEqual([null]);
    expect(await statuses(line('Success', ''))).toEqual([null]);
    expect(await statuses(line('Error', ''))).toEqual(['failed']);
    expect(await statuses(`${line('Success', dated)},more`)).toEqual([null]);
  });

  test('of several clients are nobody’s', async () => {
    expect(await statuses(CSV.replace('Brasshill', 'Northgate'))).toEqual([null, null, null]);
  });

  test('are read only under their subject and with their columns', async () => {
    expect(await parse(mailOf(CSV, { subject: 'Night' }))).toEqual([]);
    expect(await parse(mailOf(CSV, { name: 'r.txt', type: 'application/pdf' }))).toEqual([]);
    expect(await parse(mailOf(CSV.replace('Device', 'device')))).toEqual([]);
  });
});

const kept = (raw: Buffer) => readablePart(raw).length;

test('files of other mails are left out, whatever they are called', () => {
  expect(kept(mailOf(CSV, { subject: 'Night' }))).toBeLessThan(kept(mailOf(CSV)) - 100);
});
