import type { ClientBase } from 'pg';
import { FUNCTION_RIGHTS, PROGRAMS, roleOf, SCHEMA_RIGHTS, TABLE_RIGHTS } from './declared-rights';
import { EXEMPT_SCHEMAS, EXEMPT_TABLES } from './exempt-tables';

/** What a schema that keeps tenants apart must not have. Partitions count as tables. */
export const RULES = {
  R1: 'a table without msp_id uuid NOT NULL, or whose client_id is no uuid',
  R2: 'a table whose row security is not enabled and forced',
  R3: 'a partition that a program can reach past its parent',
  R4: 'not exactly one policy, or one that says anything but msp_id = app.msp_id() and app.client_ok(client_id), twice',
  R5: 'a policy that is restrictive, for some roles or commands, or asks a subquery',
  R6: 'no primary key, or an index that does not begin with msp_id',
  R7: 'a foreign key that does not begin with msp_id on both sides, is deferrable, or leads from an exempt table to a tenant',
  R8: 'a view with the rights of its owner',
  R9: 'a materialised view or foreign table, which row security does not reach',
  R10: 'a SECURITY DEFINER function without a pinned search path, or of an owner whom row security does not bind',
  R11: 'a program with more than reading and writing rows: an attribute, a membership, CREATE, TRUNCATE …',
  R12: 'a program that owns something, or a tenant table of an owner who can log in or whom row security does not bind',
  R13: 'an index on a type whose comparisons are not leakproof: under row security that part goes unused',
  R14: 'a trigger, rule or sequence',
  R15: 'a right that is not declared, or a declared one that is not granted',
  R16: 'an exemption of a table that does not exist',
} as const;
export type Rule = keyof typeof RULES;

/** A breach of a rule, and where. */
export interface Finding {
  readonly rule: Rule;
  readonly object: string;
}

/** Reads the catalogue of the database; no findings: no table is unguarded, whatever it is called. */
export async function lintCatalogue(client: ClientBase): Promise<Finding[]> {
  const { rows } = await client.query<Finding>(LINT, [
    PROGRAMS.map(roleOf),
    Object.keys(EXEMPT_TABLES),
    Object.keys(EXEMPT_SCHEMAS),
    declaredRights(),
  ]);
  return rows;
}

/** Each declared right in the words in which `granted` of the query below puts what it finds. */
function declaredRights(): string[] {
  const tables = Object.entries(TABLE_RIGHTS).flatMap(([table, rights]) =>
    PROGRAMS.flatMap((program) => (rights[program] ?? []).map((right) => `${table} ${program} ${right}`)),
  );
  const functions = Object.entries(FUNCTION_RIGHTS).flatMap(([name, programs]) =>
    programs.map((program) => `${name}() ${program} execute`),
  );
  const schemas = Object.entries(SCHEMA_RIGHTS).flatMap(([schema, programs]) =>
    programs.map((program) => `schema ${schema} ${program} usage`),
  );
  return [...tables, ...functions, ...schemas];
}

