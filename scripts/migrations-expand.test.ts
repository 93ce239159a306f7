import { expect, it } from 'vitest';
import { migrationFiles } from './migrate.mjs';

/**
 * From this one on a migration only adds: programs of the release before go on running on the database while they are replaced one after the
 * other (docs/operations.md, Upgrade). What no program of the release before uses any more may go: the file says so in a line
 * `-- contract: why`.
 */
const FIRST = '20261210000000';

/** What breaks a program that runs already, and in what words a migration says it. */
const BREAKS: ReadonlyArray<readonly [string, RegExp]> = [
  ['drops a table', /\bdrop\s+table\b/],
  ['drops a column', /\bdrop\s+column\b/],
  ['renames', /\brename\s+(?:to|column)\b/],
  ['changes the type of a column', /\balter\s+column\s+\w+\s+(?:set\s+data\s+)?type\b/],
  ['demands a value in a column', /\balter\s+column\s+\w+\s+set\s+not\s+null\b/],
  ['adds a column that must be given', /\badd\s+column\s+(?![^,;]*\bdefault\b)[^,;]*\bnot\s+null\b/],
  ['takes a right away', /\brevoke\b(?![^;]*\bfrom\s+public\b)/],
];

function breaksOf(sql: string): string[] {
  if (/^-- contract: \S/m.test(sql)) return [];
  const said = sql
    .replaceAll(/\/\*[^]*?\*\//g, ' ')
    .replaceAll(/--.*$/gm, ' ')
    .toLowerCase();
  const found = BREAKS.filter(([, words]) => words.test(said)).map(([what]) => what);
  const gone = [...said.matchAll(/\bdrop\s+function\s+(?:if\s+exists\s+)?([\w.]+)/g)].map(([, name]) => name);
  const isBack = (name: string | undefined): boolean =>
    new RegExp(`\\bcreate\\s+(?:or\\s+replace\\s+)?function\\s+${name}\\b`).test(said);
  return [...found, ...gone.filter((name) => !isBack(name)).map((name) => `drops the function ${name}`)];
}

it('a new migration breaks no program that runs already', () => {
  const all = migrationFiles();
  expect(all.length).toBeGreaterThan(30);
  const found = all.filter(({ name }) => name >= FIRST).map(({ name, sql }) => [name, breaksOf(sql)]);
  expect(found.filter(([, breaks]) => breaks && breaks.length > 0)).toEqual([]);
});

it.each([
  ['drop table app.x;', 'drops a table'],
  ['alter table app.x drop column y;', 'drops a column'],
  ['alter table app.x\n  rename column y to z;', 'renames'],
  ['alter table app.x rename to y;', 'renames'],
  ['alter table app.x alter column y type bigint;', 'changes the type of a column'],
  ['alter table app.x alter column y set data type bigint;', 'changes the type of a column'],
  ['alter table app.x alter column y set not null;', 'demands a value in a column'],
  ['alter table app.x add column y int not null;', 'adds a column that must be given'],
  ['revoke select on app.x from holdfast_web;', 'takes a right away'],
  ['drop function app.f(text);', 'drops the function app.f'],
])('%s would be found', (sql, what) => {
  expect(breaksOf(sql)).toEqual([what]);
});

it.each([
  'create table app.x (y int not null);',
  'alter table app.x add column y int, add column z int not null default 0;',
  'alter table app.x drop constraint x_kind_check, add constraint x_kind_check check (kind in (1));',
  'drop function app.f(text); create function app.f(text, int) returns int language sql as $$ select 1 $$;',
  'revoke all on function app.f(text) from public;',
  '-- drop table app.x\n/* drop column y */ select 1;',
  '-- contract: nothing reads it since 1.4\nalter table app.x drop column y;',
])('%s is let be', (sql) => {
  expect(breaksOf(sql)).toEqual([]);
});
