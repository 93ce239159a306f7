import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { damageOne } from './damage-one';
import type { ListedFile } from './listed-file';

const BYTES = 100;

const listed = (name: string, bytes = BYTES): ListedFile => ({
  path: `/${name}`,
  bytes,
  modifiedAt: null,
  modifiedNs: null,
  modifiedStepNs: 1n,
  restoredAs: name,
  sameAs: null,
  isDoubtful: false,
  sourcePath: null,
});

describe('the one file that a drill damages', () => {
  let root: string;
  let folder: string;

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-damage-'));
    folder = path.join(root, 'scratch');
    fs.mkdirSync(folder);
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  function file(name: string, bytes = BYTES): void {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), Buffer.alloc(bytes, 7));
  }
  const damage = (names: readonly string[], seed: number, known: readonly string[] = names) =>
    damageOne(
      folder,
      names.map((name) => listed(name)),
      new Map(known.map((name) => [`/${name}`, { sha256: 'x', origin: 'repository' as const }])),
      seed,
    );

  test('differs in exactly the byte that is told, though nobody may write to it', async () => {
    file('a/b');
    fs.chmodSync(path.join(folder, 'a/b'), 0o400);
    const done = await damage(['a/b'], 1);
    const bytes = fs.readFileSync(path.join(folder, 'a/b'));
    expect(done).toMatchObject({ path: '/a/b', was: 7, became: 248 });
    expect([...bytes].flatMap((byte, at) => (byte === 7 ? [] : [[at, byte]]))).toEqual([[done?.offset, 248]]);
    expect(bytes).toHaveLength(BYTES);
  });

  test('is never one with another name, of another size, a link, or one of which nothing is known', async () => {
    for (const name of ['own', 'linked', 'short', 'unknown']) file(name, name === 'short' ? 3 : BYTES);
    fs.linkSync(path.join(folder, 'linked'), path.join(root, 'other-name'));
    fs.symlinkSync('own', path.join(folder, 'symlink'));
    const names = ['own', 'linked', 'short', 'symlink', 'unknown', 'missing'];
    const known = names.filter((name) => name !== 'unknown');
    for (let seed = 0; seed < 50; seed++)
      expect(await damage(names, seed, known)).toMatchObject({ path: '/own' });
  });

  test('never lies outside of the folder, whatever a restored link leads to', async () => {
    const source = path.join(root, 'source');
    fs.mkdirSync(source);
    fs.writeFileSync(path.join(source, 'real'), Buffer.alloc(BYTES, 7));
    fs.symlinkSync(source, path.join(folder, 'way-out'));
    expect(await damage(['way-out/real'], 1)).toBeNull();
    expect(fs.readFileSync(path.join(source, 'real'))).toEqual(Buffer.alloc(BYTES, 7));
  });
});
