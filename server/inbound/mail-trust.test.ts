import { describe, expect, test } from 'vitest';
import { mailTrust } from './mail-trust';

const OURS = 'mx.msp.example';
const FROM = 'From: "Backup, nightly" <backup@client.example>';
const trustOf = (lines: readonly string[], authservId: string | null = OURS) =>
  mailTrust(
    Buffer.from([...lines, '', 'Authentication-Results: mx.msp.example; spf=pass; dmarc=pass'].join('\r\n')),
    authservId,
  ).trust;
const results = (said: string, by = OURS): string => `Authentication-Results: ${by}${said}`;
const SIGNED = '; dkim=pass header.d=client.example header.s=a';

describe('a mail is verified', () => {
  test.each([
    ['by a signature of its sender’s domain', [results(SIGNED), FROM]],
    [
      'of a domain above it',
      [results('; dkim=pass header.d=client.example'), 'From: nas@backup.client.example'],
    ],
    ['named by its identity', [results('; dkim=pass header.i=@client.example'), FROM]],
    [
      'by SPF with DMARC',
      [results('; spf=pass smtp.mailfrom=x.example; dmarc=pass header.from=client.example'), FROM],
    ],
    [
      'passed on, with ARC and DMARC',
      [results('; spf=fail; dkim=fail header.d=client.example; dmarc=pass; arc=pass'), FROM],
    ],
    ['where one of two signatures holds', [results(`; dkim=fail header.d=x.example${SIGNED}`), FROM]],
    ['in a header of several lines', [`${results('')};\r\n\tdkim=pass\r\n header.d=client.example`, FROM]],
    ['with a version and comments', [results(' 1; dkim=pass (2048-bit; rsa) header.d=client.example'), FROM]],
    [
      'whatever the letters',
      ['AUTHENTICATION-RESULTS: MX.MSP.EXAMPLE; DKIM=PASS HEADER.D=CLIENT.EXAMPLE', FROM],
    ],
    ['with headers of others above', [results('; dkim=fail', 'other.example'), results(SIGNED), FROM]],
  ])('%s', (_, lines) => {
    expect(trustOf(lines)).toBe('verified_mail');
  });
});

describe('a mail is not verified', () => {
  test.each([
    ['without a word of it', [FROM]],
    ['by the word of another server', [results(SIGNED, 'mx.evil.example'), FROM]],
    ['by one whose name begins like ours', [results(SIGNED, 'mx.msp.example.evil.example'), FROM]],
    ['by a header below ours', [results('; dkim=fail; spf=fail'), results(SIGNED), FROM]],
    ['by a header below ours that says none', [results('; none'), results(SIGNED), FROM]],
    ['by a signature of another domain', [results('; dkim=pass header.d=evil.example'), FROM]],
    ['by one of a domain that only ends alike', [results('; dkim=pass header.d=notclient.example'), FROM]],
    ['by one of a top-level domain', [results('; dkim=pass header.d=example'), FROM]],
    ['by a signature of nobody', [results('; dkim=pass'), FROM]],
    ['by SPF alone', [results('; spf=pass smtp.mailfrom=client.example'), FROM]],
    ['by DMARC alone', [results('; dmarc=pass header.from=client.example'), FROM]],
    ['by a signature that failed', [results('; dkim=fail header.d=client.example'), FROM]],
    ['by a word that begins like pass', [results('; dkim=passed header.d=client.example'), FROM]],
    ['by what stands in a comment', [results('; dkim=fail (dkim=pass header.d=client.example)'), FROM]],
    [
      'by what stands in a comment with an end of its own',
      [results('; none (; dkim=pass header.d=client.example;)'), FROM],
    ],
    ['by what stands in quotes', [results('; dkim=fail reason="; dkim=pass header.d=client.example"'), FROM]],
    ['by a header with a comment without end', [results('; none (x;'), FROM]],
    ['by a name within another header', [`X-${results(SIGNED)}`, FROM]],
    ['by a line of another header', [`Subject: x\r\n ${results(SIGNED)}`, FROM]],
    ['with two senders', [results(SIGNED), FROM, 'From: other@evil.example']],
    ['with a sender of two addresses', [results(SIGNED), 'From: a@client.example, b@evil.example']],
    [
      'with an address for a name',
      [results('; dkim=pass header.d=evil.example'), 'From: "x@evil.example" <a@client.example>'],
    ],
    ['by ARC alone', [results('; arc=pass'), FROM]],
  ])('%s', (_, lines) => {
    expect(trustOf(lines)).toBe('unverified');
  });

  test('where no server of ours looks at mails', () => {
    expect(trustOf([results(SIGNED), FROM], null)).toBe('unverified');
  });

  test('by what its body says', () => {
    expect(trustOf([FROM])).toBe('unverified');
    expect(mailTrust(Buffer.from(`\r\n${results(SIGNED)}\r\n${FROM}\r\n\r\n`), OURS).trust).toBe(
      'unverified',
    );
    expect(mailTrust(Buffer.alloc(0), OURS)).toEqual({ trust: 'unverified', results: null });
  });
});

test('what our server wrote of a mail is kept, and nothing else of it', () => {
  const said =
    '; SPF=softfail smtp.mailfrom=x.example; dkim=pass header.d=Client.Example; iprev=pass; arc=none';
  expect(mailTrust(Buffer.from(`${results(said)}\r\n${FROM}\r\n\r\n`), OURS).results).toEqual([
    { method: 'spf', result: 'softfail', domain: null },
    { method: 'dkim', result: 'pass', domain: 'client.example' },
    { method: 'arc', result: 'none', domain: null },
  ]);
  const many = '; dkim=pass header.d=a.example'.repeat(50);
  expect(mailTrust(Buffer.from(`${results(many)}\r\n\r\n`), OURS).results).toHaveLength(10);
  expect(mailTrust(Buffer.from(`${results('; none')}\r\n\r\n`), OURS).results).toEqual([]);
});
