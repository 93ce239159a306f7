import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from './agent-config';

let file: string;
beforeEach(() => {
  file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-config-')), 'agent.jsonc');
});
afterEach(() => fs.rmSync(path.dirname(file), { recursive: true }));

const load = (config: object): ReturnType<typeof loadConfig> => {
  fs.writeFileSync(file, JSON.stringify(config));
  return loadConfig(file);
};

describe.each([
  ['rsnapshot', '/etc/rsnapshot.conf'],
  ['rdiff-backup', 'u@nas::/srv/r'],
  ['duplicity', 'file:///srv/r'],
  ['barman', 'main'],
])('a repository of %s', (tool, address) => {
  test('needs an address and nothing else', () => {
    expect(load({ repositories: [{ tool, repo: address }] }).repositories).toMatchObject([
      { tool, repo: address },
    ]);
  });

  test.each([
    [{ check: { read_data: 'structure' } }, 'leave check out'],
    [{ password_file: '/root/.pw' }, 'needs no password'],
    [{ password_command: 'cat /root/.pw' }, 'needs no password'],
    [{ password_env: 'PW' }, 'needs no password'],
  ])('with %j is refused, and the cure is named', (more, words) => {
    expect(() => load({ repositories: [{ tool, repo: address, ...more }] })).toThrow(words);
  });

  test.each([address, 'named'])('is not to be restored by %s', (repo) => {
    const restore_tests = { repositories: [{ repo, every_hours: 720 }] };
    const repositories = [{ tool, repo: address, name: 'named' }];
    expect(() => load({ repositories, restore_tests })).toThrow(
      /restore_tests\.repositories: only repositories/,
    );
  });
});

test('only barman has a configuration file of its own', () => {
  expect(load({ repositories: [{ tool: 'barman', repo: 'main', config: '/b.conf' }] })).toBeTruthy();
  expect(() => load({ repositories: [{ tool: 'borg', repo: '/r', config: '/b.conf' }] })).toThrow(
    'config belongs to barman',
  );
});
