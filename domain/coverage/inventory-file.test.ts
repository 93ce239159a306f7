import { describe, expect, test } from 'vitest';
import { compareInventory } from './compare-inventory';
import { guessColumns, kindOf, readRows } from './inventory-columns';
import { FILE_RECORDS_MAX, readInventoryFile } from './inventory-file';

function read(text: string) {
  const file = readInventoryFile(text);
  if (typeof file === 'string') throw new Error(file);
  return { ...file, ...readRows(file.records, file.head.length, guessColumns(file.head)) };
}
const names = (text: string) => read(text).rows.map(({ machine }) => machine.name);

describe('a file with an inventory', () => {
  test.each([
    ['commas', 'Name,Type\nfs-01,Server\n'],
    ['semicolons', 'Name;Type\nfs-01;Server\n'],
    ['tabs', 'Name\tType\nfs-01\tServer\n'],
    ['a byte order mark and the line ends of Windows', '\u{FEFF}Name,Type\r\nfs-01,Server\r\n'],
    ['the line ends of old', 'Name,Type\rfs-01,Server'],
    ['quotes', '"Name","Type"\n"fs-01","Server"'],
    ['commas within the quotes of its head', '"Name";"Type, as we, say it"\nfs-01;Server'],
    ['rows without text', '\n\nName,Type\n,\nfs-01,Server\n\n'],
  ])('is read with %s', (_, text) => {
    expect(names(text)).toEqual(['fs-01']);
  });

  test('keeps what stands in quotes, and tells the line in which a row begins', () => {
    const { records } = read('Name,Site\nfs-01,"Leeds ""north"",\n2nd floor"\nfs-02,York');
    expect(records.map(({ line, cells }) => [line, ...cells])).toEqual([
      [2, 'fs-01', 'Leeds "north",\n2nd floor'],
      [4, 'fs-02', 'York'],
    ]);
  });

  test('tells each row that cannot be read, with its line and why', () => {
    const long = 'x'.repeat(256);
    const { rows, unreadable } = read(
      `Name,Site\n,Leeds\n${long},Leeds\nfs\u{202E}1,\na,b,c\nok,\nlast,"open`,
    );
    expect(rows.map((row) => row.line)).toEqual([6]);
    expect(unreadable.map(({ line, problem }) => [line, problem.why])).toEqual([
      [2, 'no-name'],
      [3, 'too-long'],
      [4, 'control-characters'],
      [5, 'too-many-cells'],
      [7, 'open-quote'],
    ]);
    expect(unreadable[1]?.name).toHaveLength(255);
    expect(unreadable[2]?.name).toBe('fs\u{FFFD}1');
  });

  test('is refused when it holds nothing, or more than is taken', () => {
    expect(readInventoryFile(' \n\n')).toBe('empty');
    expect(readInventoryFile(`Name\n${'a\n'.repeat(FILE_RECORDS_MAX)}`)).not.toBe('too-many-rows');
    expect(readInventoryFile(`Name\n${'a\n'.repeat(FILE_RECORDS_MAX + 1)}`)).toBe('too-many-rows');
    expect(readInventoryFile(','.repeat(200))).not.toBe('too-many-columns');
    expect(readInventoryFile(`a${',b'.repeat(200)}`)).toBe('too-many-columns');
  });
});

test('a head says which column is what, in the words of several RMMs', () => {
  expect(guessColumns(['Device Name', 'Device Type', 'Site', 'Customer'])).toEqual({
    name: 0,
    kind: 1,
    site: 2,
    client: 3,
  });
  expect(guessColumns(['Organization', 'Location', 'Hostname', 'Name', 'Class'])).toEqual({
    name: 2,
    kind: 4,
    site: 1,
    client: 0,
  });
  expect(guessColumns(['Bezeichnung'])).toEqual({ name: null, kind: null, site: null, client: null });
});

test.each([
  ['Windows Server 2022', 'server'],
  ['VM', 'vm'],
  ['virtual_machine', 'vm'],
  ['Laptop', 'workstation'],
  ['NAS', 'nas'],
  ['SQL', 'database'],
  ['printer', null],
  ['', null],
])('%j is a %s', (word, kind) => {
  expect(kindOf(word)).toBe(kind);
});

const machine = (hostKey: string, siteName: string | null = null) => ({
  hostKey,
  name: hostKey,
  kind: null,
  siteName,
});

test('a new list is compared with the one that holds', () => {
  const change = compareInventory(
    [machine('a'), machine('b'), machine('c')],
    [machine('a'), machine('b', 'York'), machine('d')],
  );
  expect(change).toEqual({
    added: [machine('d')],
    changed: [{ former: machine('b'), machine: machine('b', 'York') }],
    same: [machine('a')],
    gone: [machine('c')],
  });
});
