import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** Files of statements that are nobody's, and why. */
const EXEMPT: Readonly<Record<string, string>> = {
  'own-health.ts': "how the installation stands; what is an MSP's is read by readQueues, which names it",
  'own-outages.ts': 'when the ingestion process, which serves every MSP, was alive',
  'refresh-statistics.ts': 'has Postgres count the rows of everybody',
};

/** A tenant table where a statement reads or writes it, with its alias when it has one. */
const REFERENCE =
  /\b(?:from|join|update|into)\s+(?:app\.(?!work_due\b)\w+|audit\.(?:event|event_private|head))(?![\w(])(?:\s+(?:as\s+)?(?!(?:set|where|on|using|order|group|limit|values|select|join|left|inner|cross|for|returning|union)\b)(\w+))?/gi;

/**
 * What in a source asks for rows without naming their MSP, although row security would give none of another's: references
 * to tenant tables in SQL whose statement does not name their msp_id, and calls of Prisma without mspId.
 */
function unscoped(source: string): string[] {
  return [...templatesOf(source).flatMap(referencesWithoutMsp), ...callsOf(source).filter(hasNoMsp)];
}

function referencesWithoutMsp(sql: string): string[] {
  return [...sql.matchAll(REFERENCE)]
    .filter(([reference, alias]) => {
      const column = alias && !/^into/i.test(reference) ? `${alias}\\.msp_id` : 'msp_id';
      return !new RegExp(`\\b${column}\\b|\\busing \\(msp_id\\b`, 'i').test(sql);
    })
    .map(([reference]) => reference.replaceAll(/\s+/g, ' '));
}

function hasNoMsp(call: string): boolean {
  return !/\bmsp(?:Id\w*)?\b/.test(call.slice(call.indexOf('(')));
}

/** Calls such as `tx.system.findMany(…)`, up to their closing bracket. */
function callsOf(source: string): string[] {
  const starts = source.matchAll(
    /\btx\.\w+\.(?:find\w+|count|aggregate|groupBy|create\w*|update\w*|upsert|delete\w*)\(/g,
  );
  return [...starts].map(({ index, 0: start }) => {
    let depth = 1;
    let at = index + start.length;
    for (; depth > 0 && at < source.length; at++)
      depth += Number(source[at] === '(') - Number(source[at] === ')');
    return source.slice(index, at);
  });
}

/** Template literals; what is nested in one is part of it. */
function templatesOf(source: string): string[] {
  const templates = [];
  for (let at = source.indexOf('`'); at !== -1; at = source.indexOf('`', at + 1)) {
    const end = endOfTemplate(source, at + 1);
    templates.push(source.slice(at + 1, end));
    at = end;
  }
  return templates;
}

function endOfTemplate(source: string, start: number): number {
  let at = start;
  while (at < source.length && source[at] !== '`') {
    if (source[at] === '\\') at += 2;
    else if (source.startsWith('${', at)) at = endOfExpression(source, at + 2) + 1;
    else at++;
  }
  return at;
}

function endOfExpression(source: string, start: number): number {
  let at = start;
  for (let depth = 0; at < source.length && (depth > 0 || source[at] !== '}'); at++) {
    if (source[at] === '`') at = endOfTemplate(source, at + 1);
    else depth += Number(source[at] === '{') - Number(source[at] === '}');
  }
  return at;
}

it('every query names the MSP of every table that it reads or writes', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => /(?<!\.test)\.ts$/.test(file));
  const sources = files
    .filter((file) => !(file in EXEMPT))
    .map((file) => ({ file, source: readFileSync(path.join(import.meta.dirname, file), 'utf8') }));
  const found = sources.flatMap(({ file, source }) => unscoped(source).map((what) => `${file}: ${what}`));
  expect(found).toEqual([]);
  const references = sources.flatMap(({ source }) =>
    templatesOf(source).flatMap((sql) => [...sql.matchAll(REFERENCE)]),
  );
  expect(references.length).toBeGreaterThan(100);
  expect(sources.flatMap(({ source }) => callsOf(source)).length).toBeGreaterThan(10);
  expect(files).toEqual(expect.arrayContaining(Object.keys(EXEMPT)));
});

it.each([
  ['tx.$queryRaw`SELECT name FROM app.system WHERE system_id = ${id}`', 'FROM app.system'],
  ['tx.$queryRaw`SELECT 1 FROM app.system s WHERE s.system_id = ${id}`', 'FROM app.system s'],
  [
    'tx.$queryRaw`SELECT 1 FROM app.system AS s JOIN app.client c ON c.client_id = s.client_id WHERE s.msp_id = ${mspId}`',
    'JOIN app.client c',
  ],
  ['tx.$executeRaw`UPDATE app.inbox SET attempts = 0 WHERE raw_report_id = ${id}`', 'UPDATE app.inbox'],
  ['tx.$executeRaw`INSERT INTO app.site (site_id) VALUES (${id})`', 'INTO app.site'],
  ['tx.$queryRaw`SELECT ${join(ids.map((id) => sql`(${id})`))} FROM audit.event e`', 'FROM audit.event e'],
  ['tx.system.findMany({ where: { systemId } })', 'tx.system.findMany({ where: { systemId } })'],
])('%s would be found', (source, what) => {
  expect(unscoped(source)).toEqual([what]);
});

it.each([
  'tx.$queryRaw`SELECT name FROM app.system WHERE msp_id = ${mspId} AND system_id = ${id}`',
  'tx.$queryRaw`SELECT 1 FROM app.system s JOIN app.client c USING (msp_id, client_id) WHERE s.msp_id = ${mspId}`',
  'tx.$executeRaw`INSERT INTO app.site AS s (msp_id, site_id) VALUES (${mspId}, ${id})`',
  'tx.$queryRaw`SELECT app.store_reports(${mspId}) FROM app.work_due`',
  'tx.system.findMany({ where: { mspId, systemId } })',
  'tx.site.findUnique({ where: { mspId_siteId: { mspId, siteId } } })',
])('%s is let be', (source) => {
  expect(unscoped(source)).toEqual([]);
});
