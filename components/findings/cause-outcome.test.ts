import { describe, expect, test } from 'vitest';
import { QUEUE_TABS } from '@/domain/findings/queue-tab';
import { type CauseOutcome, leavesTab, outcomeOf } from './cause-outcome';
import type { CauseVerb } from './cause-verbs';

const MARA = { personId: 'mara', name: 'Mara Lind', clientIds: '*' } as const;
const UNTIL = '2026-12-02T08:00:00.000Z';

describe('what is shown before the server has answered', () => {
  test.each<[CauseVerb, Record<string, unknown>, CauseOutcome | null]>([
    ['acknowledge', {}, { kind: 'acknowledged' }],
    ['assign', { personId: 'mara' }, { kind: 'assigned', personId: 'mara', name: 'Mara Lind' }],
    ['assign', { personId: null }, { kind: 'assigned', personId: null, name: null }],
    ['snooze', { until: UNTIL }, { kind: 'snoozed', until: Date.parse(UNTIL) }],
    ['snooze', { until: 'soon' }, null],
    ['wake', { until: null }, { kind: 'awake' }],
  ])('%s %j', (verb, said, outcome) => {
    expect(outcomeOf(verb, said, [MARA])).toEqual(outcome);
  });

  test.each<CauseVerb>([
    'waive',
    'withdraw-waivers',
    'comment',
    'ticket',
    'open-ticket',
    'withdraw-ticket',
    'retry-ticket',
  ])('nothing of %s', (verb) => {
    expect(outcomeOf(verb, {}, [MARA])).toBeNull();
  });
});

const leftBy = (outcome: CauseOutcome) => QUEUE_TABS.filter((tab) => leavesTab(tab, outcome, 'mara'));

describe('which part of the queue a cause leaves by it', () => {
  test.each<[CauseOutcome, string[]]>([
    [{ kind: 'acknowledged' }, []],
    [{ kind: 'snoozed', until: Date.parse(UNTIL) }, ['open', 'mine', 'unassigned']],
    [{ kind: 'awake' }, ['snoozed']],
    [{ kind: 'assigned', personId: 'mara', name: 'Mara Lind' }, ['unassigned']],
    [{ kind: 'assigned', personId: 'isla', name: 'Isla Moor' }, ['mine', 'unassigned']],
    [{ kind: 'assigned', personId: null, name: null }, ['mine']],
  ])('%j', (outcome, tabs) => {
    expect(leftBy(outcome)).toEqual(tabs);
  });
});
