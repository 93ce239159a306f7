import { expect, test } from 'vitest';
import { claimsText, conditionsText, givesText, reasonsText } from './assignment-rule-words';

const NOTHING = {
  hostPatterns: null,
  osPatterns: null,
  clientIds: null,
  siteIds: null,
  tools: null,
  holds: null,
};
const NAMES = new Map([['c-1', 'Larkwell']]);

test('a rule is told by what it asks and gives', () => {
  expect(conditionsText(NOTHING, NAMES)).toBe('every newly seen system');
  expect(
    conditionsText(
      { ...NOTHING, hostPatterns: ['sql-*', '*-db'], clientIds: ['c-1', 'c-2'], holds: ['database'] },
      NAMES,
    ),
  ).toBe('host name like sql-* or *-db; of Larkwell or one that is gone; holds a database');
  expect(conditionsText({ ...NOTHING, tools: ['a', 'b', 'c', 'd', 'e'] }, NAMES)).toBe(
    'backed up by a or b or c or 2 more',
  );
  expect(givesText(['db'], null)).toBe('tag db');
  expect(givesText(['db', 'gold'], 'Gold')).toBe('tags db, gold; policy Gold');
});

test('a match is told by its reasons, a conflict by both rules', () => {
  expect(reasonsText([])).toBe('it asks nothing');
  expect(
    reasonsText([
      { condition: 'host', value: 'sql-01', pattern: 'sql-*' },
      { condition: 'holds', value: 'image' },
    ]),
  ).toBe('like sql-*, holds an image of a machine');
  const claim = { assignmentRuleId: '1', policyId: '2', ruleName: 'A', policyName: 'Gold' };
  expect(claimsText([claim, { ...claim, ruleName: 'B', policyName: 'Silver' }])).toBe(
    '‘A’ says Gold, ‘B’ says Silver',
  );
});
