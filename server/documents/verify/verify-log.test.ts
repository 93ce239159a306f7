import fs from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { checkLog } from '@/verify/check-log';
import { NODE } from '@/verify/node-platform';
import { verifyLog } from './verify-log';
import { WEB } from './web-platform';

const VECTORS = path.resolve(import.meta.dirname, '../../../verify/vectors');
const bundles = fs.readdirSync(VECTORS).filter((name) => name.endsWith('.zip'));
const filesOf = (bundle: string) =>
  new Map(Object.entries(unzipSync(fs.readFileSync(path.join(VECTORS, bundle)))));
const NOTHING = { keys: [], witnesses: [], authorities: [], certificates: [] };

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
const entries = (files: ReadonlyMap<string, Uint8Array>) =>
  new Map([...files].map(([name, bytes]) => [name, { name, read: () => once(bytes) }]));

/** What a file of a bundle says, changed. */
function changed(bundle: string, ending: string, from: string, to: string): Map<string, Uint8Array> {
  const files = filesOf(bundle);
  const name = [...files.keys()].toSorted().findLast((one) => one.endsWith(ending)) ?? '';
  const text = Buffer.from(files.get(name) ?? []).toString('latin1');
  expect(text).toContain(from);
  return files.set(name, Buffer.from(text.replace(from, to), 'latin1'));
}
const told = async (files: ReadonlyMap<string, Uint8Array>): Promise<string> =>
  (await verifyLog(files)).map(({ isGood, text }) => `${String(isGood)}: ${text}`).join('\n');

describe('the log of a bundle in a browser', () => {
  test.each(bundles)('is judged as by verify.mjs: %s', async (bundle) => {
    const files = entries(filesOf(bundle));
    expect(await checkLog(WEB, files, NOTHING)).toEqual(await checkLog(NODE, files, NOTHING));
  });

  test('is whole with its signed checkpoints, and anchored outside where a time-stamp is there', async () => {
    const whole = await told(filesOf('whole.zip'));
    expect(whole).toContain('true: The evidence log in it is one chain of 26 events, 0 of them withheld.');
    expect(whole).toContain('true: Its signed checkpoints hold');
    expect(whole).toMatch(
      /true: It is anchored outside at 2026-\S+ by Test Stamp Authority up to event 24, if/,
    );
    expect(whole).toContain('What is not checked here: whether its key');
    expect(whole).not.toContain('false');
    expect(await told(filesOf('whole-without-a-time-stamp.zip'))).toContain('not anchored outside');
  });

  test.each([
    [
      'a body was changed',
      'events.jsonl',
      'declaration.made',
      'declaration.maed',
      /event 1: its bytes are not/,
    ],
    ['a checkpoint was changed', '.note', 'at 2026', 'at 2025', /is not signed by a key that is believed/],
    ['its place in the tree was changed', '.path', '"index":', '"index":1', /does not lead to the root/],
    ['a time-stamp was changed', '.tsr', 'Test Stamp', 'Best Stamp', /\.tsr: /],
  ])('is broken where %s, and says where', async (_, ending, from, to, why) => {
    const text = await told(changed('whole.zip', ending, from, to));
    expect(text).toMatch(/^false: The evidence log is broken, here: /);
    expect(text).toMatch(why);
  });

  test('is wrong where it is not there', async () => {
    expect(await verifyLog(new Map())).toMatchObject([{ isGood: false }]);
  });
});
