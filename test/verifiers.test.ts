import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { verifierText, VERIFIER_FILE } from '@/scripts/publish-verifier.mjs';
import { writeLargeBundle } from '@/verify/testing/large-bundle';

const FOLDER = path.resolve(import.meta.dirname, '../verify');
const VECTORS = path.join(FOLDER, 'vectors');
const LINES_MAX = 750;

const problem = z.object({ file: z.string(), seq: z.number().nullable(), why: z.string() });
const anchor = z.object({ at: z.string(), by: z.string(), seq: z.number() });
const vector = z.object({
  bundle: z.string(),
  key: z.string(),
  /** The file of the certificate that it should be signed with; left out: none is given. */
  certificate: z.string().optional(),
  verdict: z.enum(['whole', 'broken', 'anchored']),
  problems: z.array(problem),
  events: z.number().nullable(),
  anchor: anchor.nullable(),
});
const answer = z.object({
  verdict: z.string(),
  problems: z.array(problem),
  counts: z.record(z.string(), z.number()),
  anchor: anchor.nullable(),
  signer: z.object({ name: z.string(), trusted: z.boolean() }).nullable(),
});
const vectors = z
  .array(vector)
  .parse(JSON.parse(fs.readFileSync(path.join(VECTORS, 'expected.json'), 'utf8')));

const PROGRAMS = [
  ['verify.mjs', process.execPath],
  ['verify.py', 'python3'],
] as const;

/** Runs a verifier as people do: alone, in an empty folder, without packages or settings. */
function run(
  file: string,
  program: string,
  args: readonly string[],
): { status: number | null; text: string } {
  const at = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-verify-'));
  fs.copyFileSync(path.join(FOLDER, file), path.join(at, file));
  const { status, stdout, stderr } = spawnSync(program, [file, ...args], {
    cwd: at,
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'test' },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  fs.rmSync(at, { recursive: true });
  expect(stderr.replaceAll(/^(node|python3) verify.*\n/gm, '')).toBe('');
  return { status, text: stdout };
}

const at = (name: string | undefined) => path.join(VECTORS, name ?? '');

describe.each(PROGRAMS)('%s', (file, program) => {
  it.each(vectors)('says of $bundle what is published', ({ bundle, key, certificate, ...expected }) => {
    const witness = path.join(VECTORS, 'witness.txt');
    const asked = [path.join(VECTORS, bundle), '--key', key, '--witness', witness];
    if (certificate !== undefined) asked.push('--certificate', at(certificate));
    const { status, text } = run(file, program, [...asked, '--json']);
    expect(status).toBe(expected.verdict === 'broken' ? 1 : 0);
    const said = answer.parse(JSON.parse(text));
    expect(said.verdict).toBe(expected.verdict);
    expect(said.counts['events'] ?? null).toBe(expected.events);
    expect(said.anchor).toEqual(expected.anchor);
    const isSigned = certificate !== undefined && expected.verdict !== 'broken';
    const signer = { name: 'Holdfast documents, a test', trusted: true };
    expect(isSigned ? said.signer : signer).toEqual(signer);
    const problems = said.problems.map((one) => ({
      ...one,
      file: one.file.replace(/^.*\/witness/, 'witness'),
    }));
    expect(problems).toEqual(expected.problems);
  });

  it('names the certificate of who signed a bundle, and says that anybody can make one', () => {
    const { text } = run(file, program, [at('signed.asice')]);
    expect(text).toMatch(/^whole and anchored outside/);
    expect(text).toMatch(
      / {2}- the bundle is signed by 'Holdfast documents, a test' \(certificate [0-9a-f]{64}\); anybody can make/,
    );
    const given = run(file, program, [at('signed.asice'), '--certificate', at('signer-ec.pem')]);
    expect(given.text).toContain(', which you gave');
    const foreign = run(file, program, [at('signed.asice'), '--certificate', at('signer-rsa.pem')]);
    expect([foreign.status, foreign.text]).toEqual([
      1,
      expect.stringContaining('another certificate than the one that you gave'),
    ]);
    const unsigned = run(file, program, [at('whole.zip'), '--certificate', at('signer-ec.pem')]);
    expect([unsigned.status, unsigned.text]).toEqual([1, expect.stringContaining('nothing here is signed')]);
  });

  it('says in words what it found, and 2 to a call that it does not understand', () => {
    const [good] = vectors;
    const broken = vectors.find(({ verdict }) => verdict === 'broken');
    expect(run(file, program, [at(good?.bundle)]).text).toMatch(
      /^whole and anchored outside at 2026-11-29T\S+ by Test Stamp Authority up to event 24: 26 events, if that authority/,
    );
    expect(run(file, program, [at(broken?.bundle)]).text).toMatch(/^broken, here:\n {2}\S+, event \d+: /);
    expect(run(file, program, []).status).toBe(2);
    expect(run(file, program, ['/no/such/bundle']).status).toBe(2);
  });

  it('finds 100,000 genuine events whole, and the one byte that was changed', { timeout: 300_000 }, () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-large-'));
    const key = writeLargeBundle(folder, 100_000);
    expect(run(file, program, [folder, '--key', key]).text).toMatch(/^whole: 100000 events\n/);
    const events = path.join(folder, 'events.jsonl');
    execFileSync('sed', ['-i', '77777s/technician/technicians/', events]);
    const { status, text } = run(file, program, [folder, '--key', key]);
    expect(status).toBe(1);
    expect(text).toContain('events.jsonl, event 77777: its bytes are not those that its hash is over');
    fs.rmSync(folder, { recursive: true });
  });
});

describe('what is handed out', () => {
  it('is made from the source beside it, and short enough to be read', async () => {
    const text = fs.readFileSync(VERIFIER_FILE, 'utf8');
    expect(text).toBe(await verifierText());
    expect(text.split('\n').length).toBeLessThanOrEqual(LINES_MAX);
  });

  it('asks neither network nor packages nor ours', () => {
    const imported = [...fs.readFileSync(VERIFIER_FILE, 'utf8').matchAll(/from ["']([^"']+)["']/g)];
    expect(new Set(imported.map(([, name]) => name))).toEqual(
      new Set(['node:crypto', 'node:fs', 'node:path', 'node:url', 'node:zlib']),
    );
    const python = fs.readFileSync(path.join(FOLDER, 'verify.py'), 'utf8');
    const modules = [...python.matchAll(/^(?:import|from) (\w+)/gm)].map(([, name]) => name);
    expect(new Set(modules)).toEqual(
      new Set(['base64', 'hashlib', 'json', 'os', 're', 'sys', 'zipfile', 'zlib', 'datetime', 'urllib']),
    );
  });
});
