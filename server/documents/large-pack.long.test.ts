import { afterAll, beforeAll, expect, test } from 'vitest';
import { packFacts } from '@/domain/report/facts.fixture';
import { packSheet } from '@/domain/report/pack';
import { canonicalJson } from '@/domain/restore-test/canonical-json';
import { makeTestSigner, openTestRenderer } from '@/test/press';
import type { Renderer } from './render/renderer';
import { signPdf } from './sign/sign-pdf';
import { attachmentOf, verifyPdf } from './verify/verify-pdf';

let renderer: Renderer;
beforeAll(async () => {
  renderer = await openTestRenderer();
});
afterAll(() => renderer.close());

test('a pack of 20,000 runs is printed within the limits of the render process, signed and found genuine', async () => {
  const facts = packFacts(20_000);
  const bytes = Buffer.from(canonicalJson(facts));
  const { pdf, pages } = await renderer.render(packSheet(facts), bytes, null);
  expect(pages).toBeGreaterThan(200);
  expect(pdf.length).toBeLessThan(8_000_000);
  const signer = makeTestSigner();
  const signed = await signPdf(pdf, signer, { madeAt: facts.madeAt, name: 'Tiderock IT', reason: 'Issued' });
  expect(await verifyPdf(signed, signer.certificates)).toMatchObject({ verdict: 'genuine' });
  expect(Buffer.from(attachmentOf(signed) ?? []).equals(bytes)).toBe(true);
});

test('a pack of more runs than are printed says how many stand in its facts alone', () => {
  const text = JSON.stringify(packSheet(packFacts(20_003)).blocks);
  expect(text).toContain('3 more runs of the period stand in the attached JSON: a pack prints 20,000.');
});
