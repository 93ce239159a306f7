/** Roles of people in an MSP, most powerful first. */
export const ROLES = ['owner', 'admin', 'technician', 'read-only'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Who may do what: the one table. Nothing else in the project compares roles. What is not listed is refused.
 */
const ALLOWED = {
  /** Fleet, clients, systems, their verdicts, runs and recovery points. */
  'view-fleet': ['owner', 'admin', 'technician', 'read-only'],
  /** The exact bytes of a report as received. */
  'view-raw-report': ['owner', 'admin', 'technician', 'read-only'],
  /** Enrolled agents and when each was last heard. */
  'view-agents': ['owner', 'admin', 'technician', 'read-only'],
  /** Say what no tool reports: medium, site, failure domain, immutability, taken out, brought back. */
  declare: ['owner', 'admin', 'technician'],
  /** Decide in the inbox: confirm and ignore systems that reports named, ignore and retry reports that were put aside. */
  'sort-inbox': ['owner', 'admin', 'technician'],
  /** Acknowledge, assign, snooze, comment on and waive findings, open tickets of them, and link them to others. */
  'work-findings': ['owner', 'admin', 'technician'],
  'mint-enrolment-token': ['owner', 'admin', 'technician'],
  'revoke-agent': ['owner', 'admin'],
  'manage-clients': ['owner', 'admin', 'technician'],
  /** The MSP's policies, of all its clients; what one client was promised is shown to whoever sees the client. */
  'view-policies': ['owner', 'admin', 'technician', 'read-only'],
  'change-policy': ['owner', 'admin'],
  'manage-people': ['owner', 'admin'],
  /** Channels, ticket systems and rules by which Holdfast tells people, and what became of what it told. */
  'manage-notifications': ['owner', 'admin'],
  'view-audit-log': ['owner', 'admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof ALLOWED;

export const PERMISSIONS = Object.keys(ALLOWED) as readonly Permission[];

/** What concerns the MSP as a whole: refused to people who see some of its clients only. */
const OF_THE_WHOLE_MSP: readonly Permission[] = [
  'manage-clients',
  'view-policies',
  'change-policy',
  'manage-people',
  'manage-notifications',
  'view-audit-log',
];

/** Whether a role has a permission. `clientIds`: the clients that its holder sees; '*' (preset): all of the MSP. */
export function may(role: Role, permission: Permission, clientIds: '*' | readonly string[] = '*'): boolean {
  const roles: readonly Role[] = ALLOWED[permission];
  return roles.includes(role) && (clientIds === '*' || !OF_THE_WHOLE_MSP.includes(permission));
}

/** Whether people of a role can be limited to some clients: not those who run the MSP. */
export function isLimitable(role: Role): boolean {
  return !may(role, 'manage-people');
}

/** Whether a person may give a role to somebody: nobody grants above their own. */
export function mayGrant(by: Role, role: Role): boolean {
  return may(by, 'manage-people') && ROLES.indexOf(by) <= ROLES.indexOf(role);
}
