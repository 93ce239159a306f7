import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '@/agent/config/agent-config';
import { findScheduledCommands } from './find-schedules';
import { findBorgmaticConfigs, findOtherConfigs, findTools } from './find-tools';
import { proposeConfig } from './propose-config';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-discover-'));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const home = (): string => path.join(root, 'home');

function write(name: string, text: string): void {
  const file = path.join(root, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { mode: 0o755 });
}

function proposed(): { text: string; config: ReturnType<typeof loadConfig> } {
  const text = proposeConfig({
    tools: findTools({ PATH: path.join(root, 'bin') }),
    borgmaticConfigs: findBorgmaticConfigs(root, home()),
    otherConfigs: findOtherConfigs(root, home()),
    commands: findScheduledCommands(root, home()),
  });
  const file = path.join(root, 'agent.jsonc');
  fs.writeFileSync(file, text);
  return { text, config: loadConfig(file) };
}

const service = (repo: string): string =>
  `[Service]\nEnvironment=BORG_PASSCOMMAND=x\nExecStart=/bin/sh -c 'borg create ${repo}::a /etc /home'\n`;

describe('what is proposed', () => {
  test('is a right configuration even where nothing is found', () => {
    const { config } = proposed();
    expect(config).toMatchObject({ repositories: [], borgmatic_configs: [] });
  });

  test('names the repository, the password file and the job of a cron line', () => {
    write(
      'etc/cron.d/backup',
      'RESTIC_PASSWORD_FILE=/root/.pw\n0 2 * * * root /usr/bin/restic -r /srv/r --quiet backup /srv >/dev/null 2>&1\n',
    );
    const { config, text } = proposed();
    expect(config.repositories).toMatchObject([
      { tool: 'restic', repo: '/srv/r', password_file: '/root/.pw', jobs: [{ paths: [] }] },
    ]);
    expect(text).toContain('etc/cron.d/backup:2: restic (backup)');
  });

  test('names those of a service that a timer starts, and of none that nothing starts', () => {
    write('etc/systemd/system/borg.service', service('/srv/timed'));
    write('etc/systemd/system/borg.timer', '[Timer]\nOnCalendar=daily\n');
    write('etc/systemd/system/manual.service', service('/srv/manual'));
    const { config } = proposed();
    expect(config.repositories).toMatchObject([
      { tool: 'borg', repo: '/srv/timed', jobs: [{ paths: ['/etc', '/home'] }] },
    ]);
  });

  test('names those of tools that need no password to be listed', () => {
    write('etc/rsnap.conf', 'retain\tdaily\t7\n');
    write(
      'etc/crontab',
      [
        `0 1 * * * root rsnapshot -c ${root}/etc/rsnap.conf daily`,
        '0 2 * * * root PASSPHRASE=c4n4ry duplicity incr /srv sftp://u:c4n4ry@nas/b',
        '0 3 * * * root rdiff-backup backup /home u@nas::/srv/rdiff',
        '0 4 * * * barman barman backup main',
        '0 5 * * * barman barman cron',
      ].join('\n'),
    );
    const { config, text } = proposed();
    expect(config.repositories.map(({ tool, repo }) => `${tool} ${repo}`)).toEqual([
      `rsnapshot ${root}/etc/rsnap.conf`,
      'duplicity sftp://u@nas/b',
      'rdiff-backup u@nas::/srv/rdiff',
      'barman main',
    ]);
    expect(config.repositories.map(({ jobs }) => jobs.flatMap(({ paths }) => paths))).toEqual([
      [],
      ['/srv'],
      ['/home'],
      [],
    ]);
    expect(text).not.toContain('c4n4ry');
  });

  test('puts several jobs of one repository together', () => {
    write('etc/crontab', '0 1 * * * root borg create /r::a /etc\n0 2 * * * root borg create /r::b /home\n');
    expect(proposed().config.repositories).toMatchObject([{ repo: '/r', jobs: [{}, {}] }]);
  });

  test('names borgmatic by its configuration, and says where others are configured', () => {
    write('etc/borgmatic/config.yaml', 'repositories: []\n');
    write('etc/borgmatic.d/db.yaml', 'repositories: []\n');
    write('home/.autorestic.yml', 'version: 2\n');
    write('bin/restic', '');
    const { config, text } = proposed();
    expect(config.borgmatic_configs.map((one) => one.config)).toEqual([
      path.join(root, 'etc/borgmatic/config.yaml'),
      path.join(root, 'etc/borgmatic.d/db.yaml'),
    ]);
    expect(text).toContain('autorestic is configured in');
    expect(text).toContain(`found: restic at ${path.join(root, 'bin/restic')}`);
  });

  test('holds no secret, wherever it stood', () => {
    write(
      'etc/cron.daily/backup',
      `#!/bin/sh
export RESTIC_PASSWORD='c4n4ry-one'
RESTIC_PASSWORD=c4n4ry-one restic -r rest:https://u:c4n4ry-two@nas.example/r backup /srv
RESTIC_PASSWORD_COMMAND="echo c4n4ry-three" restic -r /r --password-command "echo c4n4ry-four" backup /srv
BORG_PASSPHRASE=c4n4ry-five borg create ssh://u:c4n4ry-seven@h/r::a /srv
restic -r s3:https://s3.example/b -o s3.secret-key=c4n4ry-six backup /srv
`,
    );
    const { text, config } = proposed();
    expect(text).not.toContain('c4n4ry');
    expect(config.repositories.map(({ repo }) => repo)).toEqual([
      'rest:https://nas.example/r',
      '/r',
      'ssh://u@h/r',
      's3:https://s3.example/b',
    ]);
  });

  test('cannot be led out of a comment by the name of a file or a line', () => {
    write('etc/cron.d/odd', '0 1 * * * root restic -r "/r\u2028\u0085" backup "/srv\u2028} evil"\n');
    expect(proposed().config.repositories).toHaveLength(1);
  });

  test('changes nothing', () => {
    write('etc/crontab', '0 1 * * * root restic -r /r backup /etc\n');
    const before = fs.statSync(path.join(root, 'etc/crontab')).mtimeMs;
    findScheduledCommands(root, home());
    expect(fs.statSync(path.join(root, 'etc/crontab')).mtimeMs).toBe(before);
    expect(fs.readdirSync(root)).toEqual(['etc']);
  });
});
