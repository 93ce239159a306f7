import { describe, expect, test } from 'vitest';
import { csvLine, csvResponse } from './csv';

describe('a line of CSV', () => {
  test.each([
    ["=cmd|' /C calc'!A0", `"'=cmd|' /C calc'!A0"\r\n`],
    ['+1', `'+1\r\n`],
    ['-1+1', `'-1+1\r\n`],
    ['@SUM(A1)', `'@SUM(A1)\r\n`],
    ['  =1', `'  =1\r\n`],
    ['\u{FEFF}=1', `"'\u{FEFF}=1"\r\n`.replaceAll('"', '')],
    ['\t=1', `"'\t=1"\r\n`],
    ['\rx', `"'\rx"\r\n`],
    ['\0=1', `'=1\r\n`],
    ['＝1', `'＝1\r\n`],
    ['＋1', `'＋1\r\n`],
    ['－1', `'－1\r\n`],
    ['＠x', `'＠x\r\n`],
    ['job;=1', `"job;'=1"\r\n`],
    ['job\n @x', `"job\n '@x"\r\n`],
    ['job;";-1', `"job;"";'-1"\r\n`],
  ])('leaves no spreadsheet a formula in %j', (text, line) => {
    expect(csvLine([text])).toBe(line);
  });

  test('keeps separators, quotes and line breaks within their cell', () => {
    expect(csvLine(['a,b', 'say "no"', 'two\r\nlines', 'semi;colon', 'plain'])).toBe(
      '"a,b","say ""no""","two\r\nlines","semi;colon",plain\r\n',
    );
  });

  test('leaves numbers alone, names instants in UTC, and nothing for what is not known', () => {
    expect(csvLine([-5, 12n, new Date('2026-03-01T10:00:00+02:00'), null, 'ünïcode'])).toBe(
      '-5,12,2026-03-01T08:00:00.000Z,,ünïcode\r\n',
    );
  });
});

describe('a CSV file', () => {
  test('begins with a byte order mark and names itself without signs that a header could not hold', async () => {
    const response = csvResponse('runs of "x"\r\n.csv', ['a'], [['b']]);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="runs-of-x-.csv"');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(bytes.subarray(3).toString()).toBe('a\r\nb\r\n');
  });

  test('breaks off where reading fails, rather than ending as if it were whole', async () => {
    await expect(csvResponse('x.csv', ['a'], breakingOff()).text()).rejects.toThrow('the database is away');
  });
});

async function* breakingOff(): AsyncGenerator<string[]> {
  yield await Promise.resolve(['b']);
  throw new Error('the database is away');
}
