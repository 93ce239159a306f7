import type { Permission } from './permissions';

/**
 * What a personal key can be good for: each scope stands for permissions of the person, who must have them anyway. What is in none needs the
 * person: people, sign-in, keys, evidence grants, branding, report templates, reviews of restore tests.
 */
const PERMISSIONS_OF = {
  read: ['view-fleet', 'view-agents', 'view-raw-report', 'view-policies', 'view-documents'],
  findings: ['work-findings'],
  clients: ['manage-clients'],
  declarations: ['declare', 'sort-inbox'],
  connections: ['mint-enrolment-token', 'revoke-agent', 'manage-channels'],
  'restore-tests': ['record-restore-test', 'request-restore-test'],
  documents: ['make-document'],
  policies: ['change-policy'],
  notifications: ['manage-notifications'],
  audit: ['view-audit-log'],
} as const satisfies Record<string, readonly Permission[]>;

export type ApiScope = keyof typeof PERMISSIONS_OF;

export const API_SCOPES = Object.keys(PERMISSIONS_OF) as [ApiScope, ...ApiScope[]];

/** What each scope is called on the screen and in the reference. */
export const API_SCOPE_WORDS: Readonly<Record<ApiScope, string>> = {
  read: 'Read clients, systems, verdicts, runs, findings, agents, policies and documents',
  findings: 'Acknowledge, assign, snooze, comment on and waive findings, and open tickets',
  clients: 'Add clients, sites and inventories',
  declarations: 'Declare what no tool reports, and sort the inbox',
  connections: 'Make enrolment tokens and channels, and revoke agents',
  'restore-tests': 'Record restore tests, and ask for them',
  documents: 'Make reports and packs, and send them',
  policies: 'Change and assign policies',
  notifications: 'Change channels and rules of notifications',
  audit: 'Read the audit log',
};

/** The permissions that a scope stands for. */
export function permissionsOf(scope: ApiScope): readonly Permission[] {
  return PERMISSIONS_OF[scope];
}

/** The scope that a permission needs; null: no key is ever good for it. */
export function scopeFor(permission: Permission | 'signed-in'): ApiScope | null {
  return (
    API_SCOPES.find((scope) =>
      (PERMISSIONS_OF[scope] as readonly (Permission | 'signed-in')[]).includes(permission),
    ) ?? null
  );
}

/** Whether a scope lets a program only look: what one does under its permissions in a browser, like keeping a view, is no program's to do. */
export function isOfReading(scope: ApiScope): boolean {
  return scope === 'read' || scope === 'audit';
}

/** The clients that a key sees: those of both its person and itself. */
export function clientsOfKey(
  ofPerson: '*' | readonly string[],
  ofKey: '*' | readonly string[],
): '*' | readonly string[] {
  if (ofPerson === '*') return ofKey;
  return ofKey === '*' ? ofPerson : ofPerson.filter((clientId) => ofKey.includes(clientId));
}
