import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { enrolLikeTheServer, TOKEN } from '@/agent/testing/enrolling-ingest';
import { installAgent, type AgentProgram } from '@/agent/testing/agent-program';
import { startFakeIngest, store, type FakeIngest } from '@/agent/testing/fake-ingest';
import { slowTest } from '@/test/slow-test';

const run = promisify(execFile);
/** A small disk of its own needs a mount namespace; some containers forbid it. */
const canMount =
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs holdfast /mnt'], { stdio: 'ignore' }).status === 0;

describe.skipIf(!canMount)('on a full disk', () => {
  let agent: AgentProgram;
  let ingest: FakeIngest;
  beforeEach(async () => {
    agent = await installAgent();
    ingest = await startFakeIngest();
    ingest.otherwise = enrolLikeTheServer(ingest);
  });
  afterEach(async () => {
    await ingest.close();
    agent.remove();
  });

  /** Runs a script in which `$agent` is the agent, and whose `state` folder is a disk of 256 kB. */
  async function onSmallDisk(script: string): Promise<string> {
    const state = path.join(agent.folder, 'state');
    fs.mkdirSync(state);
    const all = `mount -t tmpfs -o size=256k holdfast ${state}; cd ${state}; fill() { dd if=/dev/zero of=fill bs=4k 2>&-; }\n${script}`;
    const env = {
      ...agent.env,
      agent: `${process.execPath} ../holdfast-agent.mjs`,
      url: ingest.url,
      token: TOKEN,
    };
    const { stdout } = await run('unshare', ['-rm', 'sh', '-c', all], { env });
    return stdout;
  }

  slowTest(
    'a backup is still reported, what waits is still delivered, and the numbers go on where they were',
    async () => {
      let isFirst = true;
      ingest.answer = (received, response, request) => {
        if (!isFirst) return store(received, response, request);
        isFirst = false;
        return response.writeHead(500).end();
      };
      const output = await onSmallDisk(`
      $agent enrol $url $token > /dev/null
      $agent run --job waits -- true 2>&-
      fill
      $agent run --job full -- sh -c 'exit 4' 2>&-; echo "run ended with $?"
      $agent flush --now > /dev/null; echo "flush ended with $?"
      rm fill
      $agent run --job after -- true`);
      expect(output).toBe('run ended with 4\nflush ended with 0\n');
      expect(ingest.received.map(({ report, sequence }) => [report.runs[0]?.job_name, sequence])).toEqual([
        ['waits', 1],
        ['full', 1],
        ['waits', 1],
        ['after', 2],
      ]);
      const [first, full, again, after] = ingest.received;
      expect(full?.epoch).not.toBe(first?.epoch);
      expect(full?.report.problems).toMatchObject([
        { code: 'spool_unwritable', message: expect.stringContaining('ENOSPC') as string },
      ]);
      expect([again?.epoch, after?.epoch]).toEqual([first?.epoch, first?.epoch]);
    },
  );

  test('a report that can be neither kept nor sent is lost loudly, and the backup ends as it did', async () => {
    ingest.answer = (_, response) => response.writeHead(500).end();
    const output = await onSmallDisk(`
      $agent enrol $url $token > /dev/null
      fill
      $agent run --job full -- sh -c 'exit 4' 2>&1; echo "run ended with $?"`);
    expect(output).toMatch(/The report is lost: .*ENOSPC.*500/);
    expect(output).toMatch(/run ended with 4\n$/);
  });
});
