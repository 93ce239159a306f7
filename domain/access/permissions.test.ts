import { describe, expect, test } from 'vitest';
import {
  homeOf,
  isByGrant,
  isLimitable,
  isOfClients,
  may,
  mayGrant,
  MSP_ROLES,
  PERMISSIONS,
  type Permission,
  type Role,
  ROLES,
} from './permissions';

/** Who may what, said a second time by hand: o owner, a admin, t technician, r read-only, l leader of a client, and e (evidence) for auditors. */
const EXPECTED: Record<Permission, string> = {
  'view-fleet': 'oatr',
  'view-raw-report': 'oatr',
  'view-agents': 'oatr',
  declare: 'oat',
  'sort-inbox': 'oat',
  'work-findings': 'oat',
  'record-restore-test': 'oat',
  'review-restore-test': 'oat',
  'request-restore-test': 'oat',
  'mint-enrolment-token': 'oat',
  'revoke-agent': 'oa',
  'manage-channels': 'oat',
  'manage-clients': 'oat',
  'view-policies': 'oatr',
  'change-policy': 'oa',
  'manage-people': 'oa',
  'manage-sign-on': 'oa',
  'enforce-sign-in': 'o',
  'view-sign-ins': 'o',
  'manage-notifications': 'oa',
  'view-audit-log': 'oa',
  'view-health': 'oa',
  'view-documents': 'oatr',
  'make-document': 'oat',
  'change-branding': 'oa',
  'change-report-templates': 'oa',
  'view-portal': 'l',
  'decide-risks': 'l',
  'view-evidence': 'e',
  'manage-evidence': 'oa',
  'set-up-msp': 'o',
  'manage-evidence-log': 'o',
  'export-everything': 'o',
  'set-retention': 'o',
  'end-client': 'o',
};

/** What a role may no more when it is limited to some clients. */
function lost(role: Role): Permission[] {
  return PERMISSIONS.filter((permission) => may(role, permission) && !may(role, permission, ['one']));
}

describe('permissions', () => {
  test.each(PERMISSIONS)('%s is given to exactly the roles that are meant', (permission) => {
    const roles = ROLES.filter((role) => may(role, permission)).map((role) =>
      role === 'auditor' ? 'e' : role[0],
    );
    expect(roles.join('')).toBe(EXPECTED[permission]);
  });

  test('a more powerful role of the MSP may whatever a lesser one may', () => {
    for (const permission of PERMISSIONS) {
      const allowed = MSP_ROLES.map((role) => may(role, permission));
      expect(allowed).toEqual(allowed.toSorted((a, b) => Number(b) - Number(a)));
    }
  });

  test('read-only changes nothing', () => {
    const allowed = PERMISSIONS.filter((permission) => may('read-only', permission));
    expect(allowed.every((permission) => permission.startsWith('view-'))).toBe(true);
  });

  test('who sees some clients only does nothing to the MSP as a whole', () => {
    expect(lost('technician')).toEqual(['manage-clients', 'view-policies']);
    expect(lost('read-only')).toEqual(['view-policies']);
    expect(PERMISSIONS.filter((permission) => may('technician', permission, ['one']))).toContain('declare');
  });

  test('only those who do not run the MSP can be limited to some clients', () => {
    expect(ROLES.filter(isLimitable)).toEqual(['technician', 'read-only', 'leader']);
    expect(ROLES.filter(isOfClients)).toEqual(['leader']);
    expect(ROLES.filter(isByGrant)).toEqual(['auditor']);
  });

  test('nobody of a client reaches anything of the MSP, and begins elsewhere', () => {
    for (const permission of PERMISSIONS.filter((one) => may('leader', one) || may('auditor', one)))
      expect(MSP_ROLES.filter((role) => may(role, permission))).toEqual([]);
    expect(ROLES.map(homeOf)).toEqual(['/', '/', '/', '/', '/portal', '/evidence']);
  });

  test.each<[Role, Role[]]>([
    ['owner', ['owner', 'admin', 'technician', 'read-only', 'leader']],
    ['admin', ['admin', 'technician', 'read-only', 'leader']],
    ['technician', []],
    ['read-only', []],
    ['leader', []],
    ['auditor', []],
  ])('%s grants no role above their own', (by, grantable) => {
    expect(ROLES.filter((role) => mayGrant(by, role))).toEqual(grantable);
  });
});
