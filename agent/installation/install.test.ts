import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { installAgent, type AgentProgram } from '@/agent/testing/agent-program';
import { requireTool } from '@/test/require-tool';
import { minuteOf, readEveryMinutes, type AgentSchedule } from './agent-schedule';
import { cronLine, withCronLine } from './cron-line';
import { systemdUnits } from './systemd-units';
import { createTaskArguments, shownForWindows } from './windows-task';

const SCHEDULE: AgentSchedule = {
  command: ['/usr/bin/node', '/opt/my agent/holdfast-agent.mjs', 'report'],
  env: { HOLDFAST_CONFIG: '/etc/100% "odd" $HOME\'s/agent.jsonc' },
  everyMinutes: 60,
};

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-install-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const files = (): string[] =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

describe('how often', () => {
  test.each([
    ['5', 5],
    ['60', 60],
    ['120', 120],
    ['1440', 1440],
    ['4', null],
    ['7', null],
    ['90', null],
    ['300', null],
    ['hourly', null],
  ])('%s minutes', (text, minutes) => {
    expect(readEveryMinutes(text)).toBe(minutes);
  });

  test('each machine has a minute of its own, always the same', () => {
    expect(minuteOf('a')).toBe(minuteOf('a'));
    expect(new Set(['srv-01', 'srv-02', 'db', 'nas'].map(minuteOf)).size).toBeGreaterThan(2);
  });
});

describe('a cron line', () => {
  test('gives the command its variables and words whole, through the shell', () => {
    const line = cronLine({ ...SCHEDULE, command: ['printf', '%s|', 'a b', "it's"] }, null);
    const [, , , , , ...words] = line.split(' ');
    // cron turns \% into % before the shell sees it.
    const command = words
      .join(' ')
      .replaceAll(String.raw`\%`, '%')
      .replace('>/dev/null 2>&1', '');
    const text = execFileSync('sh', ['-c', command.replace('printf', 'env printf')], { encoding: 'utf8' });
    expect(text).toBe("a b|it's|");
  });

  test('stands in a crontab once, however often it is put there, and goes without a trace', () => {
    const own = '# mine\n0 3 * * * mine\n';
    const once = withCronLine(own, cronLine(SCHEDULE, null));
    expect(once).toContain('0 3 * * * mine\n');
    expect(withCronLine(once, cronLine(SCHEDULE, null))).toBe(once);
    expect(withCronLine(once, null)).toBe(own);
    expect(withCronLine('', null)).toBe('');
  });
});

describe.skipIf(!requireTool('systemd-analyze'))('the units', () => {
  test('are right as systemd sees them', () => {
    const schedule = { ...SCHEDULE, command: [process.execPath, '/opt/my agent/a.mjs', 'report'] };
    const units = Object.entries(systemdUnits(schedule)).map(([name, content]) => {
      fs.writeFileSync(path.join(folder, name), content);
      return path.join(folder, name);
    });
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
    const ours = stderr.split('\n').filter((line) => line.includes('holdfast-agent'));
    expect(ours).toEqual([]);
    expect(status).toBe(0);
  });
});

test('a task of Windows has its program quoted', () => {
  const shown = shownForWindows('schtasks', createTaskArguments(SCHEDULE));
  expect(shown).toContain('/SC MINUTE /MO 60');
  expect(shown).toContain(
    String.raw`/TR "\"/usr/bin/node\" \"/opt/my agent/holdfast-agent.mjs\" \"report\""`,
  );
});

describe('the command', () => {
  let agent: AgentProgram;
  beforeAll(async () => {
    agent = await installAgent();
  });
  afterAll(() => agent.remove());

  const isRoot = process.getuid?.() === 0;
  test('only prints with --dry-run', async () => {
    const { stdout, exitCode } = await agent.run(['install', '--cron', '--root', folder, '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('holdfast-agent.mjs');
    expect(files()).toEqual([]);
  });

  test.skipIf(!isRoot)('installs once, leaves alone what is right, and takes away what it made', async () => {
    const args = ['--cron', '--root', folder];
    const first = await agent.run(['install', ...args], { HOLDFAST_TOKEN: 'hfe_c4n4ry' });
    expect(first.stdout).toContain(': written');
    expect(files()).toHaveLength(1);
    expect(fs.readFileSync(files()[0] ?? '', 'utf8')).not.toContain('c4n4ry');
    expect((await agent.run(['install', ...args])).stdout).toContain(': as it should be');
    expect((await agent.run(['uninstall', ...args])).stdout).toContain(': removed');
    expect(files()).toEqual([]);
    expect(await agent.run(['uninstall', ...args])).toMatchObject({ exitCode: 0 });
  });

  test.skipIf(!isRoot || !requireTool('systemctl'))(
    'enables its timer in an image, and disables it',
    async () => {
      const args = ['--systemd', '--root', folder];
      const enabled = path.join(folder, 'etc/systemd/system/timers.target.wants/holdfast-agent.timer');
      const installed = await agent.run(['install', ...args]);
      expect(installed.exitCode, installed.stderr).toBe(0);
      expect(fs.lstatSync(enabled).isSymbolicLink()).toBe(true);
      await agent.run(['uninstall', ...args]);
      expect(fs.existsSync(enabled)).toBe(false);
      expect(files()).toEqual([]);
    },
  );

  test.each([[['install', '--every', '7']], [['install', '--cron', '--systemd']]])(
    'refuses %j with an explanation',
    async (args) => {
      expect(await agent.run(args)).toMatchObject({ exitCode: 64 });
    },
  );
});
