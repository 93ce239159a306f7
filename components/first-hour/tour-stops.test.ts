import { expect, test } from 'vitest';
import { tourHrefs } from './tour-stops';

const hrefs = (systemId: string | null) => tourHrefs(systemId).map(({ href }) => href);

test('the tour has an address for each stop, and leaves the system out where there is none', () => {
  expect(hrefs('s-1')).toEqual(['/?tour=1', '/findings?tour=2', '/systems/s-1?tour=3', '/reports?tour=4']);
  expect(hrefs(null)).toEqual(['/?tour=1', '/findings?tour=2', '/reports?tour=4']);
});
