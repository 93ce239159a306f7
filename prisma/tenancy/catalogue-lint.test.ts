import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { type Finding, lintCatalogue, type Rule, RULES } from './catalogue-lint';

let database: TestDatabase;
let owner: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

/** What the lint says of the schema with one change to it. */
async function findingsAfter(change: string): Promise<Finding[]> {
  await owner.query('BEGIN');
  try {
    await owner.query(change);
    return await lintCatalogue(owner);
  } finally {
    await owner.query('ROLLBACK');
  }
}

async function rulesAfter(change: string): Promise<Rule[]> {
  return (await findingsAfter(change)).map(({ rule }) => rule);
}

it('finds nothing in the migrated schema', async () => {
  expect(await lintCatalogue(owner)).toEqual([]);
});

const POLICY = 'USING (msp_id = app.msp_id() AND app.client_ok(client_id))';

/** There is a partition for every month around now. */
const PARTITION = `app.run_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;

/** A change that breaks a rule, and the object that has to be named. */
const FAULTS: readonly (readonly [Rule, string, string])[] = [
  ['R1', 'CREATE TABLE app.novelty (msp_id uuid)', 'app.novelty'],
  ['R1', 'CREATE TABLE app.novelty (msp_id uuid PRIMARY KEY, client_id text)', 'app.novelty.client_id'],
  ['R2', 'ALTER TABLE app.site DISABLE ROW LEVEL SECURITY', 'app.site'],
  ['R2', 'ALTER TABLE app.site NO FORCE ROW LEVEL SECURITY', 'app.site'],
  ['R3', `GRANT SELECT ON ${PARTITION} TO holdfast_web`, `${PARTITION} web select`],
  ['R3', `GRANT UPDATE (status) ON ${PARTITION} TO PUBLIC`, `${PARTITION} public update(status)`],
  ['R4', 'DROP POLICY tenant ON app.site', 'app.site'],
  ['R4', 'CREATE POLICY another ON app.site USING (msp_id = app.msp_id())', 'app.site'],
  ['R4', 'ALTER POLICY tenant ON app.site USING (msp_id = app.msp_id())', 'app.site.tenant'],
  [
    'R4',
    'ALTER POLICY tenant ON app.site WITH CHECK (msp_id = app.msp_id() OR app.client_ok(client_id))',
    'app.site.tenant',
  ],
  ['R4', `DROP POLICY tenant ON app.site; CREATE POLICY tenant ON app.site ${POLICY}`, 'app.site.tenant'],
  ['R5', 'ALTER POLICY tenant ON app.site TO holdfast_web', 'app.site.tenant'],
  [
    'R5',
    `DROP POLICY tenant ON app.site; CREATE POLICY tenant ON app.site AS RESTRICTIVE ${POLICY}
      WITH CHECK (msp_id = app.msp_id() AND app.client_ok(client_id))`,
    'app.site.tenant',
  ],
  ['R6', 'CREATE INDEX site_by_client ON app.site (client_id, msp_id)', 'app.site.app.site_by_client'],
  ['R6', 'CREATE UNIQUE INDEX site_by_name ON app.site (lower(name))', 'app.site.app.site_by_name'],
  ['R6', 'ALTER TABLE app.status_change DROP CONSTRAINT status_change_pkey', 'app.status_change'],
  [
    'R7',
    `ALTER TABLE app.site ADD UNIQUE (msp_id, site_id, client_id),
      ADD CONSTRAINT twin FOREIGN KEY (site_id, msp_id, client_id) REFERENCES app.site (site_id, msp_id, client_id)`,
    'app.site.twin',
  ],
  [
    'R7',
    'ALTER TABLE app.site ADD CONSTRAINT late FOREIGN KEY (msp_id, client_id) REFERENCES app.client DEFERRABLE',
    'app.site.late',
  ],
  [
    'R7',
    'ALTER TABLE identity.membership ADD CONSTRAINT back FOREIGN KEY (msp_id) REFERENCES app.msp',
    'identity.membership.back',
  ],
  ['R8', 'CREATE VIEW app.sites AS SELECT * FROM app.site', 'app.sites'],
  ['R9', 'CREATE MATERIALIZED VIEW app.sites AS SELECT * FROM app.site', 'app.sites'],
  ['R10', 'ALTER FUNCTION identity.revoke_session(uuid) RESET search_path', 'identity.revoke_session(uuid)'],
  [
    'R10',
    'ALTER FUNCTION identity.revoke_session(uuid) SET search_path = app, pg_catalog, pg_temp',
    'identity.revoke_session(uuid)',
  ],
  ['R11', 'ALTER ROLE holdfast_ingest BYPASSRLS', 'holdfast_ingest BYPASSRLS'],
  ['R11', 'GRANT holdfast_owner TO holdfast_web', 'holdfast_web IN ROLE holdfast_owner'],
  [
    'R11',
    `DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO holdfast_web', current_database()); END $$`,
    'holdfast_web CREATE ON DATABASE',
  ],
  ['R12', 'ALTER ROLE holdfast_owner LOGIN', 'app.site'],
  ['R12', 'ALTER TABLE app.site OWNER TO CURRENT_USER', 'app.site'],
  [
    'R13',
    'CREATE INDEX site_by_latitude ON app.site (msp_id, (latitude::numeric))',
    'app.site.app.site_by_latitude (numeric)',
  ],
  [
    'R13',
    'CREATE INDEX finding_by_detail ON app.finding (msp_id, detail)',
    'app.finding.app.finding_by_detail (jsonb)',
  ],
  [
    'R14',
    `CREATE TRIGGER meddle BEFORE UPDATE ON app.site FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    'app.site.meddle',
  ],
  ['R14', 'CREATE RULE meddle AS ON DELETE TO app.site DO INSTEAD NOTHING', 'app.site.meddle'],
  ['R14', 'CREATE SEQUENCE app.numbers', 'app.numbers'],
  ['R15', 'GRANT UPDATE ON app.msp TO holdfast_web', 'not declared: app.msp web update'],
  ['R15', 'GRANT UPDATE (name) ON app.msp TO PUBLIC', 'not declared: app.msp public update(name)'],
  [
    'R15',
    'GRANT SELECT ON identity.person TO holdfast_worker',
    'not declared: identity.person worker select',
  ],
  [
    'R15',
    'GRANT SELECT ON app.msp TO holdfast_web WITH GRANT OPTION',
    'not declared: app.msp web select with grant option',
  ],
  ['R15', 'REVOKE INSERT ON app.site FROM holdfast_web', 'not granted: app.site web insert'],
  [
    'R15',
    'GRANT EXECUTE ON FUNCTION audit.append_instance(text, uuid, jsonb) TO PUBLIC',
    'not declared: audit.append_instance() public execute',
  ],
  ['R15', 'GRANT USAGE ON SCHEMA app_sec TO holdfast_web', 'not declared: schema app_sec web usage'],
  [
    'R15',
    'ALTER DEFAULT PRIVILEGES FOR ROLE holdfast_owner GRANT SELECT ON TABLES TO holdfast_web',
    'not declared: whatever holdfast_owner makes web select',
  ],
  ['R16', 'ALTER TABLE app.work_due SET SCHEMA public', 'app.work_due'],
];

it.each(FAULTS)('%s is found: %s', async (rule, change, object) => {
  expect(await findingsAfter(change)).toContainEqual({ rule, object });
});

it('has a fault for each of its rules', () => {
  expect(Object.keys(RULES).filter((rule) => !FAULTS.some(([tried]) => tried === rule))).toEqual([]);
});

describe('a table that a migration adds', () => {
  it('is found by everything that it lacks', async () => {
    expect(await rulesAfter('CREATE TABLE app.novelty (novelty_id uuid PRIMARY KEY)')).toEqual(
      expect.arrayContaining(['R1', 'R2', 'R4', 'R6', 'R12']),
    );
  });

  it('is found whatever schema it is in', async () => {
    const change = 'CREATE SCHEMA fresh; CREATE TABLE fresh.novelty (msp_id uuid PRIMARY KEY)';
    expect(await rulesAfter(change)).toEqual(expect.arrayContaining(['R2', 'R4']));
  });

  it('is found when a policy asks a subquery', async () => {
    const change = `ALTER POLICY tenant ON app.msp USING (msp_id IN (SELECT m.msp_id FROM identity.membership m))`;
    expect(await rulesAfter(change)).toEqual(['R4', 'R5']);
  });

  it('is let be when it keeps the rules', async () => {
    const change = `SET LOCAL ROLE holdfast_owner;
      CREATE TABLE app.novelty (msp_id uuid REFERENCES app.msp, client_id uuid, novelty_id uuid, PRIMARY KEY (msp_id, novelty_id));
      ALTER TABLE app.novelty ENABLE ROW LEVEL SECURITY; ALTER TABLE app.novelty FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant ON app.novelty ${POLICY} WITH CHECK (msp_id = app.msp_id() AND app.client_ok(client_id));
      RESET ROLE`;
    expect(await findingsAfter(change)).toEqual([]);
  });
});
