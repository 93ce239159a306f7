import { describe, expect, test } from 'vitest';
import { checkPullAddress, fingerprint, pullCredentials, pullSettings, shownAddress } from './pull-settings';

describe('an address', () => {
  test.each([
    ['pbs', 'https://pbs.example.com:8007', 'https://pbs.example.com:8007'],
    ['veeam', ' https://vbr.example.com:9419/ ', 'https://vbr.example.com:9419'],
    ['http-json', 'https://a.example/runs?after={since}&n=5#top', 'https://a.example/runs?after={since}&n=5'],
    ['http-json', 'https://a.example/since/{since}/runs', 'https://a.example/since/{since}/runs'],
  ] as const)('of %s is taken: %s', (kind, typed, address) => {
    expect(checkPullAddress(kind, typed)).toEqual({ address });
  });

  test.each([
    ['pbs', 'pbs.example.com:8007', /begins with https/],
    ['pbs', 'pbs', /whole address/],
    ['pbs', 'http://pbs.example.com:8007', /begins with https/],
    ['pbs', 'https://root:secret@pbs.example.com:8007', /name and password/],
    [
      'pbs',
      'https://pbs.example.com:8007/api2/json',
      /Enter the server alone: https:\/\/pbs\.example\.com:8007/,
    ],
    ['http-json', 'https://a.example:22/runs', /443/],
    ['http-json', 'file:///etc/passwd', /begins with https/],
  ] as const)('of %s is refused: %s', (kind, typed, sentence) => {
    expect(checkPullAddress(kind, typed)).toMatch(sentence);
  });

  test('is shown without what may be secret in it', () => {
    expect(shownAddress('https://a.example:8443/runs?key=secret&after={since}')).toBe(
      'https://a.example:8443',
    );
  });
});

test('a fingerprint is kept in one form, however it was typed', () => {
  const hex = 'AB'.repeat(32);
  const kept = Array.from({ length: 32 }, () => 'AB').join(':');
  for (const typed of [hex, hex.toLowerCase(), kept, kept.replaceAll(':', ' ')])
    expect(fingerprint.parse(typed)).toBe(kept);
  for (const wrong of ['', 'AB', `${hex}00`, 'sha1'])
    expect(fingerprint.safeParse(wrong).success).toBe(false);
});

const token = (tokenId: string) => pullCredentials.safeParse({ kind: 'pbs', tokenId, secret: 's' }).success;
const header = (line: string) => pullCredentials.safeParse({ kind: 'http-json', header: line }).success;

describe('settings', () => {
  test('of one kind take nothing of another', () => {
    expect(pullSettings.safeParse({ kind: 'pbs', apiVersion: '1.1-rev1' }).success).toBe(false);
    expect(pullSettings.parse({ kind: 'veeam' })).toEqual({ kind: 'veeam', apiVersion: '1.1-rev1' });
    expect(pullSettings.safeParse({ kind: 'http-json', itemsAt: 'data' }).success).toBe(false);
  });

  test('credentials cannot end a header and begin another', () => {
    expect(token('a@pbs!b')).toBe(true);
    for (const wrong of ['a@pbs', 'a@pbs!b:c', 'a@pbs!b\r\nx: y', '']) expect(token(wrong)).toBe(false);
    expect(header('Authorization: Bearer abc')).toBe(true);
    expect(header('')).toBe(true);
    for (const wrong of ['Authorization', 'a: b\r\nc: d', 'a b: c', ': c']) expect(header(wrong)).toBe(false);
  });
});
