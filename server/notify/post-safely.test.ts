import http from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ForbiddenAddress, postSafely } from './post-safely';
import { isPublicAddress } from './public-address';
import { openReceiver, type Receiver } from './testing/receiver';

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.255',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  '2001:db8::1',
  '2001::1',
  '2002:7f00:1::',
  'hooks.example',
  '',
])('%s is no machine of the public internet', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '100.63.255.255',
  '172.32.0.1',
  '198.20.0.1',
  '223.255.255.255',
  '2606:4700::1111',
])('%s is one', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

const post = (address: string, allowsLoopback: boolean, timeoutMs = 5000) =>
  postSafely(address, '{"a":1}', { 'content-type': 'application/json' }, { allowsLoopback, timeoutMs });

describe('posting to an address that somebody typed', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await openReceiver();
  });
  afterEach(() => receiver.close());

  const port = () => new URL(receiver.url).port;

  test.each([
    'https://127.0.0.1:PORT/',
    'https://localhost:PORT/',
    'https://0x7f.0.0.1:PORT/',
    'https://2130706433:PORT/',
    'https://0177.0.0.1:PORT/',
    'https://127.1:PORT/',
    'https://[::1]:PORT/',
    'https://[::ffff:127.0.0.1]:PORT/',
    'https://[::ffff:7f00:1]:PORT/',
    'https://0.0.0.0:PORT/',
    'https://127。0。0。1:PORT/',
    'http://127.0.0.1:PORT/',
  ])('%s is refused before anything is connected', async (address) => {
    await expect(post(address.replace('PORT', port()), false)).rejects.toThrow(ForbiddenAddress);
    expect(receiver.connections).toBe(0);
  });

  test('where loopback is allowed, private networks are not', async () => {
    await expect(post('http://10.0.0.1/', true)).rejects.toThrow(ForbiddenAddress);
    await expect(post('http://169.254.169.254/latest/meta-data/', true)).rejects.toThrow(ForbiddenAddress);
    expect(await post(receiver.url, true)).toEqual({ status: 200, contentType: null, body: 'thanks' });
    expect(await post(`http://localhost:${port()}/`, true)).toMatchObject({ status: 200 });
  });

  test('a redirect is an answer like any other', async () => {
    receiver.status = 307;
    receiver.location = receiver.url;
    expect(await post(receiver.url, true)).toMatchObject({ status: 307 });
    expect(receiver.received).toHaveLength(1);
  });

  test('of a long answer 64 KiB are read', async () => {
    receiver.answer = 'x'.repeat(5_000_000);
    expect((await post(receiver.url, true)).body).toHaveLength(65_536);
  });

  test('who says nothing is waited for no longer than that', async () => {
    receiver.isSilent = true;
    await expect(post(receiver.url, true, 100)).rejects.toThrow(/abort|timeout/i);
  });

  test('who answers drop by drop is not waited for either', async () => {
    const server = http.createServer((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    await expect(post(`http://127.0.0.1:${address.port}/`, true, 200)).rejects.toThrow(/abort|timeout/i);
    server.closeAllConnections();
    server.close();
  });
});
