import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slowTest } from '@/test/slow-test';
import { TABLE_RIGHTS } from './declared-rights';
import { EXEMPT_TABLES } from './exempt-tables';
import { sampleTenants } from './sample-tenants';
import { openTenancyLab, type TenancyLab } from './tenancy-lab';

// There are no auditors yet: their expiry will be one more context.
let lab: TenancyLab;

beforeAll(async () => {
  lab = await openTenancyLab();
});
afterAll(() => lab.close());

describe('every program, command and context', () => {
  // Every table, program, command and context: thousands of statements.
  it(
    'reaches its own rows of every tenant table, all of them and no others',
    { timeout: 300_000 },
    async () => {
      const test = lab.rowTest('at BEGIN');
      for (const sample of lab.tenants.tables) await test.testTable(sample);
      expect(test.report.failures).toEqual([]);
      expect(lab.tenants.tables.length).toBeGreaterThan(20);
      expect(test.report.cells).toBeGreaterThan(200 * lab.tenants.tables.length);
      expect(test.report.controls).toBeGreaterThan(declaredRights((table) => !(table in EXEMPT_TABLES)));
    },
  );

  it('reaches no partition but through its parent', async () => {
    const test = lab.rowTest('at BEGIN');
    const partitions = lab.tenants.tables.flatMap(({ table }) => table.partitions);
    for (const partition of partitions) await test.testPartition(partition);
    expect(test.report.failures).toEqual([]);
    expect(test.report.cells).toBeGreaterThanOrEqual(18 * 15);
  });

  it('has no rights on a table without row security but those that are declared', async () => {
    const test = lab.rowTest('at BEGIN');
    for (const table of Object.keys(EXEMPT_TABLES)) await test.testExemptTable(table);
    expect(test.report.failures).toEqual([]);
    expect(test.report.controls).toBe(declaredRights((table) => table in EXEMPT_TABLES));
  });
});

/** Each is proven by something that was seen or changed. */
function declaredRights(isMeant: (table: string) => boolean): number {
  return Object.entries(TABLE_RIGHTS)
    .filter(([table]) => isMeant(table))
    .flatMap(([, rights]) => Object.values(rights).flat()).length;
}

/** What the row test says of a table `app.novelty` that `sql` makes, with these rights declared. */
async function failuresOf(sql: string, rights: typeof TABLE_RIGHTS = TABLE_RIGHTS): Promise<string[]> {
  await lab.owner.query('BEGIN');
  try {
    await lab.owner.query(sql);
    const tenants = await sampleTenants(lab.owner);
    const test = lab.rowTest('within', rights, tenants);
    const novelty = tenants.tables.find(({ table }) => table.name === 'app.novelty');
    if (novelty) await test.testTable(novelty);
    return test.report.failures;
  } finally {
    await lab.owner.query('ROLLBACK');
  }
}

describe('a table that a migration adds', () => {
  const GUARDED = `ALTER TABLE app.novelty ENABLE ROW LEVEL SECURITY; ALTER TABLE app.novelty FORCE ROW LEVEL SECURITY;
    ALTER TABLE app.novelty OWNER TO holdfast_owner;
    CREATE POLICY tenant ON app.novelty USING (msp_id = app.msp_id() AND app.client_ok(client_id))
      WITH CHECK (msp_id = app.msp_id() AND app.client_ok(client_id))`;
  const TABLE = `CREATE TABLE app.novelty (msp_id uuid NOT NULL, client_id uuid NOT NULL, novelty_id uuid PRIMARY KEY)`;

  slowTest('is tested without being named anywhere', async () => {
    expect(await failuresOf(`${TABLE}; ${GUARDED}`)).toEqual([]);
  });

  it('fails without a policy', async () => {
    const failures = await failuresOf(`${TABLE}; ALTER TABLE app.novelty OWNER TO holdfast_owner`);
    expect(failures).toContain("holdfast_owner select app.novelty in context 'none': expected 0, got 3");
  });

  it('fails when a program may do what is not declared', async () => {
    const failures = await failuresOf(`${TABLE}; ${GUARDED}; GRANT SELECT ON app.novelty TO holdfast_web`);
    expect(failures).toContain("web select app.novelty in context 'own MSP': expected denied, got 2");
  });

  slowTest('fails when a program may not do what is declared', async () => {
    const failures = await failuresOf(`${TABLE}; ${GUARDED}`, { 'app.novelty': { web: ['select'] } });
    expect(failures).toContain("web select app.novelty in context 'own MSP': expected 2, got denied");
  });

  slowTest('may let a program delete, which then reaches its own rows only', async () => {
    const rights = { 'app.novelty': { worker: ['select', 'delete'] } } as const;
    const grant = 'GRANT SELECT, DELETE ON app.novelty TO holdfast_worker';
    expect(await failuresOf(`${TABLE}; ${GUARDED}; ${grant}`, rights)).toEqual([]);
  });

  slowTest('fails by name when no row can be made for it', async () => {
    const unknown = `${TABLE}; ALTER TABLE app.novelty ADD shape polygon NOT NULL`;
    await expect(failuresOf(unknown)).rejects.toThrow('app.novelty.shape is of type polygon');
    const impossible = `${TABLE}; ALTER TABLE app.novelty ADD word text NOT NULL CHECK (word ~ '^[A-Z]{2}$')`;
    await expect(failuresOf(impossible)).rejects.toThrow('no row of app.novelty satisfies');
    const circular = `${TABLE}; ALTER TABLE app.novelty ADD UNIQUE (msp_id, novelty_id), ADD twin uuid NOT NULL,
      ADD FOREIGN KEY (msp_id, twin) REFERENCES app.novelty (msp_id, novelty_id)`;
    await expect(failuresOf(circular)).rejects.toThrow('app.novelty refers to itself');
  });
});
