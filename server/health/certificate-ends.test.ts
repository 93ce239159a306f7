import https from 'node:https';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeDocumentKey } from '@/scripts/document-key.mjs';
import { askTimeStamp } from '@/server/evidence/ask-time-stamp';
import { openTestAuthority } from '@/server/evidence/testing/time-stamp-authority';
import { certificateEnd, servedCertificateEnd, stampCertificateEnd } from './certificate-ends';

/** A key and its certificate, good for ten years from an instant. */
function made(from: string): { key: string; der: Buffer; cert: string } {
  const { documentKey, documentCertificate } = makeDocumentKey(new Date(from));
  const key = `-----BEGIN PRIVATE KEY-----\n${documentKey}\n-----END PRIVATE KEY-----`;
  const der = Buffer.from(documentCertificate, 'base64');
  return { key, der, cert: new X509Certificate(der).toString() };
}

test.each([
  ['good', '2026-01-01T00:00:00Z', '2036-01-01T00:00:00Z'],
  ['long over', '2006-01-01T00:00:00Z', '2016-01-01T00:00:00Z'],
])(
  'the end of a certificate that is %s is read, from its bytes and from whoever shows it',
  async (_, from, end) => {
    const { key, der, cert } = made(from);
    expect(certificateEnd(der)).toBe(Date.parse(end));
    const server = https.createServer({ key, cert });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await servedCertificateEnd(`https://127.0.0.1:${port}`)).toBe(Date.parse(end));
    await new Promise((resolve) => server.close(resolve));
    expect(await servedCertificateEnd(`https://127.0.0.1:${port}`)).toBeNull();
  },
);

test('who speaks no TLS shows none, and bytes that are no certificate have no end', async () => {
  const server = net.createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await servedCertificateEnd(`https://127.0.0.1:${port}`)).toBeNull();
  server.close();
  expect([certificateEnd(Buffer.from('x')), stampCertificateEnd(Buffer.from('x'))]).toEqual([null, null]);
});

test('the end of an authority’s certificate is read from its stamp', async () => {
  const authority = await openTestAuthority('p256', 'Test Stamp Authority');
  const { token } = await askTimeStamp(authority.url, Buffer.from('a note'));
  await authority.close();
  const end = stampCertificateEnd(token);
  expect(end).toBeGreaterThan(Date.now());
  expect(Number.isInteger(end)).toBe(true);
});
