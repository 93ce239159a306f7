import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FLEET_VIEWS_MAX, listFleetViews } from '../data/fleet-views';
import { openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { dropFleetView, keepFleetView } from './keep-fleet-view';

const NOW = Date.now();
let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
});
afterAll(() => cast.close());

const keep = (person: { personId: string }, name: string, query: string, formerName: string | null = null) =>
  keepFleetView(cast.web, ours.scope(), person, { name, query, formerName }, NOW);
const viewsOf = (personId: string, msp = ours) =>
  cast.web.inScope(msp.scope(), (tx) => listFleetViews(tx, msp.mspId, personId));

describe('views of the fleet', () => {
  test('are kept under a name, renamed, taken away and had back', async () => {
    const person = { personId: randomUUID() };
    await keep(person, 'Mornings', 'status=needs-me');
    await keep(person, 'Every morning', 'status=needs-me', 'Mornings');
    expect(await viewsOf(person.personId)).toEqual([{ name: 'Every morning', query: 'status=needs-me' }]);
    await dropFleetView(cast.web, ours.scope(), person, 'Every morning', NOW);
    await dropFleetView(cast.web, ours.scope(), person, 'Every morning', NOW);
    expect(await viewsOf(person.personId)).toEqual([]);
    await keep(person, 'Every morning', 'sort=client');
    expect(await viewsOf(person.personId)).toEqual([{ name: 'Every morning', query: 'sort=client' }]);
  });

  test('each have a name of their own, also after a rename', async () => {
    const person = { personId: randomUUID() };
    await keep(person, 'One', '');
    await keep(person, 'Two', '');
    await expect(keep(person, 'One', 'q=x')).rejects.toMatchObject({ code: 'conflict' });
    await expect(keep(person, 'One', '', 'Two')).rejects.toMatchObject({ code: 'conflict' });
    expect(await viewsOf(person.personId)).toHaveLength(2);
  });

  test('are at most thirty', async () => {
    const person = { personId: randomUUID() };
    for (let index = 0; index < FLEET_VIEWS_MAX; index++) await keep(person, `View ${index}`, '');
    await expect(keep(person, 'One more', '')).rejects.toThrow('Take one away first.');
    await keep(person, 'Another name', '', 'View 3');
  });

  test('are seen by nobody else, of the same MSP or another', async () => {
    const person = { personId: randomUUID() };
    await keep(person, 'Mine', '');
    expect(await viewsOf(randomUUID())).toEqual([]);
    expect(await viewsOf(person.personId, theirs)).toEqual([]);
    await dropFleetView(cast.web, theirs.scope(), person, 'Mine', NOW);
    expect(await viewsOf(person.personId)).toHaveLength(1);
  });

  test('are on the record, each change once', async () => {
    const person = { personId: randomUUID() };
    await keep(person, 'Seen', 'q=a');
    await dropFleetView(cast.web, ours.scope(), person, 'Seen', NOW);
    await dropFleetView(cast.web, ours.scope(), person, 'Seen', NOW);
    const events = await cast.rows(
      "SELECT action FROM audit.event WHERE msp_id = $1 AND body LIKE '%' || $2 || '%' ORDER BY seq",
      [ours.mspId, person.personId],
    );
    expect(events.map((event) => event['action'])).toEqual(['fleet-view.kept', 'fleet-view.removed']);
  });
});
