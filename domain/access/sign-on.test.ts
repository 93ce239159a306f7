import { describe, expect, it } from 'vitest';
import { groupsOf, roleOfGroups } from './sign-on';

describe('the role that groups give', () => {
  const roleByGroup = { Readers: 'read-only', Techs: 'technician', Leads: 'admin' } as const;
  const cases: readonly [readonly string[], string | null][] = [
    [['Readers'], 'read-only'],
    [['Readers', 'Techs'], 'technician'],
    [['Techs', 'Leads', 'Readers'], 'admin'],
    [['techs'], null],
    [['Accounting'], null],
    [[], null],
    // Names that every object answers to.
    [['constructor', '__proto__', 'toString'], null],
  ];
  it.each(cases)('of %j is %s', (groups, role) => expect(roleOfGroups(roleByGroup, groups)).toBe(role));
});

describe('groups in a claim', () => {
  it('are a list of texts, or one text', () => {
    expect(groupsOf(['a', 'b'])).toEqual(['a', 'b']);
    expect(groupsOf('a')).toEqual(['a']);
  });
  it.each([undefined, null, 7, true, '', {}, [], [7, null, ['a']]])('are none in %j', (claim) =>
    expect(groupsOf(claim)).toEqual([]),
  );
});
