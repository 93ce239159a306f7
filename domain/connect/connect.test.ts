import { describe, expect, test } from 'vitest';
import { connectLines, fullAddress, type WaysIn } from './lines';
import { CONNECT_PRODUCTS, connectProduct, productRead, proofSentence } from './products';
import { proposedProduct } from './undecided';

const WAYS: WaysIn = { ingestOrigin: 'https://in.holdfast.example', mailDomain: 'mail.holdfast.example' };
const UUID = '0b7c1d62-3f0e-4c57-9d0a-2f8f1f6f3a11';

describe('the products', () => {
  test('have a key and a name each, and a way', () => {
    expect(new Set(CONNECT_PRODUCTS.map(({ key }) => key)).size).toBe(CONNECT_PRODUCTS.length);
    expect(new Set(CONNECT_PRODUCTS.map(({ name }) => name)).size).toBe(CONNECT_PRODUCTS.length);
    for (const { key, ways } of CONNECT_PRODUCTS) {
      expect(key).toMatch(/^[a-z0-9-]+$/);
      expect(new Set(ways.map(({ kind }) => kind)).size).toBe(ways.length);
      expect(ways.length).toBeGreaterThan(0);
    }
  });

  test('prove copies by the agent alone: what a product says of itself is a claim', () => {
    const claims = CONNECT_PRODUCTS.flatMap(({ ways }) => ways.filter(({ kind }) => kind !== 'agent'));
    expect(new Set(claims.map(({ proof }) => JSON.stringify(proof)))).toEqual(
      new Set(['{"copies":"claimed","integrity":false,"restoreTests":false}']),
    );
  });

  test('are found by their key, and by what their messages are called', () => {
    expect(connectProduct('kopia')?.name).toBe('Kopia');
    expect(connectProduct('toString')).toBeNull();
    expect(productRead('veeam_vbr')?.key).toBe('veeam');
    expect(productRead('none')).toBeNull();
  });

  test.each(['zerobyte', 'databasus', 'duplicati', 'kopia', 'veeam'])(
    '%s calls one address for good and bad, so that no ping is offered for it',
    (key) => {
      expect(connectProduct(key)?.ways.map(({ kind }) => kind)).not.toContain('ping');
    },
  );
});

describe('what a way proves', () => {
  test('is said in plain words, and a claim never sounds like a copy', () => {
    expect(proofSentence({ copies: 'claimed', integrity: false, restoreTests: false })).toContain(
      'never compliant',
    );
    expect(proofSentence({ copies: 'seen', integrity: true, restoreTests: true })).toContain(
      'restores samples',
    );
    expect(proofSentence({ copies: 'seen', integrity: true, restoreTests: false })).toContain(
      'restores nothing',
    );
    expect(proofSentence({ copies: 'seen', integrity: false, restoreTests: false })).toContain('neither');
  });
});

describe('the lines', () => {
  test('have the real address', () => {
    expect(fullAddress('ping', UUID, WAYS)).toBe(`https://in.holdfast.example/ping/${UUID}`);
    expect(fullAddress('webhook', 'abc', WAYS)).toBe('https://in.holdfast.example/hook/abc');
    expect(fullAddress('mail', 'abc', WAYS)).toBe('abc@mail.holdfast.example');
  });

  test('of every product and way lead to its address, whichever it is', () => {
    for (const { key, ways } of CONNECT_PRODUCTS)
      for (const { kind } of ways) {
        if (kind === 'agent' || kind === 'pull') continue;
        const texts = connectLines(kind, UUID, key, WAYS).map(({ text }) => text);
        expect([key, kind, texts.some((text) => text.includes(fullAddress(kind, UUID, WAYS)))]).toEqual([
          key,
          kind,
          true,
        ]);
        expect(texts.every((text) => !/<[a-z ]+>/.test(text))).toBe(true);
      }
  });

  test('never call the bare address where something may have failed', () => {
    for (const { text } of connectLines('ping', UUID, null, WAYS))
      for (const part of text.split('\n').filter((one) => one.includes(UUID)))
        expect(part).toMatch(new RegExp(`${UUID}/(?:start|\\$STATUS|\\$\\?|\\$\\$\\?|\\$said)`));
  });

  test('begin with the product’s own', () => {
    expect(connectLines('ping', UUID, 'borgmatic', WAYS)[0]?.text).toContain('ping_url');
    expect(connectLines('webhook', 'abc', 'proxmox', WAYS)[0]?.text).toContain('{{escape message}}');
    expect(connectLines('mail', 'abc', null, WAYS)[1]?.text).toContain(
      'https://in.holdfast.example/mail/abc',
    );
  });
});

test('a message that only looks like a product’s names it', () => {
  expect(proposedProduct('It looks like cove and seems to say warning. How its messages look …')).toBe(
    'cove',
  );
  expect(proposedProduct('No product that is known sends such a message.')).toBeNull();
});
