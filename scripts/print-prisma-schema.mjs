// Prints the Prisma schema of the tenant tables as the database has them; a test compares it with prisma/schema.prisma.
import { Client } from 'pg';

const TYPES = {
  uuid: ['String', '@db.Uuid'],
  text: ['String', ''],
  timestamptz: ['DateTime', '@db.Timestamptz(6)'],
  int4: ['Int', ''],
  int8: ['BigInt', ''],
  float8: ['Float', ''],
  bool: ['Boolean', ''],
  jsonb: ['Json', ''],
  bytea: ['Bytes', ''],
  _text: ['String[]', ''],
};
const pascal = (name) => name.replace(/(^|_)([a-z])/g, (_, __, letter) => letter.toUpperCase());
const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());

/** The Prisma schema of schema `app` (parents of partitions only), tables and columns in catalogue order. */
export async function prismaSchema(client) {
  const { rows: columns } = await client.query(`
    select c.relname as table, a.attname as column, t.typname as type, a.attnotnull as not_null,
           pg_get_expr(d.adbin, d.adrelid) as preset
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where n.nspname = 'app' and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`);
  const { rows: keys } = await client.query(`
    select c.relname as table, x.contype as kind,
           array(select a.attname::text from unnest(x.conkey) with ordinality k(num, pos)
                 join pg_attribute a on a.attrelid = c.oid and a.attnum = k.num order by k.pos) as columns
    from pg_constraint x
    join pg_class c on c.oid = x.conrelid
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'app' and not c.relispartition and x.contype in ('p', 'u')
    order by c.relname, x.contype, x.conname`);
  const tables = [...new Set(columns.map((row) => row.table))];
  const models = tables.map((table) => model(table, columns, keys));
  return `${HEADER}\n${models.join('\n')}`;
}

const HEADER = `// Written from the database by scripts/print-prisma-schema.mjs: change the migrations, then run it again.
generator client {
  provider               = "prisma-client"
  output                 = "./generated/prisma"
  previewFeatures        = ["strictUndefinedChecks"]
  moduleFormat           = "esm"
  importFileExtension    = ""
  generatedFileExtension = "ts"
}

datasource db {
  provider = "postgresql"
}
`;

function model(table, columns, keys) {
  const lines = columns.filter((row) => row.table === table).map(field);
  for (const key of keys.filter((row) => row.table === table)) {
    const list = key.columns.map(camel).join(', ');
    lines.push(key.kind === 'p' ? `  @@id([${list}])` : `  @@unique([${list}])`);
  }
  return `model ${pascal(table)} {\n${lines.join('\n')}\n  @@map("${table}")\n}\n`;
}

function field({ column, type, not_null: notNull, preset }) {
  const name = camel(column);
  const mapped = name === column ? '' : ` @map("${column}")`;
  if (!TYPES[type]) return `  ${name} Unsupported("${type}")${notNull && !preset ? '' : '?'}${mapped}`;
  const [base, native] = TYPES[type];
  const optional = notNull || base.endsWith('[]') ? '' : '?';
  return `  ${name} ${base}${optional}${presetOf(base, preset)}${mapped}${native ? ` ${native}` : ''}`;
}

function presetOf(base, preset) {
  if (preset === null) return '';
  if (preset === 'now()') return ' @default(now())';
  if (base.endsWith('[]')) return ' @default([])';
  if (base === 'Boolean') return ` @default(${preset})`;
  if (base === 'Int') return ` @default(${preset})`;
  const text = /^'(.*)'::text$/.exec(preset);
  return text ? ` @default("${text[1]}")` : '';
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const client = new Client({ connectionString: process.argv[2] ?? process.env.DATABASE_URL });
  await client.connect();
  process.stdout.write(await prismaSchema(client));
  await client.end();
}
