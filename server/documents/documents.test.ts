import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CertificateFacts, certificateSheet } from '@/domain/report/certificate';
import { type ExecutiveFacts, executiveSheet } from '@/domain/report/executive';
import { certificateFacts, executiveFacts, packFacts } from '@/domain/report/facts.fixture';
import { type PackFacts, packSheet } from '@/domain/report/pack';
import type { Sheet } from '@/domain/report/sheet';
import { canonicalJson } from '@/domain/restore-test/canonical-json';
import { HOSTILE_TEXTS } from '@/test/hostile-texts';
import { makeTestSigner, openTestRenderer } from '@/test/press';
import { requireTool } from '@/test/require-tool';
import type { Renderer } from './render/renderer';
import { openRenderer, RenderError } from './render/renderer';
import { signPdf } from './sign/sign-pdf';
import { attachmentOf, verifyPdf } from './verify/verify-pdf';

type Facts = CertificateFacts | ExecutiveFacts | PackFacts;

let renderer: Renderer;
const signer = makeTestSigner();
beforeAll(async () => {
  renderer = await openTestRenderer();
});
afterAll(() => renderer.close());

function sheetOf(facts: Facts): Sheet {
  switch (facts.kind) {
    case 'restore-certificate':
      return certificateSheet(facts);
    case 'executive-report':
      return executiveSheet(facts);
    case 'evidence-pack':
      return packSheet(facts);
  }
}

async function print(facts: Facts): Promise<Uint8Array> {
  return (await renderer.render(sheetOf(facts), Buffer.from(canonicalJson(facts)), null)).pdf;
}

async function sign(pdf: Uint8Array, facts: Facts): Promise<Uint8Array> {
  return signPdf(pdf, signer, { madeAt: facts.madeAt, name: facts.msp.name, reason: 'Issued' });
}

interface Node {
  role?: string;
  alt?: string;
  children?: Node[];
}

async function read(pdf: Uint8Array) {
  const document = await getDocument({ data: new Uint8Array(pdf), verbosity: 0, useSystemFonts: false })
    .promise;
  const pages: { text: string; tree: Node }[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    pages.push({
      text: items
        .map((one) => ('str' in one ? one.str : ''))
        .join(' ')
        .replaceAll(/\s+/g, ' '),
      tree: (await page.getStructTree()) as Node,
    });
  }
  return {
    pages,
    text: pages.map(({ text }) => text).join(' '),
    marked: await document.getMarkInfo(),
    metadata: (await document.getMetadata()).metadata,
    attachments: (await document.getAttachments()) as Record<string, { content: Uint8Array }>,
  };
}

function flat(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap(flat)];
}

