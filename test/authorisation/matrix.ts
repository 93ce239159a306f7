import { randomUUID } from 'node:crypto';
import type { Permission } from '@/domain/access/permissions';

/** Who asks. The roles are those of the first MSP's people. */
export const ACTORS = [
  'anonymous',
  'owner',
  'admin',
  'technician',
  'technician of other clients',
  'read-only',
  'revoked session',
  'owner of another MSP',
  'agent key',
  'revoked agent key',
] as const;
export type Actor = (typeof ACTORS)[number];

/** What an id in the path names. Each is asked for as the MSP's own, another MSP's, and missing. */
export type ObjectKind =
  | 'client'
  | 'system'
  | 'data-set'
  | 'raw-report'
  | 'repository'
  | 'declaration'
  | 'person'
  | 'session'
  | 'invitation'
  | 'agent'
  | 'enrolment';

/**
 * One endpoint: who is let in, and how to ask. Every page, route handler × method and server action has one, or
 * `endpoints.test.ts` fails; `e2e/authorisation.spec.ts` asks each of them as each actor for each object.
 */
export interface Endpoint {
  readonly kind: 'page' | 'route';
  /** As in `app/`, without groups: `/systems/[systemId]`. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `public`: anybody; `signed-in`: every role; else the permission of `domain/access/permissions.ts`. */
  readonly access: 'public' | 'signed-in' | Permission;
  /** What the ids in the path or `body` name; left out: the endpoint takes no id. */
  readonly object?: ObjectKind;
  /** A body that is accepted for the object of this id; null: none is sent. */
  readonly body?: (objectId: string | null) => unknown;
  /** Status of a success; preset 200. For public endpoints that answer a bare call otherwise: that. */
  readonly success?: number;
  /** Why only refusals are asked for: a success would disturb whoever else uses the running system. */
  readonly refusalsOnly?: string;
}

