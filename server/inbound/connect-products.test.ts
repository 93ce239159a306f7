import { expect, test } from 'vitest';
import { connectLines } from '@/domain/connect/lines';
import { CONNECT_PRODUCTS, type ConnectWay } from '@/domain/connect/products';
import { parseInbound } from './parse-inbound';
import { PARSERS, WEBHOOKS } from './parsers';

/** Forms of our own, that no product has. */
const OWN: readonly string[] = ['json', 'push'];
const READERS = [...PARSERS, ...WEBHOOKS].filter(({ product }) => !OWN.includes(product));
const told = CONNECT_PRODUCTS.flatMap(({ key, ways }) =>
  ways.filter(({ reads }) => reads !== null).map((way): [string, ConnectWay] => [key, way]),
);

test.each(told)('%s is read as well as is said of it', (_, { reads, confidence }) => {
  const confidences = READERS.filter(({ product }) => product === reads).map((one) => one.confidence);
  expect(confidences).toContain(confidence);
});

test('every product whose messages are read can be chosen', () => {
  const chosen = new Set(told.map(([, { reads }]) => reads));
  expect(READERS.map(({ product }) => product).filter((product) => !chosen.has(product))).toEqual([]);
});

test('what the line for Windows Server Backup sends is read', async () => {
  const text = [
    '',
    '',
    'NextBackupTime                  : 11/30/2026 9:00:00 PM',
    'NumberOfVersions                : 12',
    'LastSuccessfulBackupTime        : 11/29/2026 9:00:09 PM',
    'LastBackupTime                  : 11/29/2026 9:00:09 PM',
    'DetailedMessage                 : ',
    'LastBackupResultHR              : 0',
    'LastBackupResultDetailedHR      : 0',
    '',
  ].join('\r\n');
  const head = 'POST /hook HTTP/1.1\r\ncontent-type: text/plain; charset=utf-8\r\n\r\n';
  expect(await parseInbound(Buffer.from(head + text), 'text/plain')).toMatchObject([
    { product: 'windows_server_backup', status: 'success' },
  ]);
});

test('the body for Proxmox VE, filled in, is read', async () => {
  const ways = { ingestOrigin: 'https://in.example', mailDomain: 'in.example' };
  const [body] = connectLines('webhook', 'abc', 'proxmox', ways);
  const filled = (body?.text ?? '')
    .replace('{{fields.hostname}}', 'pve1')
    .replace('{{escape title}}', 'vzdump backup status (pve1): backup failed')
    .replace(
      '{{escape message}}',
      'VMID  Name  Status  Time  Size  Filename\\n100   erp   err     3s    0 B\\n\\nTotal running time: 3s\\nTotal size: 0 B\\n',
    )
    .replace('{{severity}}', 'error')
    .replace('{{timestamp}}', '1795896465')
    .replace('{{json fields}}', '{"type":"vzdump","hostname":"pve1","job-id":"nightly"}');
  expect(await parseInbound(Buffer.from(filled), 'application/json')).toMatchObject([
    { product: 'proxmox_vzdump', status: 'failed', job: 'nightly' },
  ]);
});
