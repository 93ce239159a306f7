import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';
import type * as Typst from '@myriaddreamin/typst-ts-node-compiler';
import { printableValue } from '@/domain/report/printable';
import type { Block, Sheet } from '@/domain/report/sheet';
import { fitCells } from './fit-cells';
import { packObjects } from './pack-objects';
import { pagesOfSvg } from './pages-of-svg';
import { renderQuestion, type RenderedWith, type RenderQuestion } from './render-messages';
import chartsTyp from './templates/charts.typ';
import documentTyp from './templates/document.typ';
import themeTyp from './templates/theme.typ';

/**
 * The render process: the only program that loads Typst. Its calls are synchronous and native, so the worker keeps it apart, with
 * limits of time and memory, and ends it when it exceeds them.
 */
const TEMPLATES = { 'charts.typ': chartsTyp, 'document.typ': documentTyp, 'theme.typ': themeTyp };
const FONTS = ['400Regular', '500Medium', '600SemiBold', '700Bold'].map(
  (weight) => `@expo-google-fonts/inter/${weight}/Inter_${weight}.ttf`,
);
const WORKSPACE = '/holdfast';
/** Longer than any hash, which is to be copied as it is; and what a headline holds in a line. */
const LONG_WORD = 70;
const LONG_IN_HEADLINE = 24;
const BREAK = '\u200b';

const require = createRequire(import.meta.url);
const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Press {
  readonly compiler: Typst.NodeCompiler;
  readonly covers: (codePoint: number) => boolean;
  /** Of a code point, in parts of the size. */
  readonly advance: (codePoint: number) => number;
  readonly with: RenderedWith;
}

let press: Promise<Press> | undefined;

process.on('message', (message) => void answer(message));
// the worker is gone: nobody waits any more
process.on('disconnect', () => process.exit());

async function answer(message: unknown): Promise<void> {
  const question = renderQuestion.parse(message);
  const { id } = question;
  try {
    press ??= openPress();
    const made = await press;
    const { pdf, pages, pictures } = print(made, question);
    process.send?.({ outcome: 'rendered', id, pdf: packObjects(pdf), pages, pictures, with: made.with });
  } catch (error) {
    process.send?.({ outcome: 'failed', id, reason: String(error) });
  }
  // What the engine frees it frees between turns only.
  await new Promise((resolve) => setImmediate(resolve));
}

/** Loaded at the first question: whoever asks for no document pays nothing. */
async function openPress(): Promise<Press> {
  const { NodeCompiler: Compiler } = await loadTypst();
  const blobs = FONTS.map((name) => readFileSync(require.resolve(name)));
  const compiler = Compiler.create({ workspace: WORKSPACE, fontArgs: [{ fontBlobs: blobs }] });
  for (const [name, source] of Object.entries(TEMPLATES)) compiler.addSource(`${WORKSPACE}/${name}`, source);
  const fonts = blobs.map((blob) => create(blob) as Font);
  const [regular] = fonts;
  if (!regular) throw new Error('there is no font');
  const sets = fonts.map(({ characterSet }) => new Set(characterSet));
  return {
    compiler,
    covers: (codePoint) => sets.every((set) => set.has(codePoint)),
    advance: advances(regular),
    with: {
      templateSha256: sha256(Object.entries(TEMPLATES).flat().join('\0')),
      compiler: `typst-ts-node-compiler ${version('@myriaddreamin/typst-ts-node-compiler')}, pako ${version('pako')}`,
      fontSha256: Object.fromEntries(FONTS.map((name, index) => [name, sha256(blobs[index] ?? '')])),
    },
  };
}

/** Of the regular weight, in which tables are set; digits and their signs are as wide as the widest of them. */
function advances(font: Font): (codePoint: number) => number {
  const known = new Map<number, number>();
  const measure = (codePoint: number): number =>
    font.glyphForCodePoint(codePoint).advanceWidth / font.unitsPerEm;
  const digit = Math.max(...Array.from('0123456789', (character) => measure(character.codePointAt(0) ?? 0)));
  return (codePoint) => {
    const width = known.get(codePoint) ?? Math.max(measure(codePoint), isTabular(codePoint) ? digit : 0);
    known.set(codePoint, width);
    return width;
  };
}

const isTabular = (codePoint: number): boolean => /[0-9+-]/.test(String.fromCodePoint(codePoint));

async function loadTypst(): Promise<typeof Typst> {
  try {
    return await import('@myriaddreamin/typst-ts-node-compiler');
  } catch (error) {
    throw new Error(`there is no Typst for ${process.platform} ${process.arch}`, { cause: error });
  }
}

function version(name: string): string {
  return (JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as { version: string })
    .version;
}

function print(
  { compiler, covers, advance }: Press,
  { sheet, facts, logo, picturesMax }: RenderQuestion,
): { pdf: Uint8Array; pages: number; pictures: string[] } {
  try {
    const texts = printableValue(JSON.parse(sheet), covers) as Sheet;
    const printed = JSON.stringify({
      ...texts,
      headline: breakable(texts.headline, LONG_IN_HEADLINE),
      lead: breakable(texts.lead, LONG_WORD),
      addressee: texts.addressee.map((line) => breakable(line, LONG_WORD)),
      blocks: texts.blocks.map((block) => breakableBlock(fitCells(block, advance))),
      factsSha256: sha256(facts), // a reader can tell whether what is attached is what it was made from
    });
    compiler.mapShadow(`${WORKSPACE}/data/sheet.json`, Buffer.from(printed));
    compiler.mapShadow(`${WORKSPACE}/data/facts.json`, Buffer.from(facts));
    if (logo) compiler.mapShadow(`${WORKSPACE}/data/logo.png`, Buffer.from(logo));
    const compiled = compiler.compile({ mainFilePath: `${WORKSPACE}/document.typ` });
    const diagnostics = compiled.takeDiagnostics()?.shortDiagnostics ?? [];
    const document = compiled.result;
    // A warning is an error: a font that is missing loses text without a word.
    if (!document || diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
    const pages = document.numOfPages;
    const pictures = picturesMax > 0 ? pagesOfSvg(compiler.plainSvg(document), pages, picturesMax) : [];
    return { pdf: compiler.pdf(document, { pdfStandard: 'a-3a' }), pages, pictures };
  } finally {
    for (const name of ['sheet.json', 'facts.json', 'logo.png'])
      compiler.unmapShadow(`${WORKSPACE}/data/${name}`);
    compiler.evictCache(0);
  }
}

/** A word that no line holds may be broken anywhere: else it would run off the page. */
function breakable(text: string, longest: number): string {
  return text.replaceAll(new RegExp(`\\S{${longest + 1},}`, 'gu'), (word) => Array.from(word).join(BREAK));
}

function breakableBlock(block: Block): Block {
  const isCut = block.block === 'table' && block.isLong;
  return isCut ? block : (breakableValue(block) as Block);
}

function breakableValue(value: unknown): unknown {
  if (typeof value === 'string') return breakable(value, LONG_WORD);
  if (Array.isArray(value)) return value.map(breakableValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, breakableValue(inner)]));
}
