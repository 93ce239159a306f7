import { describe, expect, test } from 'vitest';
import { type FirstStepFacts, firstSteps, leadsToFirstSteps } from './first-steps';

const NOTHING: FirstStepFacts = {
  isMailTaken: false,
  clientCount: 0,
  awaitedCount: 0,
  hasReport: false,
  leftOut: [],
};

describe('the first steps of an MSP', () => {
  test('begin with the mail: name and zone are there with the MSP', () => {
    expect(firstSteps(NOTHING)).toEqual({
      states: { msp: 'done', mail: 'open', client: 'open', connection: 'open' },
      doneCount: 1,
      next: 'mail',
    });
  });

  test('are done by what is there, whatever was left out before', () => {
    const facts = { ...NOTHING, isMailTaken: true, clientCount: 1, hasReport: true };
    const done = { msp: 'done', mail: 'done', client: 'done', connection: 'done' };
    expect(firstSteps({ ...facts, leftOut: ['mail', 'client', 'connection'] }).states).toEqual(done);
    expect(firstSteps(facts)).toEqual({ states: done, doneCount: 4, next: null });
  });

  test('lead past what is left out', () => {
    const { states, next } = firstSteps({ ...NOTHING, leftOut: ['mail'] });
    expect(states.mail).toBe('left-out');
    expect(next).toBe('client');
  });

  test('wait for the first report of what is connected, unless that was left out', () => {
    const facts = { ...NOTHING, isMailTaken: true, clientCount: 1, awaitedCount: 1 };
    expect(firstSteps(facts)).toMatchObject({ states: { connection: 'waiting' }, next: 'connection' });
    expect(firstSteps({ ...facts, leftOut: ['connection'] }).next).toBeNull();
  });
});

test('the line of the fleet’s page leads to them until all is done or left out, or it is put away', () => {
  expect(leadsToFirstSteps(NOTHING)).toBe(true);
  expect(leadsToFirstSteps({ ...NOTHING, leftOut: ['line'] })).toBe(false);
  expect(leadsToFirstSteps({ ...NOTHING, leftOut: ['mail', 'client', 'connection'] })).toBe(false);
});