/** Every text that a sheet prints, but those of long tables, which are cut to their columns. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  if ('isLong' in value && value.isLong === true) return [];
  const own = Object.entries(value).filter(
    ([key]) => !['block', 'mark', 'align', 'sign', 'days', 'state', 'basis'].includes(key),
  );
  return own.flatMap(([key, inner]) => (key === 'alt' ? [] : textsOf(inner)));
}

const KINDS: readonly [string, () => Facts, string][] = [
  ['a certificate', () => certificateFacts(), 'certificate.json'],
  ['an executive report', () => executiveFacts(), 'report.json'],
  ['an evidence pack', () => packFacts(120), 'evidence.json'],
];

describe.each(KINDS)('%s', (_, factsOf, attachment) => {
  test('prints every text of its sheet, and numbers its pages', async () => {
    const facts = factsOf();
    const { text, pages } = await read(await print(facts));
    const squeezed = text.replaceAll(/\s/g, '');
    const { blocks, headline, lead, eyebrow, addressee, footer } = sheetOf(facts);
    for (const one of textsOf([blocks, headline, lead, eyebrow, addressee, footer]))
      expect(squeezed).toContain(one.replaceAll(/\s/g, ''));
    for (const [index, page] of pages.entries())
      expect(page.text).toContain(`Page ${index + 1} of ${pages.length}`);
  });

  test('is tagged: one heading of the first level, none skipped, each figure with a text', async () => {
    const pdf = await print(factsOf());
    const { pages, marked } = await read(pdf);
    expect(Buffer.from(pdf).includes('/StructElem')).toBe(false); // they lie in compressed streams
    expect(marked).toMatchObject({ Marked: true });
    const nodes = pages.flatMap(({ tree }) => flat(tree));
    const levels = nodes.flatMap(({ role }) => (/^H\d$/.test(role ?? '') ? [Number(role?.slice(1))] : []));
    expect(levels.filter((level) => level === 1)).toEqual([1]);
    for (const [index, level] of levels.entries())
      expect(level).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1);
    const figures = nodes.filter(({ role }) => role === 'Figure');
    expect(figures.every(({ alt }) => (alt ?? '') !== '')).toBe(true);
  });

  test('says that it is PDF/A-3a, and carries its facts byte for byte', async () => {
    const facts = factsOf();
    const pdf = await sign(await print(facts), facts);
    const { metadata, attachments } = await read(pdf);
    expect([metadata?.get('pdfaid:part'), metadata?.get('pdfaid:conformance')]).toEqual(['3', 'A']);
    const carried = Object.entries(attachments);
    expect(carried.map(([name]) => name.replace(/^\//, ''))).toEqual([attachment]);
    expect(hexOf(carried[0]?.[1].content ?? new Uint8Array())).toBe(hexOf(Buffer.from(canonicalJson(facts))));
    expect(hexOf(attachmentOf(pdf) ?? new Uint8Array())).toBe(hexOf(Buffer.from(canonicalJson(facts))));
  });

  test('has the same bytes from another process with another clock, zone and locale', async () => {
    const facts = factsOf();
    expect(await printElsewhere(facts)).toEqual(hexOf(await print(facts)));
  });

  test('is found genuine, and not genuine once a byte is changed, something is added or the signature is another', async () => {
    const facts = factsOf();
    const base = await print(facts);
    const pdf = await sign(base, facts);
    expect(pdf.subarray(0, base.length)).toEqual(base);
    const trusted = signer.certificates;
    expect(await verifyPdf(pdf, trusted)).toMatchObject({ verdict: 'genuine' });
    for (const at of [200, Math.floor(base.length / 2), base.length - 20, pdf.length - 3]) {
      const flipped = pdf.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect((await verifyPdf(flipped, trusted)).verdict).not.toBe('genuine');
    }
    const added = Buffer.concat([pdf, Buffer.from('\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n')]);
    expect((await verifyPdf(added, trusted)).checks).toContainEqual(
      expect.objectContaining({ name: 'whole', isGood: false }),
    );
    const other = await sign(await print({ ...facts, madeAt: '2026-11-03T00:00:00Z' }), facts);
    expect((await verifyPdf(withContentsOf(pdf, other), trusted)).verdict).toBe('not-genuine');
    const foreign = await signPdf(base, makeTestSigner(), {
      madeAt: facts.madeAt,
      name: 'Mallory',
      reason: 'x',
    });
    expect((await verifyPdf(foreign, trusted)).checks.filter(({ isGood }) => !isGood)).toEqual([
      expect.objectContaining({ name: 'signer' }),
    ]);
    expect((await verifyPdf(base, trusted)).verdict).toBe('not-genuine');
  });

  describe.skipIf(!requireTool('pdfsig', ['-v']) || !requireTool('qpdf', ['--version']))(
    'to other readers',
    () => {
      test('is whole and signed', async () => {
        const facts = factsOf();
        const folder = mkdtempSync(path.join(tmpdir(), 'documents-'));
        const file = path.join(folder, 'document.pdf');
        try {
          writeFileSync(file, await sign(await print(facts), facts));
          const signature = spawnSync('pdfsig', ['-nocert', file], { encoding: 'utf8' }).stdout;
          expect(signature).toContain('Signature is Valid');
          expect(signature).toContain('Total document signed');
          const { status, stdout } = spawnSync('qpdf', ['--check', file], { encoding: 'utf8' });
          expect(stdout).toContain('No syntax or stream encoding errors found');
          expect(status).toBe(0);
        } finally {
          rmSync(folder, { recursive: true });
        }
      });
    },
  );

  test.each([
    ['Chinese', '東京-SQL'],
    ['right to left', 'خادم שרת'],
    ['emoji', 'done 🎉👩‍👩‍👧'],
    ['NUL and half a character', 'a\u0000b\ud800c'],
    ['400 characters', 'Wide-load '.repeat(40)],
    ['one word of 400', 'W'.repeat(400)],
    ['Typst', '#panic("x") $a$ *b* _c_ @d <e> `f` = g \\ // h'],
    ['PDF', ') endstream endobj /ByteRange [0 1 2 3] (x \\) <</Type/Sig>>'],
    ['an attribute of the metadata', '"/><x:y xmlns:x="&amp;'],
  ])('prints a name with %s as text and keeps it as it is in its facts', async (what, name) => {
    const facts = { ...factsOf(), client: { ...factsOf().client, name } };
    const pdf = await sign(await print(facts), facts);
    expect(await verifyPdf(pdf, signer.certificates), what).toMatchObject({ verdict: 'genuine' });
    const kept = JSON.parse(Buffer.from(attachmentOf(pdf) ?? []).toString()) as Facts;
    expect(kept.client.name).toBe(name);
  });
});

test('every hostile text at once changes nothing but what is printed', async () => {
  const facts = packFacts(HOSTILE_TEXTS.length);
  const hostile: PackFacts = {
    ...facts,
    population: facts.population.map((run, index) => ({
      ...run,
      systemName: HOSTILE_TEXTS[index]?.text ?? '',
    })),
    attestations: HOSTILE_TEXTS.map(({ text }, index) => ({
      declarationId: `d${index}`,
      attribute: 'access',
      subjectName: text,
      reason: text,
      declaredByName: text,
      declaredAt: facts.period.from,
      validUntil: null,
      withdrawnAt: null,
    })),
  };
  const pdf = await sign(await print(hostile), hostile);
  expect(await verifyPdf(pdf, signer.certificates)).toMatchObject({ verdict: 'genuine' });
  expect((await read(pdf)).pages.length).toBeGreaterThan(1);
});

test('without any system, run or test a document says so', async () => {
  for (const facts of [executiveFacts(0), packFacts(0)]) {
    const pdf = await sign(await print(facts), facts);
    expect(await verifyPdf(pdf, signer.certificates)).toMatchObject({ verdict: 'genuine' });
    expect((await read(pdf)).text).toMatch(/No system was (under protection|there)/);
  }
});

test('every run of a pack has its row, under a head that each page repeats', async () => {
  const { pages, text } = await read(await print(packFacts(300)));
  const rows = text.match(/[0-9a-f]{9,10}…/g) ?? [];
  expect(rows.length).toBe(300 + 25 + 4); // population, sample, records of tests
  const withRuns = pages.filter((page) => page.text.includes('nightly-'));
  expect(withRuns.length).toBeGreaterThan(4);
  for (const page of withRuns) expect(page.text).toContain('Report hash');
});

test('a long table fills its pages, each under one head', async () => {
  const { pages } = await read(await print(packFacts(1100)));
  const first = pages.findIndex(({ text }) => text.includes('The whole population of October 2026'));
  const counts = pages.slice(first).map(({ text }) => {
    expect(text.match(/Report hash/g)).toHaveLength(1);
    return text.match(/nightly-/g)?.length ?? 0;
  });
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1100);
  expect(Math.min(...counts.slice(0, -1))).toBeGreaterThanOrEqual(57);
});

test('what is no restore test is not called one', async () => {
  const { text } = await read(await print(certificateFacts({ level: 'L2' })));
  expect(text).toContain('not a restore test');
  expect(text).not.toMatch(/Restore-test certificate/);
});

describe('the render process', () => {
  test('is ended when it takes too long, and another takes its place', async () => {
    const facts = certificateFacts();
    const impatient = openRenderer(rendererProgram(), { msMax: 1, bytesMax: Infinity });
    const failed = impatient.render(sheetOf(facts), Buffer.from('{}'), null);
    await expect(failed).rejects.toThrow(RenderError);
    impatient.close();
    expect((await print(facts)).length).toBeGreaterThan(10_000);
  });

  test('is ended when it takes too much memory', async () => {
    const greedy = openRenderer(rendererProgram(), { msMax: 60_000, bytesMax: 1_000_000 });
    const facts = packFacts(3000);
    await expect(greedy.render(sheetOf(facts), Buffer.from('{}'), null)).rejects.toMatchObject({
      problem: 'too-much-memory',
    });
    greedy.close();
  });

  test('prints nothing of one document in the next', async () => {
    await print(certificateFacts({}, 'Alice’s own clinic'));
    const pdf = await print(executiveFacts(2, 'Bob Brothers'));
    expect((await read(pdf)).text).not.toContain('Alice');
    expect(Buffer.from(pdf).toString('latin1')).not.toContain('Alice');
  });
});

function rendererProgram(): string {
  return path.resolve(import.meta.dirname, `../../.test-data/programs/render-${process.pid}.mjs`);
}

const hexOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** SHA-256 of what another render process prints, with its clock moved by years. */
function printElsewhere(facts: Facts): Promise<string> {
  const late = `const D = Date;
    globalThis.Date = class extends D {
      constructor(...given) { super(...(given.length > 0 ? given : [D.now() - 9e11])); }
      static now() { return D.now() - 9e11; }
    };`;
  const clock = `data:text/javascript,${encodeURIComponent(late)}`;
  const child = spawn(process.execPath, ['--import', clock, rendererProgram()], {
    cwd: tmpdir(),
    env: { NODE_ENV: 'production', TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  return new Promise((resolve, reject) => {
    child.once('message', (answer: { pdf?: Uint8Array; reason?: string }) => {
      child.kill();
      if (answer.pdf) resolve(hexOf(answer.pdf));
      else reject(new Error(answer.reason));
    });
    child.send({
      id: 1,
      sheet: JSON.stringify(sheetOf(facts)),
      facts: new Uint8Array(Buffer.from(canonicalJson(facts))),
      logo: null,
      picturesMax: 0,
    });
  });
}

/** The file with the signature of another in the place of its own. */
function withContentsOf(pdf: Uint8Array, other: Uint8Array): Uint8Array {
  const [mine, theirs] = [Buffer.from(pdf), Buffer.from(other)];
  const [from, to] = [mine.lastIndexOf('/Contents <') + 11, theirs.lastIndexOf('/Contents <') + 11];
  theirs.copy(mine, from, to, to + 32_768);
  return mine;
}
