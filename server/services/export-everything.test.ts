import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TABLE_RIGHTS } from '@/prisma/tenancy/declared-rights';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { FILE_COLUMNS, NOT_EXPORTED, SECRET_COLUMNS } from '../data/export-tables';
import { tarOfEverything } from './export-everything';
import { channelForm, openChannel } from './open-channel';

const NOW = new Date('2026-10-31T12:00:00Z');
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };

let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;
let address: string;
let files: Map<string, string>;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Another MSP');
  for (const msp of [ours, theirs])
    await (await msp.newAgent(`fs-${msp.mspId}`)).backUp([CLOUD], new Date(NOW.getTime() - HOUR));
  const form = channelForm.parse({ kind: 'mail', name: 'NAS' });
  ({ address } = await openChannel(cast.web, ours.scope(), 'Mara', ours.clientId, form, NOW));
  // longer than is read at once
  await cast.rows(
    `INSERT INTO app.history_import (msp_id, import_id, client_id, name, file_name, file, file_bytes, file_sha256, head, state, row_count, created_at, created_by, created_by_name)
     SELECT $1, gen_random_uuid(), $2, 'Old runs', 'runs.csv', b, octet_length(b), sha256(b), '[]', 'draft', 1, now(), $3, 'Mara'
     FROM (SELECT decode(repeat('00ff10', 700000), 'hex') AS b) x`,
    [ours.mspId, ours.clientId, ours.person.personId],
  );
  files = await unpacked();
});
afterAll(() => cast.close());

async function unpacked(): Promise<Map<string, string>> {
  const chunks = [];
  for await (const chunk of tarOfEverything(cast.web, ours.scope('owner'), NOW)) chunks.push(chunk);
  const found = new Map<string, string>();
  const tar = extract();
  tar.end(gunzipSync(Buffer.concat(chunks)));
  for await (const entry of tar) {
    const parts = [];
    for await (const part of entry) parts.push(part);
    found.set(entry.header.name, Buffer.concat(parts).toString('utf8'));
  }
  return found;
}

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');
const rowsOf = (table: string): Record<string, unknown>[] =>
  [...files]
    .filter(([path]) => path.startsWith(`${table}/`))
    .flatMap(([, text]) => text.trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('every row that the MSP has leaves, and nothing of another one', async () => {
  const manifest = JSON.parse(files.get('manifest.json') ?? '') as {
    rows: Record<string, number>;
    sha256: Record<string, string>;
  };
  const hashed = [...files].filter(([path]) => path !== 'manifest.json');
  expect(Object.fromEntries(hashed.map(([path, text]) => [path, sha256Of(text)]))).toEqual(manifest.sha256);
  const counted = [];
  for (const table of Object.keys(TABLE_RIGHTS).filter((name) => name.startsWith('app.'))) {
    const name = table.slice(4);
    if (NOT_EXPORTED[name] !== undefined) continue;
    const [row] = await cast.rows(`SELECT count(*)::int AS count FROM ${table} WHERE msp_id = $1`, [
      ours.mspId,
    ]);
    counted.push([`tables/${name}`, row?.['count']]);
    expect(rowsOf(`tables/${name}`), name).toHaveLength(Number(row?.['count']));
  }
  expect(manifest.rows).toMatchObject(Object.fromEntries(counted));
  expect(rowsOf('tables/run').length).toBeGreaterThan(0);
  for (const [path, text] of files) {
    expect(text.includes(theirs.mspId), path).toBe(false);
    expect(text.includes(theirs.clientId), path).toBe(false);
  }
});

test('a report leaves byte for byte, and so does a file that is longer than what is read at once', () => {
  const [report] = rowsOf('tables/raw_report');
  const body = Buffer.from(String(report?.['body_base64']), 'base64');
  expect(`\\x${createHash('sha256').update(body).digest('hex')}`).toBe(report?.['body_sha256']);
  const [imported] = rowsOf('tables/history_import');
  const file = Buffer.from(String(imported?.['file_base64']), 'base64');
  expect(file).toHaveLength(2_100_000);
  expect(`\\x${createHash('sha256').update(file).digest('hex')}`).toBe(imported?.['file_sha256']);
});

test('the log notes the export, and each event leaves with its exact text', () => {
  const events = rowsOf('evidence-log');
  expect(events.map(({ action }) => action)).toContain('msp.exported');
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
});

test('no secret leaves: what lets in, or is sealed, is left out, and every binary column is accounted for', async () => {
  expect([...files.values()].some((text) => text.includes(address))).toBe(false);
  const columns = await cast.rows(
    `SELECT c.relname AS name, a.attname AS column, t.typname AS type FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid
     WHERE n.nspname = 'app' AND c.relkind IN ('r', 'p') AND NOT c.relispartition`,
  );
  const leaving = columns.filter(
    ({ name, column }) =>
      NOT_EXPORTED[String(name)] === undefined && !SECRET_COLUMNS[String(name)]?.includes(String(column)),
  );
  const binary = leaving.filter(
    ({ name, column, type }) =>
      type === 'bytea' &&
      FILE_COLUMNS[String(name)] !== column &&
      !/sha256$|^signature$|^public_key$/.test(String(column)),
  );
  expect(binary).toEqual([]);
  const secret = leaving.filter(({ column }) =>
    /secret|sealed|password|token|hash$|private|ping_key/.test(String(column)),
  );
  expect(secret).toEqual([]);
});
