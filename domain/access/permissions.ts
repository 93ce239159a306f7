/** Roles of an MSP's own people, most powerful first. */
export const MSP_ROLES = ['owner', 'admin', 'technician', 'read-only'] as const;

/**
 * Every role that signs in: the MSP's own people; the leaders of its clients, who see their own company only; auditors, who see what a
 * grant says until it ends.
 */
export const ROLES = [...MSP_ROLES, 'leader', 'auditor'] as const;
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
  /** Record a restore test that they made, attach to records, correct them, and say who makes the next test. */
  'record-restore-test': ['owner', 'admin', 'technician'],
  /** Accept or reject the record of somebody else's restore test. */
  'review-restore-test': ['owner', 'admin', 'technician'],
  /** Have an agent restore a sample of a copy elsewhere and compare it. */
  'request-restore-test': ['owner', 'admin', 'technician'],
  'mint-enrolment-token': ['owner', 'admin', 'technician'],
  'revoke-agent': ['owner', 'admin'],
  /** Open, change and close channels (pings, mails, webhooks), and see their secret addresses. */
  'manage-channels': ['owner', 'admin', 'technician'],
  'manage-clients': ['owner', 'admin', 'technician'],
  /** The MSP's policies, of all its clients; what one client was promised is shown to whoever sees the client. */
  'view-policies': ['owner', 'admin', 'technician', 'read-only'],
  'change-policy': ['owner', 'admin'],
  'manage-people': ['owner', 'admin'],
  /** How the MSP's people sign in: its provider of single sign-on, and which of its groups give which role. */
  'manage-sign-on': ['owner', 'admin'],
  /** What is demanded of the MSP's people at sign-in: single sign-on of all but one owner, an authenticator of some roles. */
  'enforce-sign-in': ['owner'],
  /** When and from where the MSP's people signed in or were refused; everybody sees their own. */
  'view-sign-ins': ['owner'],
  /** Channels, ticket systems and rules by which Holdfast tells people, and what became of what it told. */
  'manage-notifications': ['owner', 'admin'],
  'view-audit-log': ['owner', 'admin'],
  /** How Holdfast itself stands, and what of the MSP's own waits in it. */
  'view-health': ['owner', 'admin'],
  /** Reports, packs and certificates that were made, with their files. */
  'view-documents': ['owner', 'admin', 'technician', 'read-only'],
  'make-document': ['owner', 'admin', 'technician'],
  /** Name, colour and logo of the MSP's documents. */
  'change-branding': ['owner', 'admin'],
  /** What the MSP chose of our sections for its reports; whoever makes documents chooses among them. */
  'change-report-templates': ['owner', 'admin'],
  /** What a client's leader sees of their own company, and the monthly report of it. */
  'view-portal': ['leader'],
  /** Sign or decline risks that the MSP accepted in a company's name. */
  'decide-risks': ['leader'],
  /** The evidence room: what a grant says, in its period, until it ends. */
  'view-evidence': ['auditor'],
  /** Let auditors in and out, answer them, and make keys by which programs read evidence. */
  'manage-evidence': ['owner', 'admin'],
  /** End the service for a client, take it back, and have its data deleted. */
  'end-client': ['owner'],
  /** The MSP's first steps: its name and zone, a test of its mail, and removing its sample data. */
  'set-up-msp': ['owner'],
  /** Who gets the day's note, legal holds, and erasing somebody's personal values beside the log. */
  'manage-evidence-log': ['owner'],
  /** How long the MSP's Holdfast keeps what it took in. */
  'set-retention': ['owner'],
  /** Take everything out that the MSP has here. */
  'export-everything': ['owner'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof ALLOWED;

export const PERMISSIONS = Object.keys(ALLOWED) as readonly Permission[];

/** What concerns the MSP as a whole: refused to people who see some of its clients only. */
const OF_THE_WHOLE_MSP: readonly Permission[] = [
  'manage-clients',
  'view-policies',
  'change-policy',
  'manage-people',
  'manage-sign-on',
  'enforce-sign-in',
  'view-sign-ins',
  'manage-notifications',
  'view-audit-log',
  'view-health',
  'change-branding',
  'change-report-templates',
  'manage-evidence',
  'manage-evidence-log',
  'export-everything',
  'set-retention',
  'end-client',
  'set-up-msp',
];

/** Whether a role has a permission. `clientIds`: the clients that its holder sees; '*' (preset): all of the MSP. */
export function may(role: Role, permission: Permission, clientIds: '*' | readonly string[] = '*'): boolean {
  const roles: readonly Role[] = ALLOWED[permission];
  return roles.includes(role) && (clientIds === '*' || !OF_THE_WHOLE_MSP.includes(permission));
}

/** Whether people of a role are chosen for single clients and never see the whole MSP: leaders, who are not of it. */
export function isOfClients(role: Role): boolean {
  return may(role, 'view-portal');
}

/** Whether people of a role belong to the MSP itself. */
export function isOfMsp(role: Role): boolean {
  return may(role, 'view-fleet');
}

/** Whether a role comes with a grant and goes with it: nobody is invited to it or changed into it otherwise. */
export function isByGrant(role: Role): boolean {
  return may(role, 'view-evidence');
}

/** Whether a role owns the MSP: there is always somebody of it, and what they do in an emergency is told to all of them. */
export function isOwner(role: Role): boolean {
  return may(role, 'enforce-sign-in');
}

/** The screen that people of a role begin with. */
export function homeOf(role: Role): '/' | '/portal' | '/evidence' {
  if (may(role, 'view-portal')) return '/portal';
  return may(role, 'view-evidence') ? '/evidence' : '/';
}

/** Whether people of a role can be limited to some clients: not those who run the MSP, nor who comes by a grant. */
export function isLimitable(role: Role): boolean {
  return !may(role, 'manage-people') && !isByGrant(role);
}

/** Whether a person may give a role to somebody: nobody grants above their own, and what comes by a grant in no other way. */
export function mayGrant(by: Role, role: Role): boolean {
  return !isByGrant(role) && may(by, 'manage-people') && ROLES.indexOf(by) <= ROLES.indexOf(role);
}
