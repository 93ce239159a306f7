import { Client } from 'pg';
import { setting } from '@/server/config';
import { backendPid } from '@/server/data/backend-pid';
import { createTestDatabase } from '@/test/database';
import type { Sealing } from './contexts';
import { TABLE_RIGHTS } from './declared-rights';
import { RowTest } from './row-test';
import { type SampleTenants, sampleTenants } from './sample-tenants';

/** A database of its own whose every tenant table has rows of two MSPs. */
export interface TenancyLab {
  /** Superuser, who sees everything and can become anybody. */
  readonly owner: Client;
  readonly tenants: SampleTenants;
  /** A new row test on the owner's connection; `within`: the owner has begun a transaction already. */
  rowTest(moment: Sealing['moment'], rights?: typeof TABLE_RIGHTS, tenants?: SampleTenants): RowTest;
  close(): Promise<void>;
}

/** Call it in `beforeAll` and `close` it in `afterAll`. */
export async function openTenancyLab(): Promise<TenancyLab> {
  const database = await createTestDatabase();
  const owner = new Client({ connectionString: database.ownerUrl });
  const other = new Client({ connectionString: database.ownerUrl });
  await Promise.all([owner.connect(), other.connect()]);
  const tenants = await sampleTenants(owner);
  const sealing = { key: setting('contextKey'), pid: backendPid(owner), otherPid: backendPid(other) };
  return {
    owner,
    tenants,
    rowTest: (moment, rights = TABLE_RIGHTS, rowsOf = tenants) =>
      new RowTest(owner, rowsOf, { ...sealing, moment }, rights),
    close: async () => {
      await Promise.all([owner.end(), other.end()]);
      await database.drop();
    },
  };
}
