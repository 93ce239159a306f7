import { expect, test } from 'vitest';
import { coverageSentence } from './coverage-words';

const NONE = {
  inventory: 0,
  backedUp: 0,
  notCovered: 0,
  excluded: 0,
  notInInventory: 0,
  notInInventoryExcluded: 0,
};

test.each([
  [
    { inventory: 52, backedUp: 41, notCovered: 9, excluded: 2, notInInventory: 3 },
    '41 of 52 machines of the inventory are backed up; 9 are not, 2 are excluded. 3 that report are not in it.',
  ],
  [{ inventory: 3, backedUp: 3 }, 'All 3 machines of the inventory are backed up.'],
  [{ inventory: 1, backedUp: 1 }, 'The one machine of the inventory is backed up.'],
  [
    { inventory: 2, backedUp: 1, notCovered: 1, notInInventory: 1 },
    '1 of 2 machines of the inventory is backed up; 1 is not. 1 that reports is not in it.',
  ],
  [{ inventory: 1, excluded: 1 }, '0 of 1 machine of the inventory are backed up; 1 is excluded.'],
])('the coverage in words', (counts, wanted) => {
  expect(coverageSentence({ ...NONE, ...counts })).toBe(wanted);
});
