import { describe, expect, test } from 'vitest';
import type { RecordAmendment, RestoreRecord } from './record';
import { restoreRecord } from './record-schema';
import { recordOfPerson } from './record.fixture';
import { authorsOf, standingOf } from './standing';

const by = { id: 'ben', name: 'Ben' };
const review = (decision: 'accepted' | 'rejected'): RecordAmendment => ({
  kind: 'review',
  decision,
  by,
  at: 1,
  comment: null,
});
const correction = (fields: Partial<RestoreRecord>): RecordAmendment => ({
  kind: 'correction',
  by,
  at: 1,
  reason: 'a slip',
  fields,
});
const AGENT = { kind: 'agent', id: 'a', name: 'fs-01', version: '1.0' } as const;

describe('what counts', () => {
  test.each<[string, Partial<RestoreRecord>, RecordAmendment[], 'passed' | 'failed' | null]>([
    ['a person’s pass that nobody reviewed', {}, [], null],
    ['a person’s pass that was accepted', {}, [review('accepted')], 'passed'],
    ['a person’s pass that was rejected', {}, [review('rejected')], null],
    ['an agent’s pass that nobody reviewed', { performer: AGENT }, [], 'passed'],
    ['an agent’s pass that was rejected', { performer: AGENT }, [review('rejected')], null],
    ['a failure that nobody reviewed', { result: 'failed' }, [], 'failed'],
    ['a failure that was accepted', { result: 'failed' }, [review('accepted')], 'failed'],
    ['a failure that was rejected', { result: 'failed' }, [review('rejected')], null],
    ['a partial one that was accepted', { result: 'partial' }, [review('accepted')], null],
    ['an error that was accepted', { result: 'error' }, [review('accepted')], null],
    ['a skipped one that was accepted', { result: 'skipped' }, [review('accepted')], null],
    ['that a job said success', { level: 'L0' }, [review('accepted')], null],
    ['a pass corrected after it was accepted', {}, [review('accepted'), correction({ scope: 'less' })], null],
    ['a pass corrected to a failure', {}, [review('accepted'), correction({ result: 'failed' })], 'failed'],
    ['a failure corrected to a pass', { result: 'failed' }, [correction({ result: 'passed' })], null],
    [
      'a pass with a lesson added after it was accepted',
      {},
      [review('accepted'), correction({ lessons: 'x' })],
      'passed',
    ],
    [
      'a rejected one corrected and accepted',
      {},
      [review('rejected'), correction({ level: 'L5' }), review('accepted')],
      'passed',
    ],
  ])('%s', (_, changed, amendments, counts) => {
    expect(standingOf(recordOfPerson(changed), amendments).countsAs).toBe(counts);
  });
});

test('a correction replaces whole fields, and nothing that may not be corrected', () => {
  const made = recordOfPerson();
  const { record } = standingOf(made, [
    correction({ scope: 'the folder /home', recordId: 'another', performer: AGENT }),
  ]);
  expect(record).toEqual({ ...made, scope: 'the folder /home' });
});

test('a failure is open until it is closed, and none once it is rejected', () => {
  const failed = recordOfPerson({ result: 'failed' });
  const closed = correction({
    failure: {
      ticket: null,
      cause: 'x',
      correctiveAction: 'y',
      owner: null,
      closedAt: 2,
      retestRecordId: null,
    },
  });
  expect(standingOf(failed, []).failure).toBe('open');
  expect(standingOf(failed, [closed]).failure).toBe('closed');
  expect(standingOf(failed, [review('rejected')]).failure).toBe('none');
  expect(standingOf(recordOfPerson(), []).failure).toBe('none');
});

test('who performed or corrected it may not review it; who only followed it up may', () => {
  const made = recordOfPerson();
  expect([...authorsOf(made, [correction({ scope: 'x' })])]).toEqual([made.performer.id, 'ben']);
  expect([...authorsOf(made, [correction({ lessons: 'x' }), review('accepted')])]).toEqual([
    made.performer.id,
  ]);
});

test('a record is read as it was written', () => {
  const made = recordOfPerson({ performer: AGENT });
  expect(restoreRecord.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
});
