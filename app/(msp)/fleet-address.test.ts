import { describe, expect, test } from 'vitest';
import { fleetHref, readFleetAddress } from './fleet-address';

const ID = '0198c4f2-0000-7000-8000-00000000dead';

describe('the address of the fleet', () => {
  test('keeps every part of a view', () => {
    const href = `/?q=fs-01&status=needs-me&sort=-client&page=2&without=since,days&open=${ID}`;
    const given = Object.fromEntries(new URL(href, 'http://x').searchParams);
    expect(fleetHref(readFleetAddress(given))).toBe(href);
  });

  test('is bare for the preset view', () => {
    expect(fleetHref(readFleetAddress({}))).toBe('/');
  });

  test('leaves at its preset what is not understood', () => {
    const preset = readFleetAddress({});
    const strange = [
      { status: 'purple', sort: 'DROP TABLE', page: '0', open: 'x,../y', without: 'client,x' },
      { page: '-1', sort: 'nothing', q: 'x'.repeat(300) },
      { page: 'NaN', status: '', open: '' },
    ];
    for (const given of strange) expect(readFleetAddress(given)).toEqual(preset);
  });

  test('takes the first of a parameter that is given twice', () => {
    expect(readFleetAddress({ status: ['unknown', 'compliant'] }).status).toBe('unknown');
  });

  test('opens twenty clients at most', () => {
    const ids = Array.from(
      { length: 30 },
      (_, i) => `0198c4f2-0000-7000-8000-${String(i).padStart(12, '0')}`,
    );
    expect(readFleetAddress({ open: ids.join(',') }).open).toHaveLength(20);
  });
});
