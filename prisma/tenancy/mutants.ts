import type { ClientBase } from 'pg';
import { PROGRAMS, type Program, roleOf, TABLE_RIGHTS } from './declared-rights';
import { EXEMPT_TABLES } from './exempt-tables';
import type { RowTest } from './row-test';
import type { SampleTenants, TableSample } from './sample-tenants';
import { clientColumn } from './tenant-tables';

/** One thing taken out of the wall between tenants, or one door let into it. */
export interface Mutant {
  readonly kind: string;
  readonly sql: string;
  /** Tries the rows that it bares; left out: it bares none by itself, and only the catalogue shows it. */
  readonly tryRows?: (test: RowTest) => Promise<void>;
}

/** Every mutant of the schema: each policy, each row security, each right that is withheld, one at a time. */
export async function mutantsOf(client: ClientBase, { tables }: SampleTenants): Promise<Mutant[]> {
  return [
    ...tables.flatMap(wallMutants),
    ...tables.flatMap(policyMutants),
    ...tables.flatMap(rightMutants),
    ...tables.flatMap(columnMutants),
    ...tables.flatMap(({ table }) => table.partitions.flatMap(partitionMutants)),
    ...Object.keys(EXEMPT_TABLES).flatMap(exemptMutants),
    ...(await functionMutants(client)),
    ...PROGRAMS.flatMap(roleMutants),
  ];
}

function wallMutants(sample: TableSample): Mutant[] {
  const { name } = sample.table;
  const tryRows = (test: RowTest): Promise<void> => test.testTable(sample);
  return [
    ...wall(name).map((mutant) => ({ ...mutant, tryRows })),
    { kind: 'a second policy', sql: `CREATE POLICY also ON ${name} USING (true)`, tryRows },
    { kind: 'right of everybody', sql: `GRANT SELECT ON ${name} TO PUBLIC` },
    { kind: 'owned by a program', sql: `ALTER TABLE ${name} OWNER TO holdfast_web`, tryRows },
  ];
}

function wall(table: string): Mutant[] {
  return [
    { kind: 'policy dropped', sql: `DROP POLICY tenant ON ${table}` },
    { kind: 'row security disabled', sql: `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY` },
    { kind: 'row security not forced', sql: `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY` },
  ];
}

const MSP = 'msp_id = app.msp_id()';
const CLIENT = `${MSP} AND app.client_ok(client_id)`;

function policyMutants(sample: TableSample): Mutant[] {
  const { table } = sample;
  const { name } = table;
  const tryRows = (test: RowTest): Promise<void> => test.testTable(sample);
  const isWritten = PROGRAMS.some(
    (program) => holds(name, program, 'insert') || holds(name, program, 'update'),
  );
  const tryWrites = isWritten ? { tryRows } : {};
  const instead = (kind: string, policy: string): Mutant => ({
    kind: `policy ${kind}`,
    sql: `DROP POLICY tenant ON ${name}; CREATE POLICY tenant ON ${name} ${policy}`,
  });
  const own = clientColumn(table) ? CLIENT : MSP;
  const ofClients = [
    { ...instead('without the client', `USING (${MSP}) WITH CHECK (${MSP})`), tryRows },
    { ...instead('that reads any client', `USING (${MSP}) WITH CHECK (${own})`), tryRows },
    { ...instead('that writes any client', `USING (${own}) WITH CHECK (${MSP})`), ...tryWrites },
  ];
  return [
    { ...instead('without the MSP', 'USING (true) WITH CHECK (true)'), tryRows },
    { ...instead('that reads anything', `USING (true) WITH CHECK (${own})`), tryRows },
    { ...instead('that writes anything', `USING (${own}) WITH CHECK (true)`), ...tryWrites },
    {
      ...instead(
        'open without context',
        `USING (msp_id = coalesce(app.msp_id(), msp_id)) WITH CHECK (${own})`,
      ),
      tryRows,
    },
    { ...instead('for one role', `TO holdfast_web USING (${own}) WITH CHECK (${own})`), tryRows },
    { ...instead('for reading only', `FOR SELECT USING (${own})`), ...tryWrites },
    { ...instead('that restricts', `AS RESTRICTIVE USING (${own}) WITH CHECK (${own})`), tryRows },
    // Postgres then takes USING for both; other engines do not.
    instead('without WITH CHECK', `USING (${own})`),
    ...(clientColumn(table) ? ofClients : []),
  ];
}

function rightMutants(sample: TableSample): Mutant[] {
  const { name } = sample.table;
  return rights(name, holds).map(({ program, ...mutant }) => ({
    ...mutant,
    ...(BARING.has(mutant.right) ? { tryRows: (test) => test.testProgram(sample, program) } : {}),
  }));
}

