import { describe, expect, test } from 'vitest';
import { hideCredentials } from '@/agent/redact';
import { goldenOf, readSample, sampleNames } from '@/agent/testing/tool-sample';
import { stanzaKey } from './pgbackrest-info';
import { stanzaVerificationOf } from './stanza-check';
import { readStanzaOutcome, stanzaListing } from './stanza-collection';

const VERSIONS = ['pgbackrest-2.45', 'pgbackrest-2.55'];

/** What the agent reports of the stanza that was asked for. */
function collectSample(version: string, name: string) {
  const { command, outcome } = readSample(version, name);
  const stanza = stanzaIn(command);
  const found = readStanzaOutcome(outcome, stanza, hideCredentials);
  const key = typeof found === 'string' ? 'pgbackrest:unread' : stanzaKey(found, stanza);
  return stanzaListing(found, key, stanza, 'host-of-the-sample');
}

function verifySample(version: string, name: string) {
  const { command, outcome } = readSample(version, name);
  return stanzaVerificationOf(outcome, stanzaIn(command), 'pgbackrest:sample', hideCredentials);
}

const stanzaIn = (command: string): string => /--stanza=(\S+)/.exec(command)?.[1] ?? 'main';

describe.each(VERSIONS)('%s', (version) => {
  const { read, golden } = sampleNames(version);

  test.each(read)('%s becomes its golden JSON', (name) => {
    const collected = (name.includes('verify') ? verifySample : collectSample)(version, name);
    expect(collected).toEqual(goldenOf(version, name, collected));
  });

  test('has no golden JSON of what is never read', () => {
    expect(golden).toEqual(read);
  });

  test.each(['info-unknown-stanza', 'unreadable-repo', 'wrong-cipher'])(
    'of %s, which ended with 0, nothing is taken for a backup, nor for an empty listing',
    (name) => {
      expect(readSample(version, name).outcome.exitCode).toBe(0);
      expect(collectSample(version, name)).toMatchObject({
        completeFor: [],
        recovery_points: [],
        repositories: [{ reachable: false, problem: { code: 'unreadable' } }],
      });
    },
  );
});

describe('what `pgbackrest verify` says', () => {
  const GOOD = `stanza: main
status: ok
  archiveId: 15-1, total WAL checked: 2, total valid WAL: 2
    missing: 0, checksum invalid: 0, size invalid: 0, other: 0
  backup: 20261130-181358F, status: valid, total files checked: 964, total valid files: 964
    missing: 0, checksum invalid: 0, size invalid: 0, other: 0
`;
  const { outcome } = readSample('pgbackrest-2.45', 'corrupt-verify-text');
  const read = (stdout: string, more: object = {}) =>
    stanzaVerificationOf({ ...outcome, stdout, ...more }, 'main', 'pgbackrest:1:main', hideCredentials);

  test('is good news of a stanza in which every file of some backup is what it was', () => {
    expect(read(GOOD)).toMatchObject({
      result: 'ok',
      kind: 'data_full',
      coverage_percent: 100,
      errors: 0,
      damaged: [],
      message: null,
    });
  });

  test.each([
    [
      'a file that is missing',
      GOOD.replace('valid files: 964\n    missing: 0', 'valid files: 963\n    missing: 1'),
    ],
    ['a file that was not counted as valid', GOOD.replace('valid files: 964', 'valid files: 963')],
    ['a backup that is not valid', GOOD.replace('status: valid', 'status: invalid')],
    ['a segment that is not what it was', GOOD.replace('checksum invalid: 0', 'checksum invalid: 1')],
  ])('is damage by %s, whatever its own status and exit status say', (_, stdout) => {
    const found = read(stdout);
    expect(found).toMatchObject({ result: 'problems', exit_code: 0 });
    expect(found.damaged).toHaveLength(1);
    expect(read(stdout, { hasTimedOut: true, exitCode: null }).result).toBe('problems');
  });

  test.each([
    ['nothing', ''],
    ['a stanza without a backup', 'stanza: main\nstatus: ok\n    no archives or backups exist in the repo\n'],
    ['a stanza that it does not know', 'stanza: main\nstatus: error\n  No usable backup.info file\n'],
    ['another stanza', GOOD.replace('stanza: main', 'stanza: main2')],
    ['archived log alone', GOOD.replace(/ {2}backup[\s\S]*/, '')],
    ['an error without a file', GOOD.replace('status: ok', 'status: error')],
  ])('is no verification where it speaks of %s', (_, stdout) => {
    expect(read(stdout)).toMatchObject({ result: 'error', errors: null, coverage_percent: null });
  });

  test('is no verification when it was cut off or ended badly', () => {
    expect(read(GOOD, { hasTimedOut: true, exitCode: null })).toMatchObject({ result: 'error' });
    expect(read(GOOD, { exitCode: 42 })).toMatchObject({ result: 'error' });
    const unstarted = { startError: 'ENOENT', exitCode: null };
    expect(read('', unstarted)).toMatchObject({
      result: 'error',
      message: expect.stringContaining('ENOENT') as string,
    });
  });
});

describe('what pgBackRest says', () => {
  const told = readSample('pgbackrest-2.45', 'info-json').outcome;
  const keyOf = (stdout: string): string | null => {
    const found = readStanzaOutcome({ ...told, stdout }, 'main', hideCredentials);
    return typeof found === 'string' ? null : stanzaKey(found, 'main');
  };

  test('keeps every digit of the identity of a database', () => {
    const identity = /"system-id":(\d+)/.exec(told.stdout)?.[1];
    expect(identity).toMatch(/^\d{18,}$/);
    expect(keyOf(told.stdout)).toBe(`pgbackrest:${identity}:main`);
  });

  test('is no listing when it is cut off, or when it ended badly', () => {
    expect(keyOf(told.stdout.slice(0, -40))).toBeNull();
    const failed = { ...told, exitCode: 29, stderr: 'ERROR: [029]: unable to load info file' };
    expect(readStanzaOutcome(failed, 'main', hideCredentials)).toBe('ERROR: [029]: unable to load info file');
    expect(readStanzaOutcome({ ...told, hasTimedOut: true }, 'main', hideCredentials)).toContain(
      'command_seconds',
    );
  });

  test('shows nothing of the bytes that it could not decrypt', () => {
    const [repository] = collectSample('pgbackrest-2.45', 'wrong-cipher').repositories;
    // eslint-disable-next-line no-control-regex
    expect(repository?.problem?.message).toMatch(/^[\u0020-\u007E]+$/);
  });

  test('names a backup with wrong page checksums as corrupt', () => {
    const stdout = told.stdout.replace('"error":false', '"error":true');
    const found = readStanzaOutcome({ ...told, stdout }, 'main', hideCredentials);
    expect(stanzaListing(found, 'k', 'main', 'h').recovery_points.map(({ state }) => state)).toEqual([
      'corrupt',
      'complete',
      'complete',
    ]);
  });
});
