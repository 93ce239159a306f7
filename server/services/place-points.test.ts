import { describe, expect, test } from 'vitest';
import { openDataSetBoard } from './place-points';

const SYSTEM = '0190a000-0000-7000-8000-000000000001';

describe('more data sets than are looked after', () => {
  test('are left out, and one that never gets a point fails for them', () => {
    const board = openDataSetBoard([]);
    const places = Array.from({ length: 300 }, (_, index) => board.place(SYSTEM, 'files', [`/srv/${index}`]));
    expect(places.filter((place) => place !== null)).toHaveLength(200);
    const kept = board.changed();
    expect(kept).toHaveLength(201);
    const [standIn] = kept.filter((one) => !places.includes(one.id));
    expect(standIn?.name).toBe('more data sets than are looked after');

    const next = openDataSetBoard(kept);
    expect(next.place(SYSTEM, 'files', ['/srv/299'])).toBeNull();
    expect(next.place(SYSTEM, 'files', ['/srv/7'])).toBe(places[7]);
    expect(next.changed()).toEqual([]);
  });
});
