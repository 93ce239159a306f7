import { createPrivateKey } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from '@playwright/test';
import { build, type BuildOptions } from 'esbuild';
import { certificateSheet } from '@/domain/report/certificate';
import { executiveSheet } from '@/domain/report/executive';
import { certificateFacts, executiveFacts, packFacts } from '@/domain/report/facts.fixture';
import { packSheet } from '@/domain/report/pack';
import type { Sheet } from '@/domain/report/sheet';
import { canonicalJson } from '@/domain/restore-test/canonical-json';
import { openRenderer } from '@/server/documents/render/renderer';
import { type DocumentSigner, localSigner } from '@/server/documents/sign/document-signer';
import { signPdf } from '@/server/documents/sign/sign-pdf';
import { footHtml, sheetHtml } from './sheet-html';

/**
 * How long documents take, beside a Chromium that prints the same sheet, in turns within one run:
 * `node scripts/run-typescript.mjs bench/documents.ts [ROWS [DIR]]`. Ours is PDF/A-3a with its facts attached, signed; Chromium's is
 * tagged, and neither archival nor signed. The browser is already running, as our render process is; what starting it takes is said
 * apart. Asked for: a report and a certificate under 150 ms, a pack of 10,000 rows under 10 s and 1.5 GB, and Chromium at least twice
 * as slow. DIR: where one of each is left behind, to be looked at.
 */
const ROWS = Number(process.argv[2] ?? 10_000);
const LEFT_IN = process.argv[3] ?? null;
const ROOT = path.resolve('.');
const PROGRAM = path.join(ROOT, `.data/build/bench-render-${process.pid}.mjs`);
const folder = mkdtempSync(path.join(tmpdir(), 'bench-documents-'));

interface Subject {
  readonly name: string;
  readonly facts: { readonly madeAt: string };
  readonly sheet: Sheet;
  readonly turns: number;
}
const SUBJECTS: readonly Subject[] = [
  { name: 'certificate', facts: certificateFacts(), sheet: certificateSheet(certificateFacts()), turns: 15 },
  { name: 'executive-report', facts: executiveFacts(), sheet: executiveSheet(executiveFacts()), turns: 15 },
  { name: `pack-of-${ROWS}`, facts: packFacts(ROWS), sheet: packSheet(packFacts(ROWS)), turns: 3 },
];

const say = (line: string): void => console.log(line);
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const ms = (time: number): string => `${time.toFixed(0)} ms`;
const kib = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`;

await bundleRenderProcess();
const renderer = openRenderer(PROGRAM);
const signer = await makeSigner();
const launched = performance.now();
const browser = await launchBrowser();
say(
  `load of the machine before: ${loadavg()
    .map((one) => one.toFixed(2))
    .join(' ')}`,
);
if (browser) say(`starting Chromium ${browser.version()}: ${ms(performance.now() - launched)}`);
try {
  for (const subject of SUBJECTS) await compare(subject);
} finally {
  renderer.close();
  await browser?.close();
  for (const made of [PROGRAM, `${PROGRAM}.map`, folder]) rmSync(made, { recursive: true, force: true });
}

async function compare({ name, facts, sheet, turns }: Subject): Promise<void> {
  const bytes = Buffer.from(canonicalJson(facts));
  const page = path.join(folder, `${name}.html`);
  writeFileSync(page, sheetHtml(sheet));
  const ours: number[] = [];
  const theirs: number[] = [];
  let [made, printed, pages]: [Uint8Array, Uint8Array, number] = [new Uint8Array(), new Uint8Array(), 0];
  // the first turn of each warms it up and does not count
  for (let turn = 0; turn <= turns; turn += 1) {
    const began = performance.now();
    const { pdf, pages: count } = await renderer.render(sheet, bytes, null);
    made = await signPdf(pdf, signer, { madeAt: facts.madeAt, name: 'Bench', reason: 'Bench' });
    if (turn > 0) ours.push(performance.now() - began);
    else say(`\n${name}: the first in ${ms(performance.now() - began)}`);
    pages = count;
    if (!browser) continue;
    const beganTheirs = performance.now();
    printed = await printWith(browser, page, sheet);
    if (turn > 0) theirs.push(performance.now() - beganTheirs);
  }
  const spread = `${ms(Math.min(...ours))} to ${ms(Math.max(...ours))}`;
  say(
    `${name}: printed and signed in ${ms(median(ours))} (median of ${turns}, ${spread}); ${pages} pages, ${kib(made.length)}, process at most ${memory(path.basename(PROGRAM))}`,
  );
  if (browser)
    say(
      `${name}: Chromium in ${ms(median(theirs))} (median of ${turns}); ${kib(printed.length)}, largest process at most ${memory('chrom')}; ${(median(theirs) / median(ours)).toFixed(1)} × as long`,
    );
  else say('no Chromium was found: nothing to compare with');
  if (LEFT_IN === null) return;
  mkdirSync(LEFT_IN, { recursive: true });
  writeFileSync(path.join(LEFT_IN, `${name}.pdf`), made);
  writeFileSync(path.join(LEFT_IN, `${name}.chromium.pdf`), printed);
}

async function printWith(running: Browser, file: string, sheet: Sheet): Promise<Buffer> {
  const page = await running.newPage();
  try {
    await page.goto(pathToFileURL(file).href, { timeout: 300_000 });
    return await page.pdf({
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      outline: true,
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate: footHtml(sheet),
    });
  } finally {
    await page.close();
  }
}

/** The most that any process below this one with such a command line ever held; empty where the system does not say. */
function memory(command: string): string {
  if (!existsSync('/proc/self/status')) return 'unknown';
  const held = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(command)) return 0;
        return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
      } catch {
        return 0; // it has ended
      }
    });
  return `${(Math.max(0, ...held) / 1024).toFixed(0)} MiB`;
}

async function bundleRenderProcess(): Promise<void> {
  const { programOptions } = (await import(path.join(ROOT, 'scripts/bundle.mjs'))) as {
    programOptions: (name: string) => BuildOptions;
  };
  await build({ ...programOptions('render'), outfile: PROGRAM });
}

async function launchBrowser(): Promise<Browser | null> {
  const { findBrowser } = (await import(path.join(ROOT, 'scripts/find-browser.mjs'))) as {
    findBrowser: () => Promise<{ executablePath?: string; args: string[]; env?: Record<string, string> }>;
  };
  try {
    const { executablePath, args, env } = await findBrowser();
    return await chromium.launch({
      args,
      timeout: 60_000,
      ...(executablePath && { executablePath }),
      ...(env && { env: { ...process.env, ...env } }),
    });
  } catch (error) {
    say(String(error));
    return null;
  }
}

async function makeSigner(): Promise<DocumentSigner> {
  const { makeDocumentKey } = (await import(path.join(ROOT, 'scripts/document-key.mjs'))) as {
    makeDocumentKey: () => { documentKey: string; documentCertificate: string };
  };
  const { documentKey, documentCertificate } = makeDocumentKey();
  const key = createPrivateKey({ key: Buffer.from(documentKey, 'base64'), format: 'der', type: 'pkcs8' });
  return localSigner(key, [new Uint8Array(Buffer.from(documentCertificate, 'base64'))]);
}
