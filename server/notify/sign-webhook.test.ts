import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeSigningSecret, signWebhook } from './sign-webhook';

type Check = (header: string, body: Buffer, secret: string, nowSeconds: number) => boolean;

/** The example as receivers copy it out of the document. */
async function documentedCheck(): Promise<Check> {
  const document = fs.readFileSync(path.resolve(import.meta.dirname, '../../docs/webhooks.md'), 'utf8');
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(document) ?? [];
  const example: unknown = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const { isFromHoldfast } = z
    .object({ isFromHoldfast: z.custom<Check>((it) => typeof it === 'function') })
    .parse(example);
  return isFromHoldfast;
}

const NOW = 1_795_800_000;
const BODY = '{"title":"Grüße ☂"}';

test('the documented example takes what is signed, and nothing else', async () => {
  const isFromHoldfast = await documentedCheck();
  const secret = makeSigningSecret();
  const header = signWebhook(BODY, secret, NOW * 1000 + 999);
  const body = Buffer.from(BODY);
  expect(isFromHoldfast(header, body, secret, NOW)).toBe(true);
  expect(isFromHoldfast(header, body, secret, NOW + 300)).toBe(true);
  expect(isFromHoldfast(header, body, secret, NOW + 301)).toBe(false);
  expect(isFromHoldfast(header, body, makeSigningSecret(), NOW)).toBe(false);
  expect(isFromHoldfast(header, Buffer.from(`${BODY} `), secret, NOW)).toBe(false);
  expect(isFromHoldfast(header.replace(/t=\d+/, `t=${NOW + 1}`), body, secret, NOW)).toBe(false);
  expect(isFromHoldfast('', body, secret, NOW)).toBe(false);
});

test('the signature is the one that others compute', () => {
  // printf '1.{}' | openssl dgst -sha256 -hmac key
  expect(signWebhook('{}', 'key', 1999)).toBe(
    't=1,v1=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224',
  );
});
