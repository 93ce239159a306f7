import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRunning, runProgram, until } from './run-program.mjs';
import { createSupervisor } from './supervisor.mjs';

let dir: string;
const stops: (() => Promise<void>)[] = [];

beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-supervisor-'));
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  fs.rmSync(dir, { recursive: true });
});

describe('the supervisor', () => {
  it('starts again what ends, and says so', async () => {
    const { supervisor, said } = supervise();
    supervisor.launch(program('stays', 'setInterval(() => {}, 1000)'));
    const first = supervisor.pids()['stays'];
    process.kill(first ?? 0, 'SIGKILL');
    expect(await until(() => isOther(supervisor.pids()['stays'], first), 10_000)).toBe(true);
    expect(said.join()).toMatch(/stays ended \(SIGKILL\); starting it again in 0.5 s/);
  });

  it('waits twice as long each time', async () => {
    const { supervisor, said } = supervise();
    supervisor.launch(program('fails', 'process.exit(3)'));
    expect(await until(() => said.length >= 3, 10_000)).toBe(true);
    expect(said.map((line) => /exit code 3.* in ([\d.]+) s/.exec(line)?.[1])).toEqual(['0.5', '1', '2']);
  });

  it('ends a process together with the children it has', async () => {
    const { supervisor } = supervise();
    const grandchild = path.join(dir, 'grandchild');
    const child = `const { spawn } = require('node:child_process');
      const kid = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      require('node:fs').writeFileSync(${JSON.stringify(grandchild)}, String(kid.pid)); setInterval(() => {}, 1000)`;
    supervisor.launch(program('parent', child));
    await until(() => fs.existsSync(grandchild) && fs.readFileSync(grandchild, 'utf8') !== '', 10_000);
    const pids = [supervisor.pids()['parent'] ?? 0, Number(fs.readFileSync(grandchild, 'utf8'))];
    await supervisor.stop();
    expect(await until(() => pids.every((pid) => !isRunning(pid)), 5_000)).toBe(true);
  });

  it('takes its processes along when it is killed itself', async () => {
    const pidFile = path.join(dir, 'pid');
    const child = `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`;
    const script = path.join(dir, 'supervise.mjs');
    fs.writeFileSync(
      script,
      `import { createSupervisor } from ${JSON.stringify(path.resolve(import.meta.dirname, 'supervisor.mjs'))};
       createSupervisor({ logsDir: ${JSON.stringify(dir)}, say() {} }).launch(${JSON.stringify(program('orphan', child))});
       setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1000);`,
    );
    const { code } = await runProgram(process.execPath, [script]);
    expect(code).not.toBe(0);
    const pid = Number(fs.readFileSync(pidFile, 'utf8'));
    expect(await until(() => !isRunning(pid), 10_000)).toBe(true);
  });
});

function supervise() {
  const said: string[] = [];
  const supervisor = createSupervisor({ logsDir: dir, say: (line: string) => said.push(line) });
  stops.push(() => supervisor.stop());
  return { supervisor, said };
}

function program(name: string, source: string) {
  return { name, args: ['-e', source], env: { PATH: process.env['PATH'] } };
}

function isOther(pid: number | null | undefined, former: number | null | undefined): boolean {
  return Boolean(pid) && pid !== former;
}
