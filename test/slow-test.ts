import { test } from 'vitest';
import { isThorough } from './thorough';

/**
 * A test that `npm test` has no time for, `test:long` alone: a process that is killed, a lease or a silence that has to end, a tool that takes
 * its time. Whole files of them stand in vitest.config.ts.
 */
export const slowTest = isThorough ? test : test.skip;
