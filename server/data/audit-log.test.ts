import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventHash, eventLink } from '@/domain/evidence/event-hash';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { sha256 } from '../sha256';
import { checkAuditChain } from '../services/check-audit-chain';
import { appendAuditEvent } from './audit';
import { AUDIT_PAGE_SIZE, type AuditFilter, type AuditRow } from './audit-log';
import { readAuditLog, streamAuditEvents } from './audit-screen';

const ALL: AuditFilter = {
  search: '',
  subject: null,
  clientId: null,
  actorId: null,
  from: null,
  to: null,
};
const EVENTS = 250;

let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
  for (let index = 0; index < EVENTS; index += 1)
    await cast.web.inScope(ours.scope(), (tx) =>
      appendAuditEvent(tx, {
        action: index % 2 === 0 ? 'declaration.made' : 'policy.published',
        clientId: index % 2 === 0 ? ours.clientId : null,
        target: {},
        details: { number: index, note: index === 7 ? '100%_sure' : 'as usual' },
        ...(index === 9 && { private: { personName: 'Mara Quill' } }),
      }),
    );
});
afterAll(() => cast.close());

async function allOf(filter: AuditFilter): Promise<AuditRow[]> {
  const events: AuditRow[] = [];
  for await (const event of streamAuditEvents(cast.web, ours.scope(), filter)) events.push(event);
  return events;
}

const numbersOf = (events: readonly { seq: number }[]): number[] => events.map(({ seq }) => seq);

test('stands newest first, in pages that leave nothing out', async () => {
  const first = await readAuditLog(cast.web, ours.scope(), ALL, null);
  expect(first.events).toHaveLength(AUDIT_PAGE_SIZE);
  const second = await readAuditLog(cast.web, ours.scope(), ALL, first.next);
  const numbers = numbersOf([...first.events, ...second.events]);
  expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
  expect(new Set(numbers).size).toBe(2 * AUDIT_PAGE_SIZE);
  const streamed = await allOf(ALL);
  expect(numbersOf(streamed).slice(0, numbers.length)).toEqual(numbers);
  expect(streamed.at(-1)?.seq).toBe(1);
});

test.each<[string, Partial<AuditFilter>, number]>([
  ['a subject', { subject: 'policies' }, EVENTS / 2],
  ['a text with signs that LIKE knows', { search: '100%_s' }, 1],
  ['a personal value beside the chain', { search: 'mara q' }, 1],
  ['an actor who did nothing', { actorId: randomUUID() }, 0],
  ['days that are over', { to: new Date(0) }, 0],
  ['days to come', { from: new Date(Date.now() + 86_400_000) }, 0],
])('finds by %s', async (_, filter, count) => {
  const events = await allOf({ ...ALL, ...filter });
  const own = events.filter(({ body }) => /"(number)"/.test(body));
  expect(own).toHaveLength(count);
});

test("holds nothing of another MSP's", async () => {
  const { events } = await readAuditLog(cast.web, theirs.scope(), ALL, null);
  expect(events.filter(({ body }) => body.includes('as usual'))).toEqual([]);
});

test('is whole, and says up to which hash', async () => {
  const check = await checkAuditChain(cast.web, ours.scope());
  expect(check.broken).toBeNull();
  expect(check.events).toBeGreaterThanOrEqual(EVENTS);
  const [newest] = (await readAuditLog(cast.web, ours.scope(), ALL, null)).events;
  expect(check.headHash).toBe(newest?.hash);
  const link = { form: 2, clientId: null, prev: JSON.parse(newest?.body ?? '').prev as string } as const;
  expect(eventHash(sha256, eventLink(sha256, newest?.body ?? '', link))).toBe(newest?.hash);
});

/** The hash of an event of form 2, of whose body this is the expression. */
const hashOver = (body: string): string => `sha256('\\x02'::bytea || decode(body::jsonb ->> 'prev', 'hex')
  || sha256(convert_to('client:' || coalesce(client_id::text, '') || ':' || (body::jsonb ->> 'prev'), 'utf8'))
  || sha256(convert_to(${body}, 'utf8')))`;
const WITH_OWN_HASH = `hash = ${hashOver('body')}`;
test.each([
  ['changed', `UPDATE audit.event SET body = replace(body, 'as usual', 'as never')`, 'hash is over'],
  [
    'changed, with its hash made anew',
    `UPDATE audit.event SET body = replace(body, 'as usual', 'as never'), hash = ${hashOver("replace(body, 'as usual', 'as never')")}`,
    'does not follow',
  ],
  ['found as another action', `UPDATE audit.event SET action = 'policy.withdrawn'`, 'not what it says'],
  ['moved in time', `UPDATE audit.event SET at = at - interval '1 day'`, 'its time'],
])('an event that was %s shows', async (_, change, complaint) => {
  const seq = EVENTS / 2;
  const where = `WHERE msp_id = $1 AND seq = ${seq}`;
  const [kept] = await cast.rows(`SELECT body, hash, action, at FROM audit.event ${where}`, [ours.mspId]);
  await cast.rows(`${change} ${where}`, [ours.mspId]);
  const check = await checkAuditChain(cast.web, ours.scope());
  expect(check.broken?.complaint).toContain(complaint);
  expect([seq, seq + 1]).toContain(check.broken?.seq);
  await cast.rows(`UPDATE audit.event SET body = $2, action = $3, at = at ${where}`, [
    ours.mspId,
    kept?.['body'],
    kept?.['action'],
  ]);
  await cast.rows(
    `UPDATE audit.event SET ${WITH_OWN_HASH}, at = ((body::jsonb) ->> 'at')::timestamptz ${where}`,
    [ours.mspId],
  );
  expect((await checkAuditChain(cast.web, ours.scope())).broken).toBeNull();
});

test('a log in which an event says nothing any more is listed all the same, with what is left of it', async () => {
  const where = 'WHERE msp_id = $1 AND seq = 60';
  const [kept] = await cast.rows(`SELECT body FROM audit.event ${where}`, [ours.mspId]);
  await cast.rows(`UPDATE audit.event SET body = 'nonsense' ${where}`, [ours.mspId]);
  const event = (await allOf(ALL)).find(({ seq }) => seq === 60);
  expect(event).toMatchObject({ body: 'nonsense', actor: { id: null }, target: {}, details: {} });
  expect((await checkAuditChain(cast.web, ours.scope())).broken?.seq).toBe(60);
  await cast.rows(`UPDATE audit.event SET body = $2 ${where}`, [ours.mspId, kept?.['body']]);
});

test('an event that was taken out shows, and so does a personal value that is another now', async () => {
  const [first] = await cast.rows(
    `UPDATE audit.event_private SET value = 'Nobody' WHERE msp_id = $1 AND field = 'personName' RETURNING seq`,
    [ours.mspId],
  );
  const check = await checkAuditChain(cast.web, ours.scope());
  expect(check.broken).toMatchObject({ seq: Number(first?.['seq']) });
  await cast.rows(`DELETE FROM audit.event_private WHERE msp_id = $1 AND field = 'personName'`, [ours.mspId]);
  expect((await checkAuditChain(cast.web, ours.scope())).broken).toBeNull();
  await cast.rows('DELETE FROM audit.event WHERE msp_id = $1 AND seq = 100', [ours.mspId]);
  expect((await checkAuditChain(cast.web, ours.scope())).broken).toEqual({
    seq: 101,
    complaint: 'event 100 is missing before it',
  });
});