/** Every endpoint of the web process. */
export const MATRIX: readonly Endpoint[] = [
  { kind: 'page', path: '/sign-in', method: 'GET', access: 'public' },
  // Somebody exists wherever this runs; server/services/set-up-owner.test.ts has the rest.
  { kind: 'page', path: '/set-up', method: 'GET', access: 'public', success: 404 },
  { kind: 'route', path: '/api/v1/set-up', method: 'POST', access: 'public', body: () => ({}), success: 404 },
  { kind: 'route', path: '/api/health', method: 'GET', access: 'public' },
  // next-auth's own: all are closed but the two that the sign-in form uses (e2e/sign-in.spec.ts).
  { kind: 'route', path: '/api/auth/[...nextauth]', method: 'GET', access: 'public', success: 404 },
  { kind: 'route', path: '/api/auth/[...nextauth]', method: 'POST', access: 'public', success: 404 },
  {
    kind: 'route',
    path: '/api/v1/sign-out',
    method: 'POST',
    access: 'signed-in',
    success: 204,
    refusalsOnly: 'it ends the session that asks; e2e/sign-in.spec.ts',
  },
  {
    kind: 'route',
    path: '/api/v1/sign-out-everywhere',
    method: 'POST',
    access: 'signed-in',
    success: 204,
    refusalsOnly: 'it ends every session of the person; e2e/sign-in.spec.ts',
  },
  { kind: 'page', path: '/', method: 'GET', access: 'view-fleet' },
  { kind: 'page', path: '/wallboard', method: 'GET', access: 'view-fleet' },
  { kind: 'route', path: '/api/v1/wallboard', method: 'GET', access: 'view-fleet' },
  { kind: 'page', path: '/clients/[clientId]', method: 'GET', access: 'view-fleet', object: 'client' },
  { kind: 'page', path: '/systems/[systemId]', method: 'GET', access: 'view-fleet', object: 'system' },
  { kind: 'page', path: '/systems/[systemId]/runs', method: 'GET', access: 'view-fleet', object: 'system' },
  { kind: 'page', path: '/systems/[systemId]/points', method: 'GET', access: 'view-fleet', object: 'system' },
  {
    kind: 'page',
    path: '/systems/[systemId]/history',
    method: 'GET',
    access: 'view-fleet',
    object: 'system',
  },
  {
    kind: 'route',
    path: '/api/v1/systems/[systemId]/history/csv',
    method: 'GET',
    access: 'view-fleet',
    object: 'system',
  },
  {
    kind: 'page',
    path: '/raw-reports/[rawReportId]',
    method: 'GET',
    access: 'view-raw-report',
    object: 'raw-report',
  },
  {
    kind: 'route',
    path: '/api/v1/raw-reports/[rawReportId]/body',
    method: 'GET',
    access: 'view-raw-report',
    object: 'raw-report',
  },
  { kind: 'route', path: '/api/v1/change-mark', method: 'GET', access: 'view-fleet' },
  { kind: 'route', path: '/api/v1/named-things', method: 'GET', access: 'view-fleet' },
  {
    kind: 'route',
    path: '/api/v1/fleet/views',
    method: 'PUT',
    access: 'view-fleet',
    body: () => ({ name: `Made by a test ${randomUUID().slice(0, 8)}`, query: '', formerName: null }),
    success: 204,
    refusalsOnly: 'it would fill the views of who signs in next; server/services/keep-fleet-view.test.ts',
  },
  {
    kind: 'route',
    path: '/api/v1/fleet/views',
    method: 'DELETE',
    access: 'view-fleet',
    body: () => ({ name: 'None of this name' }),
    success: 204,
  },
  { kind: 'page', path: '/audit', method: 'GET', access: 'view-audit-log' },
  { kind: 'route', path: '/api/v1/audit/csv', method: 'GET', access: 'view-audit-log' },
  { kind: 'route', path: '/api/v1/audit/events', method: 'GET', access: 'view-audit-log' },
  { kind: 'route', path: '/api/v1/fleet/csv', method: 'GET', access: 'view-fleet' },
  {
    kind: 'route',
    path: '/api/v1/clients/[clientId]/systems/csv',
    method: 'GET',
    access: 'view-fleet',
    object: 'client',
  },
  {
    kind: 'route',
    path: '/api/v1/systems/[systemId]/runs/csv',
    method: 'GET',
    access: 'view-fleet',
    object: 'system',
  },
  {
    kind: 'route',
    path: '/api/v1/systems/[systemId]/points/csv',
    method: 'GET',
    access: 'view-fleet',
    object: 'system',
  },
  {
    kind: 'route',
    path: '/api/v1/systems/[systemId]/facts',
    method: 'GET',
    access: 'view-fleet',
    object: 'system',
  },
  {
    kind: 'route',
    path: '/api/v1/clients',
    method: 'POST',
    access: 'manage-clients',
    body: () => ({ name: `Made by a test ${randomUUID()}`, timeZone: 'UTC' }),
    success: 201,
  },
  {
    kind: 'route',
    path: '/api/v1/clients/[clientId]/sites',
    method: 'POST',
    access: 'declare',
    object: 'client',
    body: () => ({
      name: `Made by a test ${randomUUID()}`,
      ownerKind: 'client',
      timeZone: 'UTC',
      country: null,
      latitude: null,
      longitude: null,
    }),
    success: 201,
  },
  {
    kind: 'route',
    path: '/api/v1/clients/[clientId]/enrolment-tokens',
    method: 'POST',
    access: 'mint-enrolment-token',
    object: 'client',
    body: () => ({}),
    success: 201,
  },
  {
    kind: 'route',
    path: '/api/v1/declarations',
    method: 'POST',
    access: 'declare',
    object: 'repository',
    // Says nothing that would change a verdict: a drive that came back without having been away.
    body: (repositoryId) => ({
      subject: { kind: 'repository', repositoryId },
      said: { attribute: 'brought-back', value: { at: '2026-01-01T00:00:00Z' } },
      reason: 'made by a test',
      validUntil: null,
    }),
    success: 201,
  },
  {
    kind: 'route',
    path: '/api/v1/declarations/[declarationId]',
    method: 'DELETE',
    access: 'declare',
    object: 'declaration',
    body: () => ({}),
    success: 204,
    refusalsOnly: 'one declaration can be withdrawn once; server/services/declare.test.ts',
  },
  { kind: 'page', path: '/repositories', method: 'GET', access: 'view-fleet' },
  {
    kind: 'page',
    path: '/repositories/[repositoryId]',
    method: 'GET',
    access: 'view-fleet',
    object: 'repository',
  },
  { kind: 'page', path: '/inbox', method: 'GET', access: 'view-fleet' },
  {
    kind: 'route',
    path: '/api/v1/systems/[systemId]/inbox-decision',
    method: 'PUT',
    access: 'sort-inbox',
    object: 'system',
    // Says nothing that would change a verdict: a system that is there is there.
    body: () => ({ verb: 'confirmed', reason: 'made by a test' }),
    success: 204,
  },
  {
    kind: 'route',
    path: '/api/v1/systems/[systemId]/inbox-decision',
    method: 'DELETE',
    access: 'sort-inbox',
    object: 'system',
    body: () => ({}),
    success: 204,
  },
  {
    kind: 'route',
    path: '/api/v1/data-sets/[dataSetId]/merge',
    method: 'PUT',
    access: 'sort-inbox',
    object: 'data-set',
    body: () => ({ intoDataSetId: randomUUID(), isSameData: true, reason: 'made by a test' }),
    refusalsOnly: 'it would need a second data set of the same data; server/services/merge-data-sets.test.ts',
  },
  {
    kind: 'route',
    path: '/api/v1/data-sets/[dataSetId]/merge',
    method: 'DELETE',
    access: 'sort-inbox',
    object: 'data-set',
    body: () => ({}),
    success: 204,
  },
  {
    kind: 'route',
    path: '/api/v1/systems/[systemId]/merge-targets',
    method: 'GET',
    access: 'sort-inbox',
    object: 'system',
  },
  {
    kind: 'route',
    path: '/api/v1/agents/[agentId]/ignored-reports',
    method: 'PUT',
    access: 'sort-inbox',
    object: 'agent',
    body: () => ({ cause: 'none', reason: 'made by a test' }),
    success: 204,
    refusalsOnly: 'it takes reports that were put aside; server/services/sort-inbox.test.ts',
  },
  {
    kind: 'route',
    path: '/api/v1/agents/[agentId]/ignored-reports',
    method: 'DELETE',
    access: 'sort-inbox',
    object: 'agent',
    body: () => ({ cause: 'none' }),
    success: 204,
  },
  {
    kind: 'route',
    path: '/api/v1/agents/[agentId]/retries',
    method: 'POST',
    access: 'sort-inbox',
    object: 'agent',
    body: () => ({ cause: 'none' }),
    success: 202,
    refusalsOnly: 'it takes reports that were put aside; server/services/sort-inbox.test.ts',
  },
  { kind: 'page', path: '/agents', method: 'GET', access: 'view-agents' },
  { kind: 'page', path: '/agents/[agentId]', method: 'GET', access: 'view-agents', object: 'agent' },
  {
    kind: 'route',
    path: '/api/v1/agents/[agentId]/key-tokens',
    method: 'POST',
    access: 'mint-enrolment-token',
    object: 'agent',
    body: () => ({}),
    success: 201,
  },
  {
    kind: 'route',
    path: '/api/v1/agents/[agentId]/revocation',
    method: 'PUT',
    access: 'revoke-agent',
    object: 'agent',
    success: 204,
    refusalsOnly: 'it ends an agent of the running system for good; server/services/agent-key.test.ts',
  },
  {
    kind: 'route',
    path: '/api/v1/enrolments/[enrolmentId]',
    method: 'GET',
    access: 'view-agents',
    object: 'enrolment',
  },
  { kind: 'page', path: '/people', method: 'GET', access: 'manage-people' },
  {
    kind: 'route',
    path: '/api/v1/people/[personId]',
    method: 'PUT',
    access: 'manage-people',
    object: 'person',
    body: () => ({ role: 'technician', clientIds: '*' }),
    success: 204,
    refusalsOnly: 'it would change who signs in next; server/services/change-member.test.ts',
  },
  {
    kind: 'route',
    path: '/api/v1/people/[personId]/deactivation',
    method: 'PUT',
    access: 'manage-people',
    object: 'person',
    success: 204,
    refusalsOnly: 'it would shut out who signs in next; server/services/change-member.test.ts',
  },
  {
    kind: 'route',
    path: '/api/v1/people/[personId]/deactivation',
    method: 'DELETE',
    access: 'manage-people',
    object: 'person',
    success: 204,
    refusalsOnly: 'nobody is shut out; server/services/change-member.test.ts',
  },
  { kind: 'page', path: '/account', method: 'GET', access: 'view-fleet' },
  {
    kind: 'route',
    path: '/api/v1/account/password',
    method: 'PUT',
    access: 'signed-in',
    success: 204,
    refusalsOnly: 'others sign in with the password; server/services/change-account.test.ts',
  },
  {
    kind: 'route',
    path: '/api/v1/account/authenticator',
    method: 'PUT',
    access: 'signed-in',
    success: 204,
    refusalsOnly: 'others sign in with its codes; server/services/change-account.test.ts',
  },
  {
    kind: 'route',
    path: '/api/v1/account/sessions',
    method: 'DELETE',
    access: 'signed-in',
    refusalsOnly: 'it ends the sessions of other tests; server/services/sign-in.test.ts',
  },
  {
    kind: 'route',
    path: '/api/v1/account/sessions/[sessionId]',
    method: 'DELETE',
    access: 'signed-in',
    object: 'session',
    success: 204,
    refusalsOnly: 'it ends a session of other tests; server/services/sign-in.test.ts',
  },
  {
    kind: 'route',
    path: '/api/v1/invitations',
    method: 'POST',
    access: 'manage-people',
    body: () => ({ email: `${randomUUID()}@invited.example`, role: 'read-only', clientIds: '*' }),
    success: 204,
  },
  {
    kind: 'route',
    path: '/api/v1/invitations/[invitationId]',
    method: 'PUT',
    access: 'manage-people',
    object: 'invitation',
    body: () => ({}),
    success: 204,
  },
  {
    kind: 'route',
    path: '/api/v1/invitations/[invitationId]',
    method: 'DELETE',
    access: 'manage-people',
    object: 'invitation',
    success: 204,
    refusalsOnly: 'one invitation can be taken back once; server/services/invite-person.test.ts',
  },
  // Who has the mail's link may; server/services/invite-person.test.ts has the rest.
  { kind: 'page', path: '/invitation', method: 'GET', access: 'public' },
  {
    kind: 'route',
    path: '/api/v1/invitation-questions',
    method: 'POST',
    access: 'public',
    body: () => ({ token: 'A'.repeat(43) }),
    success: 404,
  },
  {
    kind: 'route',
    path: '/api/v1/invitation-acceptances',
    method: 'POST',
    access: 'public',
    body: () => ({ token: 'A'.repeat(43) }),
    success: 400,
  },
  {
    kind: 'route',
    path: '/api/v1/account/recovery-codes',
    method: 'POST',
    access: 'signed-in',
    success: 201,
    refusalsOnly: 'it takes the password; server/services/recovery-codes.test.ts',
  },
];
