import { z } from 'zod';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';

/** Tables that leave in no export, and why. */
export const NOT_EXPORTED: Readonly<Record<string, string>> = {
  attachment_usage: 'a sum of what is exported',
  document_preview: 'gone within the hour',
  ingest_beat: 'of the installation',
  mail_outbox: 'mails that wait, sealed',
  own_health: 'of the installation',
  own_outage: 'of the installation',
  ping_key: 'secrets',
  pulled_item: 'marks of what a connector brought already',
  work_due: 'hints for the worker',
};

/** Columns that are secrets of other systems, or open a way in. */
export const SECRET_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  inbound_channel: ['address'],
  notification_channel: ['sealed'],
  pull_connector: ['sealed'],
};

/** The one column of a table that is a file: it leaves as base64. */
export const FILE_COLUMNS: Readonly<Record<string, string>> = {
  branding: 'logo_png',
  document_file: 'content',
  evidence_sample: 'population_gzip',
  history_import: 'file',
  raw_report: 'body',
  restore_record_attachment: 'content',
};

/** A table of the MSP as it leaves. */
export interface ExportTable {
  readonly name: string;
  /** Of its primary key but the MSP's id, in its order, with their types. */
  readonly key: readonly { readonly column: string; readonly type: string }[];
}

const tableRow = z.object({
  name: z.string(),
  key: z.array(z.object({ column: z.string(), type: z.string() })),
});

/** The tables of tenants that leave in an export, by name. */
export async function listExportTables(tx: Tx): Promise<ExportTable[]> {
  const rows = await tx.$queryRaw`
    SELECT c.relname AS name, coalesce(jsonb_agg(jsonb_build_object('column', a.attname, 'type', format_type(a.atttypid, NULL)) ORDER BY k.place)
      FILTER (WHERE a.attname <> 'msp_id'), '[]') AS key
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'app'
    JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k (attnum, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> ALL (${Object.keys(NOT_EXPORTED)}::text[])
    GROUP BY c.relname ORDER BY c.relname`;
  return z.array(tableRow).parse(rows);
}

/** A row as it leaves: all its columns but secrets, without its file where that is long. */
export interface ExportRow {
  readonly row: Readonly<Record<string, unknown>>;
  /** What stands for its place in the table. */
  readonly key: readonly string[];
  /** Of its file that is not in `row`, to be read in slices; 0: there is none. */
  readonly longFileBytes: number;
}

const exportRow = z.object({
  row: z.record(z.string(), z.unknown()),
  key: z.array(z.string()),
  longFileBytes: z.int(),
});

/** Rows are read that many at once. */
export const ROWS_AT_ONCE = 1000;
/** A longer file is read by itself, in slices of a length that base64 has no padding for. */
const FILE_BYTES_AT_ONCE = 3 * 2 ** 18;

/** The rows after one of this key (null: from the first on), at most {@link ROWS_AT_ONCE}. */
export async function listExportRows(
  tx: Tx,
  mspId: string,
  { name, key }: ExportTable,
  after: readonly string[] | null,
): Promise<ExportRow[]> {
  const columns = key.map(({ column }) => quoted(column));
  const list = Prisma.raw(columns.join(', '));
  const file = FILE_COLUMNS[name];
  const leftOut = [...(SECRET_COLUMNS[name] ?? []), ...(file === undefined ? [] : [file])];
  const size =
    file === undefined ? Prisma.sql`0` : Prisma.raw(`coalesce(octet_length(t.${quoted(file)}), 0)`);
  const short =
    file === undefined
      ? Prisma.sql`'{}'::jsonb`
      : Prisma.sql`jsonb_build_object(${`${file}_base64`}::text, CASE WHEN ${size} <= ${FILE_BYTES_AT_ONCE}
          THEN translate(encode(t.${Prisma.raw(quoted(file))}, 'base64'), E'\\n', '') END)`;
  const isAfter =
    after === null || key.length === 0
      ? Prisma.sql`true`
      : Prisma.sql`(${list}) > (${Prisma.join(after.map((value, at) => Prisma.sql`${value}::text::${Prisma.raw(key[at]?.type ?? 'text')}`))})`;
  const rows = await tx.$queryRaw`
    SELECT to_jsonb(t) - ${leftOut}::text[] || ${short} AS row,
      ARRAY[${Prisma.raw(columns.map((column) => `t.${column}::text`).join(', '))}]::text[] AS key,
      CASE WHEN ${size} > ${FILE_BYTES_AT_ONCE} THEN ${size} ELSE 0 END AS "longFileBytes"
    FROM app.${Prisma.raw(quoted(name))} t
    WHERE t.msp_id = ${mspId}::uuid AND ${isAfter}
    ${key.length === 0 ? Prisma.empty : Prisma.sql`ORDER BY ${list}`} LIMIT ${ROWS_AT_ONCE}`;
  return z.array(exportRow).parse(rows);
}

/** The file of one row as base64. */
export async function readLongFile(
  tx: Tx,
  mspId: string,
  { name, key }: ExportTable,
  of: Pick<ExportRow, 'key' | 'longFileBytes'>,
): Promise<string> {
  const file = Prisma.raw(quoted(FILE_COLUMNS[name] ?? ''));
  const isIt = Prisma.join(
    key.map(
      ({ column, type }, at) =>
        Prisma.sql`t.${Prisma.raw(quoted(column))} = ${of.key[at] ?? ''}::text::${Prisma.raw(type)}`,
    ),
    ' AND ',
  );
  const slices = [];
  for (let from = 1; from <= of.longFileBytes; from += FILE_BYTES_AT_ONCE) {
    const rows = await tx.$queryRaw`
      SELECT translate(encode(substring(t.${file} FROM ${from}::int FOR ${FILE_BYTES_AT_ONCE}::int), 'base64'), E'\\n', '') AS slice
      FROM app.${Prisma.raw(quoted(name))} t WHERE t.msp_id = ${mspId}::uuid AND ${isIt}`;
    slices.push(z.tuple([z.object({ slice: z.string() })]).parse(rows)[0].slice);
  }
  return slices.join('');
}

/** A name of the catalogue as an identifier: it is put into statements as it stands. */
function quoted(name: string): string {
  if (!/^[a-z_][a-z0-9_]*$/.test(name)) throw new Error(`not a name of our tables: ${name}`);
  return `"${name}"`;
}
