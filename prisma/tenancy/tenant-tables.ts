import type { ClientBase } from 'pg';
import { z } from 'zod';
import { EXEMPT_SCHEMAS, EXEMPT_TABLES } from './exempt-tables';

const column = z.object({
  name: z.string(),
  type: z.string(),
  isNullable: z.boolean(),
  /** The expression of its default; null: none. */
  preset: z.string().nullable(),
});
export type Column = z.infer<typeof column>;

const foreignKey = z.object({
  columns: z.array(z.string()),
  table: z.string(),
  tableColumns: z.array(z.string()),
});
export type ForeignKey = z.infer<typeof foreignKey>;

const tenantTable = z.object({
  /** With its schema, as in SQL. */
  name: z.string(),
  /** The role that owns it. */
  owner: z.string(),
  isPartitioned: z.boolean(),
  columns: z.array(column),
  primaryKey: z.array(z.string()),
  /** Columns of unique indexes, the primary key's among them. */
  uniqueColumns: z.array(z.string()),
  foreignKeys: z.array(foreignKey),
  /** Conditions of CHECK constraints, in the columns' own names. */
  checks: z.array(z.object({ columns: z.array(z.string()), condition: z.string() })),
  partitions: z.array(z.string()),
});
/** A tenant table as the catalogue knows it. */
export type TenantTable = z.infer<typeof tenantTable>;

/** Every table that is not exempt by name, parents of partitions only; whatever a migration adds is among them. */
export async function readTenantTables(client: ClientBase): Promise<TenantTable[]> {
  const { rows } = await client.query(TABLES, [Object.keys(EXEMPT_TABLES), Object.keys(EXEMPT_SCHEMAS)]);
  return z.array(tenantTable).parse(rows);
}

export function clientColumn(table: TenantTable): Column | undefined {
  return table.columns.find(({ name }) => name === 'client_id');
}

const NAMES = (table: string, numbers: string): string =>
  `ARRAY(SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY k (number, position)
     JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = k.number ORDER BY k.position)`;

const NAME = (table: string): string =>
  `(SELECT n.nspname || '.' || t.relname FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace WHERE t.oid = ${table})`;

const TABLES = `
  SELECT n.nspname || '.' || c.relname AS name, c.relowner::regrole::text AS owner, c.relkind = 'p' AS "isPartitioned",
    (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
        'isNullable', NOT a.attnotnull, 'preset', pg_get_expr(d.adbin, d.adrelid)) ORDER BY a.attnum)
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
    coalesce((SELECT ${NAMES('c.oid', 'i.indkey')} FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary), '{}') AS "primaryKey",
    ARRAY(SELECT DISTINCT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
      WHERE i.indrelid = c.oid AND i.indisunique) AS "uniqueColumns",
    coalesce((SELECT json_agg(json_build_object('columns', ${NAMES('x.conrelid', 'x.conkey')}, 'table', ${NAME('x.confrelid')},
        'tableColumns', ${NAMES('x.confrelid', 'x.confkey')}))
      FROM pg_constraint x WHERE x.conrelid = c.oid AND x.contype = 'f'), '[]') AS "foreignKeys",
    coalesce((SELECT json_agg(json_build_object('columns', ${NAMES('x.conrelid', 'x.conkey')},
        'condition', pg_get_expr(x.conbin, x.conrelid)))
      FROM pg_constraint x WHERE x.conrelid = c.oid AND x.contype = 'c'), '[]') AS checks,
    ARRAY(SELECT ${NAME('h.inhrelid')} FROM pg_inherits h WHERE h.inhparent = c.oid ORDER BY 1) AS partitions
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND n.nspname <> ALL ($2::text[]) AND n.nspname || '.' || c.relname <> ALL ($1::text[])
  ORDER BY name`;