/** Each column that a program may not update. */
function columnMutants(sample: TableSample): Mutant[] {
  const { name, columns } = sample.table;
  return PROGRAMS.filter((program) => !holds(name, program, 'update')).flatMap((program) =>
    columns
      .filter((column) => !holds(name, program, `update(${column.name})`))
      .map((column) => ({
        kind: 'right to update a column',
        sql: `GRANT UPDATE (${column.name}) ON ${name} TO ${roleOf(program)}`,
        tryRows: (test: RowTest) => test.testProgram(sample, program),
      })),
  );
}

function partitionMutants(partition: string): Mutant[] {
  const tryRows = (test: RowTest): Promise<void> => test.testPartition(partition);
  return [
    ...wall(partition).map(({ kind, sql }) => ({ kind: `partition: ${kind}`, sql })),
    ...rights(partition, () => false).map(({ right, sql }) => ({
      kind: `partition: right to ${right}`,
      sql,
      ...(BARING.has(right) ? { tryRows } : {}),
    })),
  ];
}

function exemptMutants(table: string): Mutant[] {
  const tryRows = (test: RowTest): Promise<void> => test.testExemptTable(table);
  // Nobody gets into this schema: a right on its table bares nothing by itself.
  const isShut = table.startsWith('app_sec.');
  return rights(table, holds).map(({ right, kind, sql }) => ({
    kind,
    sql,
    ...(BARING.has(right) && !isShut ? { tryRows } : {}),
  }));
}

function holds(table: string, program: Program, right: string): boolean {
  const held: readonly string[] = TABLE_RIGHTS[table]?.[program] ?? [];
  return held.includes(right);
}

/** Rights that reach rows at once. */
const BARING: ReadonlySet<string> = new Set(['select', 'insert', 'update', 'delete', 'truncate']);
const RIGHTS = [...BARING, 'references', 'trigger', 'maintain'];

/** Every right on a table to every program that does not hold it. */
function rights(
  table: string,
  isHeld: (table: string, program: Program, right: string) => boolean,
): { kind: string; sql: string; right: string; program: Program }[] {
  return PROGRAMS.flatMap((program) =>
    RIGHTS.filter((right) => !isHeld(table, program, right)).map((right) => ({
      kind: `right to ${right}`,
      sql: `GRANT ${right} ON ${table} TO ${roleOf(program)}`,
      right,
      program,
    })),
  );
}

async function functionMutants(client: ClientBase): Promise<Mutant[]> {
  const { rows } = await client.query<{ name: string; isDefiner: boolean; withheldFrom: string[] }>(
    `SELECT p.oid::regprocedure::text AS name, p.prosecdef AS "isDefiner",
       ARRAY(SELECT g FROM unnest($1::text[] || '{public}') g WHERE NOT has_function_privilege(g, p.oid, 'EXECUTE')) AS "withheldFrom"
     FROM pg_proc p WHERE p.pronamespace = ANY ('{app,app_sec,identity,audit}'::regnamespace[])`,
    [PROGRAMS.map(roleOf)],
  );
  return rows.flatMap(({ name, isDefiner, withheldFrom }) => [
    ...withheldFrom.map((grantee) => ({
      kind: 'right to call a function',
      sql: `GRANT EXECUTE ON FUNCTION ${name} TO ${grantee}`,
    })),
    ...(isDefiner ? definerMutants(name) : []),
  ]);
}

function definerMutants(name: string): Mutant[] {
  return [
    { kind: 'search path not pinned', sql: `ALTER FUNCTION ${name} RESET ALL` },
    { kind: 'function of a superuser', sql: `ALTER FUNCTION ${name} OWNER TO CURRENT_USER` },
  ];
}

function roleMutants(program: Program): Mutant[] {
  const role = roleOf(program);
  const attributes = ['SUPERUSER', 'BYPASSRLS', 'CREATEROLE', 'CREATEDB', 'REPLICATION'];
  const groups = ['holdfast_owner', 'audit_owner', 'sec_owner', 'pg_read_all_data', 'pg_write_all_data'];
  const schemas = ['app', 'app_sec', 'identity', 'audit', 'public'];
  return [
    ...attributes.map((attribute) => `ALTER ROLE ${role} ${attribute}`),
    ...groups.map((group) => `GRANT ${group} TO ${role}`),
    ...schemas.map((schema) => `GRANT CREATE ON SCHEMA ${schema} TO ${role}`),
    `GRANT USAGE ON SCHEMA app_sec TO ${role}`,
    `ALTER DEFAULT PRIVILEGES FOR ROLE holdfast_owner GRANT SELECT ON TABLES TO ${role}`,
  ].map((sql) => ({ kind: 'more than a program', sql }));
}
