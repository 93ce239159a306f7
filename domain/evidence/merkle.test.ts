import { createHash } from 'node:crypto';
import { assert, integer, nat, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from './hex';
import { merklePath, merkleTree, rootOfPath, type Sha256 } from './merkle';
import { type CheckpointMark, pickCheckpoints } from './pick-checkpoints';
import { proveReport, reportRoot } from './report-seal';

const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const leavesOf = (count: number) => Array.from({ length: count }, (_, index) => Uint8Array.of(index, 7));

/** RFC 9162, 2.1.1, word for word. */
function rootByDefinition(leaves: readonly Uint8Array[]): Buffer {
  const [first] = leaves;
  if (!first) return createHash('sha256').digest();
  if (leaves.length === 1) return createHash('sha256').update(Uint8Array.of(0)).update(first).digest();
  let split = 1;
  while (2 * split < leaves.length) split *= 2;
  return createHash('sha256')
    .update(Uint8Array.of(1))
    .update(rootByDefinition(leaves.slice(0, split)))
    .update(rootByDefinition(leaves.slice(split)))
    .digest();
}

test('the root is the one of RFC 9162, and every leaf leads to it', () => {
  for (let size = 0; size <= 65; size++) {
    const leaves = leavesOf(size);
    const tree = merkleTree(sha256, leaves);
    expect(toHex(tree.root)).toBe(rootByDefinition(leaves).toString('hex'));
    leaves.forEach((leaf, index) => {
      const path = merklePath(tree, index);
      expect(toHex(rootOfPath(sha256, leaf, { index, size, path }) ?? new Uint8Array())).toBe(
        toHex(tree.root),
      );
    });
  }
});

test('nothing else leads to it: another leaf, place, size, or a path that is longer, shorter or changed', () => {
  const gen = tuple(integer({ min: 2, max: 40 }), nat(), integer({ min: 0, max: 5 }), nat());
  assert(
    property(gen, ([size, place, kind, other]) => {
      const index = place % size;
      const leaves = leavesOf(size);
      const tree = merkleTree(sha256, leaves);
      const path = merklePath(tree, index);
      const leaf = leaves[index] ?? new Uint8Array();
      const at = other % path.length;
      const wrong = [
        { leaf: Uint8Array.of(255), index, path },
        { leaf, index: (index + 1 + (other % (size - 1))) % size, path },
        { leaf, index: size + other, path },
        { leaf, index, path: path.slice(1) },
        { leaf, index, path: [...path, tree.root] },
        { leaf, index, path: path.map((one, step) => (step === at ? sha256(one) : one)) },
      ][kind] ?? { leaf, index, path: [] };
      const root = rootOfPath(sha256, wrong.leaf, { index: wrong.index, size, path: wrong.path });
      expect(root && toHex(root)).not.toBe(toHex(tree.root));
    }),
    { numRuns: 500 },
  );
});

test('a report of a sealed day leads to its root; one that is not among them does not', () => {
  const reports = ['1', '2', '3'].map((digit) => ({
    rawReportId: `0000000${digit}-0000-7000-8000-000000000000`,
    sha256: digit.repeat(64),
  }));
  const proof = proveReport(sha256, reports, reports[1]?.rawReportId ?? '');
  expect(proof).toMatchObject({ index: 1, size: 3, root: reportRoot(sha256, reports) });
  const leaf = fromHex(`${reports[1]?.rawReportId.replaceAll('-', '')}${reports[1]?.sha256}`);
  const path = proof?.path.map(fromHex) ?? [];
  expect(toHex(rootOfPath(sha256, leaf, { index: 1, size: 3, path }) ?? new Uint8Array())).toBe(proof?.root);
  expect(proveReport(sha256, reports, 'another')).toBeNull();
});

test('checkpoints that prove a period bound it, and are two a day at most', () => {
  const marks: CheckpointMark[] = Array.from({ length: 6 * 24 }, (_, hour) => ({
    checkpointId: hour + 1,
    at: new Date(Date.UTC(2026, 0, 1, hour)),
    seq: 10 * (hour + 1),
    isStamped: hour % 3 === 1,
  }));
  const { before, picked, throughSeq } = pickCheckpoints(marks, 255, 1000);
  expect(before?.seq).toBe(250);
  expect(throughSeq).toBe(1010);
  expect(picked.every(({ seq }) => seq >= 250 && seq <= 1010)).toBe(true);
  expect(picked.map(({ seq }) => seq)).toEqual([250, 470, 480, 710, 720, 950, 960, 1000, 1010]);
  expect(pickCheckpoints([], 1, 5)).toEqual({ before: null, picked: [], throughSeq: 5 });
  const unsigned = pickCheckpoints(marks, 1400, 1500);
  expect([unsigned.before?.seq, unsigned.throughSeq]).toEqual([1390, 1500]);
});
