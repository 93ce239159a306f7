import type { z } from 'zod';
import { DAY, type Instant } from '@/domain/time/instant';
import { repositoryIdsOf } from '../data/report-repositories';
import type { Database } from '../data/database';
import { declare, type declarationForm } from '../services/declare';
import type { MadeClient, MadePerson } from './set-up-msp';
import { repositoryKey } from './simulate-runs';
import type { DemoDeclared } from './story';

/** What somebody says of a client's repository at an instant. */
export interface DemoSaying {
  readonly client: MadeClient;
  /** Key of the repository in the cast. */
  readonly repository: string;
  readonly by: MadePerson;
  readonly at: Instant;
  readonly declared: DemoDeclared;
  readonly reason: string;
}

const VALID_DAYS = 365;
const LOCK_DAYS = 90;

/** Declares what a saying says, one attribute after the other. */
export async function say(database: Database, saying: DemoSaying, installedAt: Instant): Promise<void> {
  const { client, by, at, reason } = saying;
  const repository = client.cast.repositories.find((one) => one.key === saying.repository);
  const ids = await database.inScope(by.scope, (tx) => repositoryIdsOf(tx, by.scope.mspId, client.clientId));
  const repositoryId = repository && ids.get(repositoryKey(client.cast, repository));
  if (!repositoryId) throw new Error(`${client.cast.name} has no repository ${saying.repository} yet`);
  for (const said of saidIn(saying)) {
    const validUntil = new Date(untilOf(said, saying, installedAt)).toISOString();
    const form = { subject: { kind: 'repository' as const, repositoryId }, said, reason, validUntil };
    await declare(database, by.scope, by, form, at);
  }
}

type Said = z.infer<typeof declarationForm>['said'];

function saidIn({ declared, client, at }: DemoSaying): Said[] {
  const { media, site, failureDomain, immutability: kind } = declared;
  const siteId = site === undefined ? undefined : client.sites.get(site);
  const until = kind?.startsWith('object_lock') ? new Date(at + LOCK_DAYS * DAY).toISOString() : null;
  return [
    ...(media ? [{ attribute: 'media', value: media } as const] : []),
    ...(siteId ? [{ attribute: 'site', value: siteId } as const] : []),
    ...(failureDomain ? [{ attribute: 'failure-domain', value: failureDomain } as const] : []),
    ...(kind ? [{ attribute: 'immutability', value: { kind, until } } as const] : []),
  ];
}

function untilOf({ attribute }: Said, { declared, at }: DemoSaying, installedAt: Instant): Instant {
  const expired = attribute === 'media' || attribute === 'site' ? declared.expired?.[attribute] : undefined;
  return expired === undefined ? at + VALID_DAYS * DAY : installedAt - expired * DAY;
}