const COMMON = `
  schemas AS (
    SELECT oid, nspname AS name, nspacl AS acl, nspname = ANY ($3::text[]) AS is_exempt FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  ),
  relations AS (
    SELECT c.*, s.name || '.' || c.relname AS name, s.is_exempt FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  ),
  tenant AS (
    SELECT r.*, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attname = 'client_id') AS has_client
    FROM relations r WHERE r.relkind IN ('r', 'p') AND NOT r.is_exempt AND r.name <> ALL ($2::text[])
  ),
  grantees AS (
    SELECT oid, replace(rolname, 'holdfast_', '') AS name FROM pg_roles WHERE rolname = ANY ($1::text[])
    UNION ALL SELECT 0, 'public'
  ),
  table_rights AS (
    SELECT r.oid, r.name, g.name AS grantee, lower(x.privilege_type) AS "right", x.is_grantable, r.relispartition, r.is_exempt
    FROM relations r CROSS JOIN aclexplode(r.relacl) x JOIN grantees g ON g.oid = x.grantee
    UNION ALL
    SELECT r.oid, r.name, g.name, lower(x.privilege_type) || '(' || a.attname || ')', x.is_grantable, r.relispartition, r.is_exempt
    FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid CROSS JOIN aclexplode(a.attacl) x
    JOIN grantees g ON g.oid = x.grantee
  ),
  functions AS (
    SELECT p.*, s.name || '.' || p.proname AS name, s.is_exempt FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace
  ),
  policies AS (
    SELECT t.name, p.polpermissive, p.polcmd, p.polroles, p.polname,
      pg_get_expr(p.polqual, p.polrelid) AS sees, pg_get_expr(p.polwithcheck, p.polrelid) AS writes,
      CASE WHEN t.has_client THEN '((msp_id = app.msp_id()) AND app.client_ok(client_id))'
        ELSE '(msp_id = app.msp_id())' END AS expected
    FROM pg_policy p JOIN tenant t ON t.oid = p.polrelid
  ),
  granted AS (
    SELECT name || ' ' || grantee || ' ' || "right" || CASE WHEN is_grantable THEN ' with grant option' ELSE '' END AS said
    FROM table_rights WHERE NOT is_exempt AND NOT relispartition
    UNION ALL
    SELECT f.name || '() ' || g.name || ' ' || lower(x.privilege_type) || CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END
    FROM functions f CROSS JOIN aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) x
    JOIN grantees g ON g.oid = x.grantee WHERE NOT f.is_exempt
    UNION ALL
    SELECT 'schema ' || s.name || ' ' || g.name || ' ' || lower(x.privilege_type)
    FROM schemas s CROSS JOIN aclexplode(s.acl) x JOIN grantees g ON g.oid = x.grantee
    WHERE NOT s.is_exempt AND (s.name, g.name, x.privilege_type) <> ('public', 'public', 'USAGE')
    UNION ALL
    SELECT 'whatever ' || d.defaclrole::regrole || ' makes ' || g.name || ' ' || lower(x.privilege_type)
    FROM pg_default_acl d CROSS JOIN aclexplode(d.defaclacl) x JOIN grantees g ON g.oid = x.grantee
  )`;

const FIRST_COLUMN = (table: string, numbers: string): string =>
  `(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = ${table} AND a.attnum = ${numbers})`;

