import type { APIRequestContext } from '@playwright/test';
import type { ObjectKind } from '../test/authorisation/matrix';

/** One id of each kind that a person can see. */
export type Objects = ReadonlyMap<ObjectKind, string>;

const UUID = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})';
/** How an id shows on a page: in a link to the object, or as a prop or field of that name. */
const PATTERNS: Readonly<Record<ObjectKind, RegExp>> = {
  client: pattern('clients', 'clientId'),
  system: pattern('systems', 'systemId'),
  'data-set': pattern('data-sets', 'dataSetId'),
  'raw-report': pattern('raw-reports', 'rawReportId'),
  repository: pattern('repositories', 'repositoryId'),
  declaration: pattern('declarations', 'declarationId'),
  person: pattern('people', 'personId'),
  invitation: pattern('invitations', 'invitationId'),
  session: pattern('sessions', 'data-session-id'),
  passkey: pattern('passkeys', 'data-passkey-id'),
  agent: pattern('agents', 'agentId'),
  'inbound-channel': pattern('agents/channels', 'data-inbound-channel-id'),
  'message-rule': pattern('agents/channels/rules', 'messageRuleId'),
  'history-import': pattern('agents/imports', 'data-history-import-id'),
  enrolment: pattern('enrolments', 'data-enrolment-id'),
  policy: pattern('policies', 'policyId'),
  'policy-assignment': pattern('policy-assignments', 'assignmentId'),
  'assignment-rule': pattern('assignment-rules', 'assignmentRuleId'),
  'assignment-conflict': pattern('assignment-conflicts', 'conflictId'),
  job: pattern('jobs', 'jobId'),
  cause: pattern('findings', 'causeId'),
  'notification-channel': pattern('notification-channels', 'channelId'),
  'notification-rule': pattern('notification-rules', 'ruleId'),
  notification: pattern('notifications', 'data-notification-id'),
  'inventory-import': pattern('inventory-imports', 'importId'),
  'coverage-exclusion': pattern('coverage-exclusions', 'exclusionId'),
  document: pattern('documents', 'documentId'),
  'report-template': pattern('reports/templates', 'templateId'),
  'evidence-grant': pattern('evidence-grants', 'grantId'),
  'management-key': pattern('management-keys', 'managementKeyId'),
  'api-key': pattern('api-keys', 'apiKeyId'),
  'personal-key': pattern('personal-keys', 'personalKeyId'),
  'recovery-point': pattern('recovery-points', 'pointId'),
  'restore-record': pattern('restore-tests', 'recordId'),
};
const PAGES_MAX = 120;
const LINK = new RegExp(
  `/(?:clients|systems|policies|restore-tests|restore-tests/new\\?point=)/?${UUID}`,
  'g',
);
/** A client that the limited technician does not see, by its row: pages name every client, in an order of their own. */
export const OTHER_CLIENT = new RegExp(`href="/clients/${UUID}"[^>]*>(?:<[^>]*>)*Tindalworth Logistics`);

/** Walks from the fleet along links to clients and systems until one object of each kind is found, or PAGES_MAX pages are read. */
export async function findObjects(context: APIRequestContext, webUrl: string): Promise<Objects> {
  const found = new Map<ObjectKind, string>();
  // What stands first of all may be of a client that the limited technician sees; what is of this one is not.
  const paths = ['/', '/agents', '/agents/channels', '/findings', '/restore-tests'].flatMap((path) => [
    `${path}?q=Tindalworth`,
    path,
  ]);
  // Nothing but templates stands there, and it would come after every page that is found on the way.
  paths.unshift('/reports/templates');
  paths.push('/agents/channels/keys', '/agents/channels/rules', '/agents/imports');
  paths.push('/people', '/account', '/policies', '/policies/rules', '/coverage');
  paths.push(
    '/settings/notifications',
    '/settings/tickets',
    '/settings/evidence',
    '/settings/api-keys',
    '/reports',
  );
  for (let i = 0; i < paths.length && i < PAGES_MAX && found.size < Object.keys(PATTERNS).length; i++) {
    const html = await (await context.get(`${webUrl}${paths[i]}`)).text();
    const other = OTHER_CLIENT.exec(html)?.[1];
    if (other !== undefined && !found.has('client')) {
      found.set('client', other);
      // Its own pages come before those of clients that happen to stand higher in the list today.
      paths.splice(i + 1, 0, `/clients/${other}`, `/agents/imports?client=${other}`);
    }
    for (const [kind, shape] of Object.entries(PATTERNS) as [ObjectKind, RegExp][]) {
      const match = shape.exec(html);
      if (match && !found.has(kind)) found.set(kind, match[1] ?? match[2] ?? '');
    }
    const links = [...html.matchAll(LINK)].map(([link]) => link);
    const isNew = (link: string, at: number): boolean => !paths.includes(link) && links.indexOf(link) === at;
    const isOfOther = paths[i] === `/clients/${found.get('client')}`;
    if (isOfOther) paths.splice(i + 1, 0, ...links.filter(isNew));
    else paths.push(...links.filter(isNew));
  }
  return found;
}

function pattern(folder: string, name: string): RegExp {
  return new RegExp(`/${folder}/${UUID}|${name}\\\\?"?[:=]\\s*\\\\?"${UUID}`);
}
