import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEPT_VIEWS_MAX, listKeptViews, type ViewedScreen } from '../data/kept-views';
import { openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { dropView, keepView } from './keep-view';

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
  keepView(cast.web, ours.scope(), { ...person, screen: 'fleet' }, { name, query, formerName }, NOW);
const viewsOf = (personId: string, msp = ours, screen: ViewedScreen = 'fleet') =>
  cast.web.inScope(msp.scope(), (tx) => listKeptViews(tx, msp.mspId, { personId, screen }));

describe('views of a screen', () => {
  test('are kept under a name, renamed, taken away and had back', async () => {
    const person = { personId: randomUUID() };
    await keep(person, 'Mornings', 'status=needs-me');
    await keep(person, 'Every morning', 'status=needs-me', 'Mornings');
    expect(await viewsOf(person.personId)).toEqual([{ name: 'Every morning', query: 'status=needs-me' }]);
    await dropView(cast.web, ours.scope(), { ...person, screen: 'fleet' }, 'Every morning', NOW);
    await dropView(cast.web, ours.scope(), { ...person, screen: 'fleet' }, 'Every morning', NOW);
    expect(await viewsOf(person.personId)).toEqual([]);
    await keep(person, 'Every morning', 'sort=client');
    expect(await viewsOf(person.personId)).toEqual([{ name: 'Every morning', query: 'sort=client' }]);
  });

  test('are kept by who sees some clients alone, too', async () => {
    const person = { personId: randomUUID() };
    const { mspId, clientId } = ours;
    const limited = makeTenantScope({
      mspId,
      clientIds: [clientId],
      actorId: person.personId,
      role: 'technician',
    });
    const form = { name: 'Mornings', query: '', formerName: null };
    await keepView(cast.web, limited, { ...person, screen: 'fleet' }, form, NOW);
    expect(await viewsOf(person.personId)).toEqual([{ name: 'Mornings', query: '' }]);
    await dropView(cast.web, limited, { ...person, screen: 'fleet' }, 'Mornings', NOW);
    expect(await viewsOf(person.personId)).toEqual([]);
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
    for (let index = 0; index < KEPT_VIEWS_MAX; index++) await keep(person, `View ${index}`, '');
    await expect(keep(person, 'One more', '')).rejects.toThrow('Take one away first.');
    await keep(person, 'Another name', '', 'View 3');
  });

  test('are seen by nobody else, of the same MSP or another', async () => {
    const person = { personId: randomUUID() };
    await keep(person, 'Mine', '');
    expect(await viewsOf(randomUUID())).toEqual([]);
    expect(await viewsOf(person.personId, theirs)).toEqual([]);
    await dropView(cast.web, theirs.scope(), { ...person, screen: 'fleet' }, 'Mine', NOW);
    expect(await viewsOf(person.personId)).toHaveLength(1);
  });

  test('belong to their screen: another one may have its own of the same name', async () => {
    const person = { personId: randomUUID() };
    await keep(person, 'Mornings', 'status=needs-me');
    const ofQueue = { ...person, screen: 'findings' } as const;
    const form = { name: 'Mornings', query: 'tab=mine', formerName: null };
    await keepView(cast.web, ours.scope(), ofQueue, form, NOW);
    await dropView(cast.web, ours.scope(), { ...person, screen: 'fleet' }, 'Mornings', NOW);
    expect(await viewsOf(person.personId)).toEqual([]);
    expect(await viewsOf(person.personId, ours, 'findings')).toEqual([
      { name: 'Mornings', query: 'tab=mine' },
    ]);
  });

  test('are on the record, each change once', async () => {
    const person = { personId: randomUUID() };
    await keep(person, 'Seen', 'q=a');
    await dropView(cast.web, ours.scope(), { ...person, screen: 'fleet' }, 'Seen', NOW);
    await dropView(cast.web, ours.scope(), { ...person, screen: 'fleet' }, 'Seen', NOW);
    const events = await cast.rows(
      "SELECT action FROM audit.event WHERE msp_id = $1 AND body LIKE '%' || $2 || '%' ORDER BY seq",
      [ours.mspId, person.personId],
    );
    expect(events.map((event) => event['action'])).toEqual(['fleet-view.kept', 'fleet-view.removed']);
  });
});