/** One query a rule; each answers the objects that break it. */
const QUERIES: Readonly<Record<Rule, string>> = {
  R1: `SELECT name FROM tenant t WHERE NOT EXISTS (SELECT FROM pg_attribute a
      WHERE a.attrelid = t.oid AND a.attname = 'msp_id' AND a.atttypid = 'uuid'::regtype AND a.attnotnull)
    UNION ALL SELECT name || '.client_id' FROM tenant t JOIN pg_attribute a ON a.attrelid = t.oid
      WHERE a.attname = 'client_id' AND a.atttypid <> 'uuid'::regtype`,
  R2: `SELECT name FROM tenant WHERE NOT (relrowsecurity AND relforcerowsecurity)`,
  R3: `SELECT name || ' ' || grantee || ' ' || "right" FROM table_rights WHERE relispartition AND NOT is_exempt`,
  R4: `SELECT name FROM tenant t WHERE (SELECT count(*) FROM policies p WHERE p.name = t.name) <> 1
    UNION ALL SELECT name || '.' || polname FROM policies
      WHERE sees IS DISTINCT FROM expected OR writes IS DISTINCT FROM expected`,
  R5: `SELECT name || '.' || polname FROM policies
    WHERE NOT polpermissive OR polcmd <> '*' OR polroles <> '{0}' OR sees ~* '\\mselect\\M' OR writes ~* '\\mselect\\M'`,
  R6: `SELECT t.name || '.' || i.indexrelid::regclass FROM tenant t JOIN pg_index i ON i.indrelid = t.oid
      WHERE ${FIRST_COLUMN('t.oid', 'i.indkey[0]')} IS DISTINCT FROM 'msp_id'
    UNION ALL SELECT name FROM tenant t WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)`,
  R7: `SELECT t.name || '.' || c.conname FROM tenant t JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype = 'f'
      WHERE c.condeferrable OR ${FIRST_COLUMN('c.conrelid', 'c.conkey[1]')} IS DISTINCT FROM 'msp_id'
        OR ${FIRST_COLUMN('c.confrelid', 'c.confkey[1]')} IS DISTINCT FROM 'msp_id'
    UNION ALL SELECT c.conrelid::regclass || '.' || c.conname FROM pg_constraint c JOIN tenant t ON t.oid = c.confrelid
      WHERE c.conrelid NOT IN (SELECT oid FROM tenant)`,
  R8: `SELECT name FROM relations WHERE relkind = 'v' AND NOT is_exempt
    AND coalesce(reloptions, '{}') && '{security_invoker=true,security_invoker=on,security_invoker=1}' IS FALSE`,
  R9: `SELECT name FROM relations WHERE relkind IN ('m', 'f') AND NOT is_exempt`,
  R10: `SELECT f.oid::regprocedure::text FROM functions f JOIN pg_roles o ON o.oid = f.proowner
    WHERE f.prosecdef AND (o.rolsuper OR o.rolbypassrls
      OR NOT EXISTS (SELECT FROM unnest(f.proconfig) s WHERE s = 'search_path=pg_catalog, pg_temp'))`,
  R11: `SELECT r.rolname || ' ' || a.name FROM pg_roles r CROSS JOIN LATERAL (VALUES ('SUPERUSER', r.rolsuper),
        ('BYPASSRLS', r.rolbypassrls), ('CREATEROLE', r.rolcreaterole), ('CREATEDB', r.rolcreatedb),
        ('REPLICATION', r.rolreplication)) a (name, is_set) WHERE a.is_set AND r.rolname = ANY ($1::text[])
    UNION ALL SELECT m.member::regrole || ' IN ROLE ' || m.roleid::regrole FROM pg_auth_members m
      WHERE m.member::regrole::text = ANY ($1::text[])
    UNION ALL SELECT r || ' CREATE ON SCHEMA ' || s.name FROM schemas s CROSS JOIN unnest($1::text[]) r
      WHERE has_schema_privilege(r, s.oid, 'CREATE')
    UNION ALL SELECT r || ' CREATE ON DATABASE' FROM unnest($1::text[]) r
      WHERE has_database_privilege(r, current_database(), 'CREATE')
    UNION ALL SELECT grantee || ' ' || "right" || ' ' || name FROM table_rights
      WHERE "right" ~ '^(truncate|references|trigger|maintain)'`,
  R12: `SELECT d.refobjid::regrole || ' owns ' || pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_shdepend d
      WHERE d.deptype = 'o' AND d.refclassid = 'pg_authid'::regclass AND d.refobjid::regrole::text = ANY ($1::text[])
        AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    UNION ALL SELECT t.name FROM tenant t JOIN pg_roles o ON o.oid = t.relowner
      WHERE o.rolsuper OR o.rolbypassrls OR o.rolcanlogin`,
  R13: `SELECT DISTINCT t.name || '.' || i.indexrelid::regclass || ' (' || oc.opcintype::regtype || ')'
    FROM tenant t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_opclass oc ON oc.oid = ANY (i.indclass)
    JOIN pg_amop ao ON ao.amopfamily = oc.opcfamily AND ao.amoplefttype = oc.opcintype AND ao.amoprighttype = oc.opcintype
    JOIN pg_operator o ON o.oid = ao.amopopr JOIN pg_proc p ON p.oid = o.oprcode
    WHERE NOT p.proleakproof`,
  R14: `SELECT t.name || '.' || g.tgname FROM tenant t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
    UNION ALL SELECT r.name || '.' || w.rulename FROM relations r JOIN pg_rewrite w ON w.ev_class = r.oid
      WHERE NOT r.is_exempt AND w.rulename <> '_RETURN'
    UNION ALL SELECT name FROM relations WHERE relkind = 'S' AND NOT is_exempt`,
  R15: `SELECT 'not declared: ' || said FROM granted WHERE said <> ALL ($4::text[])
    UNION ALL SELECT 'not granted: ' || said FROM unnest($4::text[]) said WHERE said NOT IN (SELECT said FROM granted)`,
  R16: `SELECT e FROM unnest($2::text[]) e WHERE e NOT IN (SELECT name FROM relations)
    UNION ALL SELECT e FROM unnest($3::text[]) e WHERE e NOT IN (SELECT name FROM schemas)`,
};

const LINT = `WITH ${COMMON}
  ${Object.entries(QUERIES)
    .map(([rule, query]) => `SELECT '${rule}' AS rule, q.object FROM (${query}) q (object)`)
    .join(' UNION ALL ')}
  ORDER BY rule, object`;
