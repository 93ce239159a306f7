import { describe, expect, it } from 'vitest';
import { API_SCOPES, clientsOfKey, permissionsOf, scopeFor } from './api-scopes';
import { may, MSP_ROLES, PERMISSIONS } from './permissions';

describe('scopes of keys', () => {
  it('stand for no permission twice, and for none that nobody of the MSP has', () => {
    const all = API_SCOPES.flatMap((scope) => [...permissionsOf(scope)]);
    expect(new Set(all).size).toBe(all.length);
    for (const permission of all) expect(MSP_ROLES.some((role) => may(role, permission))).toBe(true);
  });

  it('leave out whatever gives access to people or programs, or needs a second person', () => {
    const without = PERMISSIONS.filter((permission) => scopeFor(permission) === null);
    expect(without).toEqual([
      'review-restore-test',
      'manage-people',
      'manage-sign-on',
      'enforce-sign-in',
      'view-sign-ins',
      'view-health',
      'change-branding',
      'change-report-templates',
      'view-portal',
      'decide-risks',
      'view-evidence',
      'manage-evidence',
      'end-client',
      'set-up-msp',
      'manage-evidence-log',
      'set-retention',
      'export-everything',
    ]);
    expect(scopeFor('signed-in')).toBeNull();
    expect(scopeFor('view-fleet')).toBe('read');
  });
});

describe('clients of a key', () => {
  it.each([
    ['*', '*', '*'],
    ['*', ['a'], ['a']],
    [['a', 'b'], '*', ['a', 'b']],
    [['a', 'b'], ['b', 'c'], ['b']],
    [['a'], ['c'], []],
    [[], '*', []],
  ] as const)('of %j and %j are %j', (ofPerson, ofKey, expected) => {
    expect(clientsOfKey(ofPerson, ofKey)).toEqual(expected);
  });
});
