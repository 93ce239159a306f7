import { describe, expect, test } from 'vitest';
import {
  addressesInBuild,
  endpointsInSource,
  serverActionsInBuild,
  serverActionsInSource,
} from './endpoints';
import { MATRIX } from './matrix';

const rows = MATRIX.map(({ method, kind, path }) => `${method} ${kind} ${path}`).toSorted();

describe('the authorisation matrix', () => {
  test('has one row for every page and every method of every route handler, and none for what is gone', () => {
    expect(rows, 'test/authorisation/matrix.ts says who may use each endpoint').toEqual(endpointsInSource());
  });

  test('has every address that the build serves', () => {
    const addresses = [...new Set(MATRIX.map(({ kind, path }) => `${kind} ${path}`))];
    const built = addressesInBuild() ?? [];
    expect(built.filter((address) => !addresses.includes(address))).toEqual([]);
  });

  test('needs no rows for server actions, because there are none', () => {
    expect(serverActionsInSource()).toEqual([]);
    expect(serverActionsInBuild() ?? []).toEqual([]);
  });

  test('names an object wherever a path takes an id', () => {
    const nameless = MATRIX.filter(({ path, object }) => /\[(?!\.\.\.nextauth)/.test(path) && !object);
    expect(nameless).toEqual([]);
  });

  test('gives a body to whatever changes something', () => {
    const changing = MATRIX.filter(({ method, refusalsOnly }) => method !== 'GET' && !refusalsOnly);
    expect(changing.filter(({ body, path }) => !body && !path.includes('nextauth'))).toEqual([]);
  });
});
