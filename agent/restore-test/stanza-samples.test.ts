import { describe, expect, test } from 'vitest';
import { hideCredentials } from '@/agent/redact';
import { goldenOf, readSample, sampleNames } from '@/agent/testing/tool-sample';
import { stanzaKey } from './pgbackrest-info';
import { readStanzaOutcome, stanzaListing } from './stanza-collection';

const VERSIONS = ['pgbackrest-2.45', 'pgbackrest-2.55'];

/** What the agent reports of the stanza that was asked for. */
function collectSample(version: string, name: string) {
  const { command, outcome } = readSample(version, name);
  const stanza = /--stanza=(\S+)/.exec(command)?.[1] ?? 'main';
  const found = readStanzaOutcome(outcome, stanza, hideCredentials);
  const key = typeof found === 'string' ? 'pgbackrest:unread' : stanzaKey(found, stanza);
  return stanzaListing(found, key, stanza, 'host-of-the-sample');
}

describe.each(VERSIONS)('%s', (version) => {
  const { read, golden } = sampleNames(version);

  test.each(read)('%s becomes its golden JSON', (name) => {
    const collected = collectSample(version, name);
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
