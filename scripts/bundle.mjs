// Makes runnable programs from our TypeScript: the processes and the agent, each one file.
import fs from 'node:fs';
import path from 'node:path';
import { buildName } from './build-name.mjs';
import { Failure } from './failure.mjs';
import { BUILD_DIR, BUNDLE_SOURCES, fingerprint, ROOT, whenChanged } from './project.mjs';

/** Name of the bundle in {@link BUILD_DIR} → what it is made from. */
const PROGRAMS = {
  config: 'server/config.ts',
  worker: 'workers/main.ts',
  render: 'server/documents/render/render-process.ts',
  ingest: 'ingest/main.ts',
  seed: 'prisma/seed.ts',
  'create-setup-code': 'scripts/create-setup-code.ts',
  'create-msp': 'scripts/create-msp.ts',
  'check-restored': 'scripts/check-restored.ts',
  'mint-token': 'scripts/mint-enrolment-token.ts',
  'demo-documents': 'scripts/write-demo-documents.ts',
};

/** The agent, for any machine with Node: one file that needs nothing beside it. */
export const AGENT_FILE = path.join(ROOT, 'dist/holdfast-agent.mjs');

/** @param {keyof typeof PROGRAMS} name */
export function bundleFile(name) {
  return path.join(BUILD_DIR, `${name}.mjs`);
}

/**
 * With what Node runs a program. The worker's heap is bounded, since V8 lets garbage lie in proportion to what it may hold: a flood of
 * reports took it beyond 512 MiB. The heaviest report within every limit needs less than 320 MiB, and two are worked on at once.
 * @param {string} name
 */
export function nodeOptions(name) {
  return ['--enable-source-maps', ...(name === 'worker' ? ['--max-old-space-size=640'] : [])];
}

/** Bundles every program and the agent again when a source changed. */
export async function bundlePrograms() {
  await bundleWhenChanged(
    path.join(BUILD_DIR, 'stamp'),
    BUNDLE_SOURCES,
    Object.keys(PROGRAMS).map(programOptions),
  );
  await bundleAgent();
  fs.copyFileSync(AGENT_FILE, path.join(BUILD_DIR, path.basename(AGENT_FILE))); // machines fetch it from ingestion
  copyVerifiers(path.join(BUILD_DIR, 'verify'));
}

/** The verifiers of the evidence log, which go with every bundle of evidence. */
export function copyVerifiers(folder) {
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ['verify.mjs', 'verify.py'])
    fs.copyFileSync(path.join(ROOT, 'verify', name), path.join(folder, name));
}

/** Bundles the agent alone, when a source of it changed. */
export async function bundleAgent() {
  const sources = ['agent', 'contract', 'domain', 'tsconfig.json', 'package-lock.json'];
  await bundleWhenChanged(path.join(ROOT, 'dist/.stamp'), sources, [agentOptions()]);
}

async function bundleWhenChanged(stampFile, sources, bundles) {
  if (bundles.some(({ outfile }) => !fs.existsSync(outfile))) fs.rmSync(stampFile, { force: true });
  await whenChanged(stampFile, fingerprint(sources), async () => {
    const { build } = await import('esbuild');
    await Promise.all(bundles.map((options) => build(options).catch(explainBundle)));
  });
}

function explainBundle(error) {
  const [first] = error.errors ?? [];
  if (!first) throw error;
  const place = first.location ? `${first.location.file}:${first.location.line}: ` : '';
  throw new Failure(`Bundling failed: ${place}${first.text}`, 'Repair that file and start again.');
}

/**
 * How one program is bundled: with its packages, since finding and reading some six hundred files of them takes a process longer
 * than everything else that it does before it is ready.
 * @param {keyof typeof PROGRAMS} name
 * @returns {import('esbuild').BuildOptions}
 */
export function programOptions(name) {
  return {
    ...COMMON,
    entryPoints: [path.join(ROOT, PROGRAMS[name])],
    outfile: bundleFile(name),
    external: NATIVE_PACKAGES,
    banner: { js: REQUIRE },
    minifyWhitespace: true,
    minifySyntax: true,
    define: { 'process.env.HOLDFAST_BUILD': JSON.stringify(buildName(ROOT)) },
  };
}

/**
 * How any file of this repository becomes a program; it must lie inside, where its packages are.
 * @returns {import('esbuild').BuildOptions}
 */
export function fileOptions(entryFile, outfile) {
  return { ...COMMON, entryPoints: [entryFile], outfile, packages: 'external' };
}

function agentOptions() {
  return {
    ...COMMON,
    entryPoints: [path.join(ROOT, 'agent/main.ts')],
    outfile: AGENT_FILE,
    sourcemap: false,
    banner: { js: '#!/usr/bin/env node' },
  };
}

/** Compiled for a machine, or (pg-native) never installed. */
const NATIVE_PACKAGES = ['@node-rs/argon2', 'pg-native', '@myriaddreamin/typst-ts-node-compiler'];

/** Packages of CommonJS ask for parts of Node with it; a module has none of its own. */
const REQUIRE = `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);`;

/** @type {import('esbuild').BuildOptions} */
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false, // Node reads the whole map at every start
  logLevel: 'silent',
  loader: { '.typ': 'text' },
  alias: { '@': ROOT },
};
