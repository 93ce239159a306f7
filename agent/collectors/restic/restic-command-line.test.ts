import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readResticCommand } from './restic-command-line';

const read = (line: string, env = {}) => readResticCommand(line.split(' '), env);

describe('the command line of restic', () => {
  test.each(['-r /r', '-r/r', '-r=/r', '--repo /r', '--repo=/r'])('names its repository by %s', (option) => {
    expect(read(`restic ${option} backup /srv`)).toMatchObject({ repo: '/r', kind: 'backup' });
    expect(read(`/usr/bin/restic backup /srv ${option}`)).toMatchObject({ repo: '/r', kind: 'backup' });
  });

  test('goes before the file and the environment, the file before the variable', () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-line-')), 'repository');
    fs.writeFileSync(file, '/of/the/file\n');
    const env = { RESTIC_REPOSITORY: '/of/the/variable', RESTIC_REPOSITORY_FILE: file };
    expect(read('restic -r /of/the/line backup /srv', env)).toMatchObject({ repo: '/of/the/line' });
    expect(read('restic backup /srv', env)).toMatchObject({ repo: '/of/the/file' });
    expect(read('restic backup /srv', { RESTIC_REPOSITORY: '/v' })).toMatchObject({ repo: '/v' });
    fs.rmSync(path.dirname(file), { recursive: true });
  });

  test.each([
    ['restic --json backup --tag check /srv', 'backup'],
    ['restic -r check backup /srv', 'backup'],
    ['restic -v --option check backup /srv', 'backup'],
    ['restic forget --keep-daily 7 --host backup', 'prune'],
    ['restic prune', 'prune'],
    ['restic copy --from-repo /a', 'copy'],
    ['restic check --read-data', 'check'],
    ['restic restore latest --target /t', 'restore'],
    ['restic unlock', 'maintenance'],
    ['restic toString', 'maintenance'],
    ['restic', 'maintenance'],
  ])('%s is a run of its command', (line, kind) => {
    expect(read(line)).toMatchObject({ kind });
  });

  test.each(['restic backup --dry-run /srv', 'restic backup -n /srv', 'restic -r /r backup -vvn /srv'])(
    '%s is no backup',
    (line) => {
      expect(read(line)).toMatchObject({ kind: 'maintenance' });
    },
  );

  test('ends at two dashes: what follows is not for restic', () => {
    expect(read('restic backup --stdin-from-command -- mysqldump -n -r /x')).toMatchObject({
      kind: 'backup',
      repo: null,
    });
  });

  test('of another program is not read', () => {
    expect(read('/usr/local/bin/nightly.sh backup')).toBeNull();
    expect(read('resticprofile backup')).toBeNull();
  });
});
