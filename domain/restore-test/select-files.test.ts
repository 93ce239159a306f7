import { createHash } from 'node:crypto';
import { array, assert, integer, property, record, string, uniqueArray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selectFiles, selectionRuleName, type SelectableFile } from './select-files';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const file = (path: string, bytes = 1, modifiedAt: number | null = 0): SelectableFile => ({
  path,
  bytes,
  modifiedAt,
});
const paths = (files: readonly SelectableFile[]): string[] => files.map((one) => one.path);

describe('the files of a restore test', () => {
  const files = [
    ...Array.from({ length: 50 }, (_, index) => file(`/d/${String(index).padStart(2, '0')}`)),
    file('/big', 900),
    file('/bigger', 1000),
    file('/new', 5, 1_000_000),
  ];

  test('a sample holds the 2 largest, the newest, and others by the order of their hashes', () => {
    const sample = paths(selectFiles(files, { kind: 'sample', files: 6 }, 42, sha256));
    expect(sample).toHaveLength(6);
    expect(sample).toEqual(expect.arrayContaining(['/big', '/bigger', '/new']));
    // As `for p in …; do printf '42:%s' $p | sha256sum; done | sort | head -3` tells.
    const byHash = paths(files)
      .filter((path) => path.startsWith('/d/'))
      .toSorted((a, b) => (sha256(`42:${a}`) < sha256(`42:${b}`) ? -1 : 1));
    expect(sample.filter((path) => path.startsWith('/d/'))).toEqual(byHash.slice(0, 3).toSorted());
  });

  test('another seed chooses others; one file is the largest; all are all', () => {
    const by = (seed: number) => paths(selectFiles(files, { kind: 'sample', files: 10 }, seed, sha256));
    expect(by(1)).not.toEqual(by(2));
    expect(paths(selectFiles(files, { kind: 'sample', files: 1 }, 1, sha256))).toEqual(['/bigger']);
    expect(selectFiles(files, { kind: 'all' }, 1, sha256)).toHaveLength(files.length);
    expect([selectionRuleName({ kind: 'all' }), selectionRuleName({ kind: 'sample', files: 3 })]).toEqual([
      'all',
      'largest2+newest1+random',
    ]);
  });

  test('any listing: as many as asked for, each once, whatever the order of the listing', () => {
    const listed = uniqueArray(
      record({ path: string({ minLength: 1 }), bytes: integer({ min: 0 }), modifiedAt: integer() }),
      {
        selector: (one) => one.path,
      },
    );
    assert(
      property(
        listed,
        integer({ min: 1, max: 30 }),
        integer({ min: 0 }),
        array(integer()),
        (all, count, seed, order) => {
          const shuffled = all
            .toSorted((a, b) => (order[a.path.length] ?? 0) - (order[b.path.length] ?? 0))
            .toReversed();
          const chosen = paths(selectFiles(all, { kind: 'sample', files: count }, seed, sha256));
          expect(chosen).toHaveLength(Math.min(count, all.length));
          expect(new Set(chosen).size).toBe(chosen.length);
          expect(paths(selectFiles(shuffled, { kind: 'sample', files: count }, seed, sha256))).toEqual(
            chosen,
          );
        },
      ),
    );
  });
});
