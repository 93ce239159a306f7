import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawSample, populationText, repeatLine, SEED_SHAPE } from './sample';
import vectors from './sample-vectors.json';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the draw of a sample', () => {
  test.each(vectors.draws)(
    'gives what is published for seed $seed and size $size',
    ({ seed, size, drawn }) => {
      expect(drawSample(vectors.population, seed, size, sha256)).toEqual(drawn);
      expect(drawSample(vectors.population.toReversed(), seed, size, sha256)).toEqual(drawn);
    },
  );

  test('is repeated by the line of shell that is printed beside it', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-sample-'));
    try {
      writeFileSync(path.join(folder, 'population.txt'), populationText(vectors.population));
      for (const { seed, size, drawn } of vectors.draws) {
        const said = execFileSync('sh', ['-c', repeatLine(seed, size)], { cwd: folder, encoding: 'utf8' });
        expect(said.trimEnd().split('\n')).toEqual(drawn.map(({ drawValue, key }) => `${drawValue} ${key}`));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('names its list by a hash that any tool can repeat', () => {
    expect(sha256(populationText(vectors.population))).toBe(vectors.populationSha256);
    expect(populationText([])).toBe('');
  });

  test('takes all of a smaller population, each member once', () => {
    expect(drawSample(['a', 'b', 'a'], 's', 5, sha256)).toHaveLength(2);
    expect(drawSample([], 's', 5, sha256)).toEqual([]);
  });

  test('takes no seed that a shell would read as something else', () => {
    for (const seed of ['1428', 'A.b_c-9', 'x'.repeat(100)]) expect(SEED_SHAPE.test(seed)).toBe(true);
    for (const seed of ['', 'a b', '$(rm)', '"', '`', 'é', 'x'.repeat(101), 'a\n'])
      expect(SEED_SHAPE.test(seed)).toBe(false);
  });
});
