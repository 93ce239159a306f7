import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  requestSigningText,
  type RestoreRequest,
  type SignedRestoreRequest,
} from '@/contract/restore-request';
import type { RestoreEvidence } from '@/agent/restore-test/evidence';
import { requireTool } from '@/test/require-tool';
import { installAgent, type AgentProgram } from './testing/agent-program';
import { AGENT_ID, enrolLikeTheServer, TOKEN } from './testing/enrolling-ingest';
import { fingerprintOf } from './testing/fingerprint';
import { startFakeIngest, type FakeIngest } from './testing/fake-ingest';

const run = promisify(execFile);
const SECRET = 'r3st0re-c4n4ry';
const env = { RESTIC_PASSWORD: SECRET, BORG_PASSPHRASE: SECRET };
const TOOLS = ['restic', 'borg'] as const;
type Tool = (typeof TOOLS)[number];
/** A small disk of its own needs a mount namespace; some containers forbid it. */
const canMount =
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs holdfast /mnt'], { stdio: 'ignore' }).status === 0;

const hasTools = TOOLS.map((tool) => requireTool(tool)).every(Boolean);

describe.skipIf(!hasTools)('restore tests on real repositories', () => {
  let folder: string;
  let agent: AgentProgram;

  beforeAll(async () => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-restore-lab-')));
    agent = await installAgent();
    makeSources(path.join(folder, 'src'));
    for (const tool of TOOLS) makeRepository(tool, 'good', [path.join(folder, 'src')]);
  }, 120_000);
  afterAll(() => {
    agent.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const repo = (tool: Tool, name: string): string => path.join(folder, tool, name);
  const scratch = (): string => path.join(folder, 'scratch');
  const leftInScratch = (): string[] => (fs.existsSync(scratch()) ? fs.readdirSync(scratch()) : []);

  function makeRepository(tool: Tool, name: string, sources: readonly string[]): void {
    const at = repo(tool, name);
    fs.mkdirSync(path.dirname(at), { recursive: true });
    const options = { env: { ...process.env, ...env, ...borgHome() }, stdio: 'ignore' } as const;
    if (tool === 'restic') {
      execFileSync('restic', ['-r', at, 'init'], options);
      execFileSync('restic', ['-r', at, 'backup', ...sources], options);
    } else {
      execFileSync('borg', ['init', '-e', 'repokey', at], options);
      execFileSync('borg', ['create', `${at}::one`, ...sources], options);
    }
  }
  const borgHome = () => ({
    BORG_BASE_DIR: path.join(folder, 'borg-home'),
    BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
  });

  /** A copy of the good repository, for damaging. */
  function copyOf(tool: Tool, name: string): string {
    fs.cpSync(repo(tool, 'good'), repo(tool, name), { recursive: true });
    return repo(tool, name);
  }

  async function restoreTest(
    tool: Tool,
    at: string,
    args: readonly string[] = [],
    more: Record<string, string> = {},
  ): Promise<RestoreEvidence & { code: number | null }> {
    const all = [
      'restore-test',
      '--tool',
      tool,
      '--repo',
      at,
      '--json',
      '--scratch',
      scratch(),
      '--keep-free',
      '0',
    ];
    const accept = tool === 'borg' ? ['--accept', 'relocated'] : [];
    const { stdout, exitCode, stderr } = await agent.run([...all, ...accept, ...args], { ...env, ...more });
    expect(stdout + stderr, 'no secret is told').not.toContain(SECRET);
    return { ...(JSON.parse(stdout) as RestoreEvidence), code: exitCode };
  }

  describe.each(TOOLS)('%s', (tool) => {
    test('all of a good repository: every file that can be named is the same, whatever its name', async () => {
      const before = fingerprintOf(path.join(folder, 'src'), /bad-/);
      const evidence = await restoreTest(tool, repo(tool, 'good'), ['--rule', 'full']);
      expect(evidence).toMatchObject({
        result: 'passed',
        code: 0,
        message: null,
        tool,
        level: 'L4',
        method: 'full',
        selection: { rule: 'all', seed: null },
        files: { mismatched: 0, missing: 0 },
        manifest: { origin: 'unchanged_source' },
        scratch_removed: true,
      });
      // Everything but the one whose name no JSON can hold; links, FIFO and folders are not counted.
      expect(evidence.files?.matched).toBeGreaterThanOrEqual(NAMED_FILES);
      expect(evidence.files?.unverifiable).toBeGreaterThanOrEqual(1);
      expect(evidence.problems.every((one) => one.startsWith('unverifiable'))).toBe(true);
      expect(evidence.restore_seconds).toBeGreaterThan(0);
      expect(leftInScratch()).toEqual([]);
      expect(fingerprintOf(path.join(folder, 'src'), /bad-/), 'the source was not written to').toBe(before);
    });

    test('a sample names its rule and seed, and the same seed chooses the same files', async () => {
      const args = ['--files', '6', '--seed', '42'];
      const one = await restoreTest(tool, repo(tool, 'good'), args);
      const two = await restoreTest(tool, repo(tool, 'good'), args);
      expect(one).toMatchObject({
        result: 'passed',
        method: 'sample',
        selection: { rule: 'largest2+newest1+random', seed: 42, files: 6 },
        rto: { basis: 'extrapolated' },
      });
      expect(one.selection?.paths).toEqual(two.selection?.paths);
      expect(one.rto?.from_bytes).toBeLessThan(one.rto?.of_bytes ?? 0);
    });

    test('a source that changed since is not taken for the manifest: the repository is', async () => {
      const sources = path.join(folder, `moving-${tool}`);
      fs.mkdirSync(sources);
      fs.writeFileSync(path.join(sources, 'a'), 'before');
      makeRepository(tool, 'moving', [sources]);
      fs.writeFileSync(path.join(sources, 'a'), 'after!');
      expect(await restoreTest(tool, repo(tool, 'moving'))).toMatchObject({
        result: 'passed',
        manifest: { origin: 'repository', origins: { unchanged_source: 0, repository: 1 } },
      });
    });

    test('a manifest of the time of the backup counts most, and tells what the repository does not hold', async () => {
      const sources = path.join(folder, `listed-${tool}`);
      fs.mkdirSync(sources);
      for (const name of ['a', 'b']) fs.writeFileSync(path.join(sources, name), name);
      const wrong = 'f'.repeat(64);
      const manifest = path.join(folder, `sums-${tool}`);
      const sums = execFileSync('sha256sum', [path.join(sources, 'a')], { encoding: 'utf8' });
      fs.writeFileSync(manifest, `${sums}${wrong}  ${path.join(sources, 'b')}\n`);
      const past = new Date(Date.now() - 60_000);
      for (const name of ['a', 'b']) fs.utimesSync(path.join(sources, name), past, past);
      fs.utimesSync(manifest, new Date(Date.now() - 30_000), new Date(Date.now() - 30_000));
      makeRepository(tool, 'listed', [sources]);
      expect(await restoreTest(tool, repo(tool, 'listed'), ['--manifest', manifest])).toMatchObject({
        result: 'failed',
        code: 1,
        files: { matched: 1, mismatched: 1, missing: 0 },
        manifest: { origin: 'at_backup' },
        problems: [expect.stringContaining('mismatched') as string],
      });
    });

    test('a flipped bit is a failure', async () => {
      flipBit(tool, copyOf(tool, 'flipped'));
      const evidence = await restoreTest(tool, repo(tool, 'flipped'), ['--rule', 'full']);
      expect(evidence).toMatchObject({ result: 'failed', code: 1, scratch_removed: true });
      expect(evidence.message).toMatch(/ciphertext verification failed|ntegrity|checksum|invalid hash/i);
      expect(leftInScratch()).toEqual([]);
    });

    test('a missing pack is a failure', async () => {
      fs.rmSync(largestPack(tool, copyOf(tool, 'holed')));
      const evidence = await restoreTest(tool, repo(tool, 'holed'), ['--rule', 'full']);
      expect(evidence).toMatchObject({ result: 'failed', code: 1 });
      expect(evidence.message).toMatch(/no such file|not found/i);
    });

    test('a wrong key is an error, not a failure: it proves nothing of the data', async () => {
      const evidence = await restoreTest(tool, repo(tool, 'good'), [], {
        RESTIC_PASSWORD: 'not-the-password',
        BORG_PASSPHRASE: 'not-the-password',
      });
      expect(evidence).toMatchObject({ result: 'error', code: 1, point: null, files: null });
      expect(evidence.message).toMatch(/pass(word|phrase)/i);
    });

    test('a repository that is not there, and a point that is not in it, are errors', async () => {
      expect(await restoreTest(tool, repo(tool, 'nowhere'))).toMatchObject({ result: 'error', point: null });
      const asked = await restoreTest(tool, repo(tool, 'good'), ['--point', 'deadbeef']);
      expect(asked).toMatchObject({ result: 'error' });
      expect(asked.message).toContain('deadbeef');
    });

    test('without room it is skipped, and says how much is missing', async () => {
      const evidence = await restoreTest(tool, repo(tool, 'good'), ['--keep-free', '100000000']);
      expect(evidence).toMatchObject({ result: 'skipped', files: null, scratch_removed: true });
      expect(evidence.message).toMatch(/room for \d+ MiB/);
    });

    test('the time limit ends it as an error', async () => {
      const evidence = await restoreTest(tool, repo(tool, 'good'), ['--time-limit', '0.001']);
      expect(evidence).toMatchObject({ result: 'error', scratch_removed: true });
    });

    test.skipIf(!canMount)('a disk that fills up meanwhile is an error, not missing files', async () => {
      const disk = path.join(folder, 'disk');
      fs.mkdirSync(disk, { recursive: true });
      const wrapped = wrapper(
        tool,
        `*" ${tool === 'restic' ? 'restore' : 'extract'} "*) dd if=/dev/zero of=${disk}/filler bs=64k 2>&- ;;`,
      );
      const config = configFile(`full-${tool}`, { [tool]: wrapped, restore_tests: { keep_free_mb: 0 } });
      const command = `mount -t tmpfs -o size=24m holdfast ${disk}; exec ${process.execPath} ${agent.program} restore-test --tool ${tool} --repo ${repo(tool, 'good')} --json --rule full --scratch ${disk}${tool === 'borg' ? ' --accept relocated' : ''}`;
      const outcome = await run('unshare', ['-rm', 'sh', '-c', command], {
        env: { ...agent.env, ...env, HOLDFAST_CONFIG: config },
      }).catch((error: unknown) => error as { stdout: string });
      expect(JSON.parse(outcome.stdout)).toMatchObject({
        result: 'error',
        message: expect.stringMatching(/no space left/i) as string,
        scratch_removed: true,
      });
    });

    test('a script of the user has the last word, without any secret and only if others cannot write it', async () => {
      const script = path.join(folder, `verify-${tool}`);
      const write = (text: string, mode = 0o700): void => {
        fs.writeFileSync(script, `#!/bin/sh\n${text}\n`);
        fs.chmodSync(script, mode);
      };
      const verdict = async () => restoreTest(tool, repo(tool, 'good'), ['--script', script]);
      write('test -z "$RESTIC_PASSWORD$BORG_PASSPHRASE" && test "$1" = "$PWD" && find . -type f | grep -q .');
      expect(await verdict()).toMatchObject({ result: 'passed', script: { result: 'passed', exit_code: 0 } });
      write('echo the ledger does not balance >&2; exit 1');
      expect(await verdict()).toMatchObject({
        result: 'failed',
        message: expect.stringContaining('ledger') as string,
      });
      write('exit 3');
      expect(await verdict()).toMatchObject({ result: 'error' });
      write('exit 77');
      expect(await verdict()).toMatchObject({ result: 'skipped' });
      write('exit 0', 0o722);
      expect(await verdict()).toMatchObject({ result: 'error', script: { exit_code: null } });
    });

    test.each(['SIGTERM', 'SIGKILL'] as const)('%s leaves nothing behind for long', async (signal) => {
      const slow = wrapper(
        tool,
        `*" ${tool === 'restic' ? 'restore' : 'extract'} "*) mkdir -p "$SCRATCH_MARK"; sleep 60 ;;`,
      );
      const mark = path.join(folder, `mark-${tool}-${signal}`);
      const config = configFile(`slow-${tool}`, { [tool]: slow, restore_tests: { keep_free_mb: 0 } });
      const child = spawn(
        process.execPath,
        [
          agent.program,
          'restore-test',
          '--tool',
          tool,
          '--repo',
          repo(tool, 'good'),
          '--json',
          '--scratch',
          scratch(),
        ],
        { env: { ...agent.env, ...env, HOLDFAST_CONFIG: config, SCRATCH_MARK: mark }, stdio: 'ignore' },
      );
      while (!fs.existsSync(mark)) await pause(50);
      expect(leftInScratch()).toHaveLength(1);
      child.kill(signal);
      await once(child, 'exit');
      // Nobody who is killed can tidy up: the next test does.
      expect(leftInScratch()).toHaveLength(signal === 'SIGKILL' ? 1 : 0);
      expect(await restoreTest(tool, repo(tool, 'good'))).toMatchObject({ result: 'passed' });
      expect(leftInScratch()).toEqual([]);
      expect(running(mark), 'the tool was ended too').toBe('');
    });
  });

  /** What stands where ssh does: it runs on this machine what would be run on the other. */
  function fakeSsh(): string {
    const file = path.join(folder, 'fake-ssh');
    const lines = [
      '#!/bin/sh',
      `echo "$@" >> ${file}.calls`,
      'while [ "${1#-}" != "$1" ]; do shift; done',
      'shift',
      'exec "$@"',
    ];
    fs.writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o755 });
    return file;
  }

  describe('borg over the network', () => {
    const LIMIT = 80;
    const BYTES = 400 * 1024;

    test('is kept below the bandwidth limit, and what it brings is whole', async () => {
      const sources = path.join(folder, 'noise');
      fs.mkdirSync(sources);
      fs.writeFileSync(path.join(sources, 'noise'), randomBytes(BYTES));
      makeRepository('borg', 'noise', [sources]);
      const ssh = fakeSsh();
      const evidence = await restoreTest(
        'borg',
        `ssh://nas.example${repo('borg', 'noise')}`,
        ['--bandwidth', String(LIMIT)],
        { BORG_RSH: `${ssh} -oSomething=1` },
      );
      expect(evidence).toMatchObject({
        result: 'passed',
        bandwidth_limit_kib_per_second: LIMIT,
        bytes_restored: BYTES,
      });
      // Noise cannot be compressed: all of it came over. A slow machine only makes it longer.
      const first = 64 * 1024;
      expect(evidence.restore_seconds).toBeGreaterThanOrEqual((BYTES - first) / (LIMIT * 1024));
      expect(fs.readFileSync(`${ssh}.calls`, 'utf8')).toContain('nas.example borg serve');
    });

    test('ends with the code of the command, whose output passes unchanged', async () => {
      const done = await agent.run(['throttle', '1000', '--', 'sh', '-c', 'printf "a\\nb"; exit 7']);
      expect([done.stdout, done.exitCode]).toEqual(['a\nb', 7]);
      const none = await agent.run(['throttle', '1000', '--', path.join(folder, 'no-such-program')]);
      expect(none.exitCode).toBe(1);
      expect(none.stderr).toContain('could not be started');
      expect((await agent.run(['throttle', 'fast', '--', 'true'])).exitCode).toBe(64);
    });
  });

  test('a folder in the scratch place that does not bear our mark is left alone', async () => {
    const foreign = path.join(scratch(), 'holdfast-restore-0000000000000000');
    fs.mkdirSync(foreign, { recursive: true });
    fs.writeFileSync(path.join(foreign, 'mine'), 'keep');
    await restoreTest('restic', repo('restic', 'good'));
    expect(fs.readFileSync(path.join(foreign, 'mine'), 'utf8')).toBe('keep');
    fs.rmSync(foreign, { recursive: true });
  });

  describe('what Holdfast asks for', () => {
    const keys = generateKeyPairSync('ed25519');
    let ingest: FakeIngest;
    let asking: AgentProgram;
    let key: string;

    beforeEach(async () => {
      ingest = await startFakeIngest();
      ingest.otherwise = enrolLikeTheServer(ingest, keys);
      asking = await installAgent();
      key = JSON.parse(
        execFileSync('restic', ['-r', repo('restic', 'good'), 'cat', 'config'], {
          env: { ...process.env, ...env },
          encoding: 'utf8',
        }),
      ).id as string;
      return async () => {
        await ingest.close();
        asking.remove();
      };
    });

    const report = (
      restore_tests: object = {},
      at = repo('restic', 'good'),
      more: Record<string, string> = {},
    ) =>
      asking.run(['report'], {
        ...env,
        HOLDFAST_URL: ingest.url,
        HOLDFAST_TOKEN: TOKEN,
        HOLDFAST_CONFIG: configFile('asked', {
          repositories: [{ tool: 'restic', repo: at, stats: false }],
          restore_tests: { keep_free_mb: 0, ...restore_tests },
        }),
        ...more,
      });
    const told = () => ingest.received.flatMap((one) => one.report.restore_tests);
    const problems = () => ingest.received.flatMap((one) => one.report.problems.map(({ code }) => code));

    const request = (changes: Partial<RestoreRequest> = {}): RestoreRequest => ({
      kind: 'restore-test',
      request_id: randomUUID(),
      agent_id: AGENT_ID,
      issued_at: new Date().toISOString(),
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      trigger: 'manual',
      repository_key: key,
      point: 'newest',
      job_key: null,
      known_point_key: 'known',
      rule: 'sample',
      files: 4,
      seed: 7,
      level: 'L4',
      rto_seconds: 3600,
      ...changes,
    });
    const signed = (body: object, by = keys.privateKey): SignedRestoreRequest => {
      const text = JSON.stringify(body);
      return {
        body: text,
        signature: sign(null, Buffer.from(requestSigningText(text)), by).toString('base64'),
      };
    };

    test('a signed request is done once, and its result travels signed in a report', async () => {
      const asked = request();
      ingest.requests = [signed(asked)];
      await report();
      expect(told()).toMatchObject([
        {
          test_key: asked.request_id,
          repository_key: key,
          trigger: 'manual',
          result: 'passed',
          selection: { seed: 7, files: 4 },
          rto: { target_seconds: 3600 },
          artifacts: [{ name: 'evidence.json' }],
        },
      ]);
      expect(ingest.received.every((one) => one.isSignatureGood)).toBe(true);
      await report();
      expect(told(), 'a request that is given again is not done again').toHaveLength(1);
    });

    test.each([
      ['altered', () => ({ ...signed(request()), body: JSON.stringify(request({ rule: 'full' })) })],
      ['signed by another key', () => signed(request(), generateKeyPairSync('ed25519').privateKey)],
      ['expired', () => signed(request({ expires_at: new Date(Date.now() - 1000).toISOString() }))],
      ['of another agent', () => signed(request({ agent_id: randomUUID() }))],
      ['with a command in it', () => signed({ ...request(), command: 'id' })],
    ])('one that is %s is refused, and that is told', async (_name, make) => {
      ingest.requests = [make()];
      await report();
      expect(told()).toEqual([]);
      expect(problems()).toContain('restore_request_refused');
    });

    test('what cannot be done is answered: skipped says why, an error is an error', async () => {
      ingest.requests = [signed(request({ repository_key: 'unknown' }))];
      await report();
      expect(told()).toMatchObject([{ result: 'skipped', point_key: 'known', repository_key: 'unknown' }]);
      ingest.requests = [signed(request())];
      await report({ on_request: false });
      expect(told().at(-1)).toMatchObject({ result: 'skipped', point_key: 'known' });
      expect(told().at(-1)?.message).toContain('on_request');
      ingest.requests = [signed(request({ point: { point_key: 'gone' } }))];
      await report();
      expect(told().at(-1)).toMatchObject({ result: 'error', point_key: 'known' });
    });

    test('a repository of a tool that the agent does not restore is answered with skipped', async () => {
      const conf = path.join(folder, 'rsnapshot.conf');
      const root = path.join(folder, 'snapshots');
      fs.mkdirSync(root);
      fs.writeFileSync(conf, `snapshot_root\t${root}/\nretain\tdaily\t7\n`);
      ingest.requests = [signed(request({ repository_key: `rsnapshot:${os.hostname()}:${root}` }))];
      await asking.run(['report'], {
        HOLDFAST_URL: ingest.url,
        HOLDFAST_TOKEN: TOKEN,
        HOLDFAST_CONFIG: configFile('rsnapshot', { repositories: [{ tool: 'rsnapshot', repo: conf }] }),
      });
      expect(told().at(-1)).toMatchObject({ result: 'skipped', point_key: 'known' });
      expect(told().at(-1)?.message).toContain('does not restore from repositories of rsnapshot');
    });

    test('one that was killed while it ran is answered as an error, and not begun again', async () => {
      const mark = path.join(folder, 'mark-asked');
      const slow = wrapper('restic', `*" restore "*) mkdir -p "$SCRATCH_MARK"; sleep 60 ;;`);
      const asked = request();
      ingest.requests = [signed(asked)];
      let pid = 0;
      const config = configFile('asked-slow', {
        restic: slow,
        repositories: [{ tool: 'restic', repo: repo('restic', 'good'), stats: false }],
        restore_tests: { keep_free_mb: 0 },
      });
      const ended = asking.run(
        ['report'],
        {
          ...env,
          HOLDFAST_URL: ingest.url,
          HOLDFAST_TOKEN: TOKEN,
          HOLDFAST_CONFIG: config,
          SCRATCH_MARK: mark,
        },
        (started) => (pid = started),
      );
      while (!fs.existsSync(mark)) await pause(50);
      process.kill(pid, 'SIGKILL');
      await ended;
      await report();
      expect(told()).toMatchObject([{ test_key: asked.request_id, result: 'error' }]);
      expect(fs.readdirSync(path.join(asking.folder, 'state', 'scratch'))).toEqual([]);
    });

    test('the configuration makes a test due by itself, once in its time', async () => {
      const due = { repositories: [{ repo: repo('restic', 'good'), every_hours: 24, files: 3 }] };
      await report(due);
      await report(due);
      expect(told()).toMatchObject([{ trigger: 'schedule', result: 'passed', selection: { files: 3 } }]);
    });

    const drills = () => ingest.received.flatMap((one) => one.report.restore_drills);

    test('a drill damages one restored file, and finds exactly that', async () => {
      const before = fingerprintOf(folder, /^scratch|bad-|\.jsonc$/);
      const asked = request({ drill: true, files: 10 });
      ingest.requests = [signed(asked)];
      await report();
      expect(told(), 'it is no restore test').toEqual([]);
      const [drill] = drills();
      expect(drill).toMatchObject({
        request_id: asked.request_id,
        repository_key: key,
        outcome: 'noticed',
        files: { mismatched: 1, missing: 0 },
        noticed: [drill?.damaged?.path],
        scratch_removed: true,
        artifacts: [{ name: 'evidence.json' }],
      });
      expect(drill?.damaged?.became).toBe(255 - (drill?.damaged?.was ?? 0));
      expect(fingerprintOf(folder, /^scratch|bad-|\.jsonc$/), 'source and repository are as before').toBe(
        before,
      );
      ingest.requests = [signed(request({ drill: true, files: 10 }))];
      await report();
      expect(drills()[1]?.damaged, 'the seed alone says what is damaged').toEqual(drill?.damaged);
    });

    test('a drill of files whose source is gone is held against what the tool had read back', async () => {
      const sources = path.join(folder, 'gone');
      fs.mkdirSync(sources);
      fs.writeFileSync(path.join(sources, 'a'), 'here today');
      makeRepository('restic', 'gone', [sources]);
      fs.rmSync(sources, { recursive: true });
      const config = execFileSync('restic', ['-r', repo('restic', 'gone'), 'cat', 'config'], {
        env: { ...process.env, ...env },
        encoding: 'utf8',
      });
      const { id } = JSON.parse(config) as { id: string };
      ingest.requests = [signed(request({ drill: true, repository_key: id }))];
      await report({}, repo('restic', 'gone'));
      expect(drills()).toMatchObject([{ outcome: 'noticed', files: { matched: 0, mismatched: 1 } }]);
    });

    test('a drill with borg goes the same way', async () => {
      const info = execFileSync('borg', ['info', '--json', repo('borg', 'good')], {
        env: { ...process.env, ...env, ...borgHome() },
        encoding: 'utf8',
      });
      const { repository } = JSON.parse(info) as { repository: { id: string } };
      ingest.requests = [signed(request({ drill: true, repository_key: repository.id, files: 10 }))];
      await asking.run(['report'], {
        ...env,
        HOLDFAST_URL: ingest.url,
        HOLDFAST_TOKEN: TOKEN,
        HOLDFAST_CONFIG: configFile('asked-borg', {
          repositories: [{ tool: 'borg', repo: repo('borg', 'good'), stats: false, accept: ['relocated'] }],
          restore_tests: { keep_free_mb: 0 },
        }),
      });
      expect(told()).toEqual([]);
      expect(drills()).toMatchObject([{ outcome: 'noticed', files: { mismatched: 1, missing: 0 } }]);
    });

    test('a drill that meets real damage says so, and one that cannot be made proves nothing', async () => {
      flipBit('restic', copyOf('restic', 'flipped-drill'));
      ingest.requests = [signed(request({ drill: true, rule: 'full' }))];
      await report({}, repo('restic', 'flipped-drill'));
      expect(drills().at(-1)).toMatchObject({
        outcome: 'copy-damaged',
        damaged: null,
        scratch_removed: true,
      });
      ingest.requests = [signed(request({ drill: true }))];
      await report({ keep_free_mb: 100_000_000 });
      expect(drills().at(-1)).toMatchObject({ outcome: 'skipped', damaged: null });
      ingest.requests = [signed(request({ drill: true }))];
      await report({ on_request: false });
      expect(drills().at(-1)).toMatchObject({ outcome: 'skipped' });
      expect(told()).toEqual([]);
    });

    test('a failed test is told as failed', async () => {
      flipBit('restic', copyOf('restic', 'flipped-asked'));
      ingest.requests = [signed(request({ rule: 'full' }))];
      await report({}, repo('restic', 'flipped-asked'));
      expect(told()).toMatchObject([{ result: 'failed', rto: null, scratch_removed: true }]);
    });
  });

  /** A program that does something before it is the tool, where its arguments fit. */
  function wrapper(tool: Tool, branch: string): string {
    const file = path.join(folder, `wrapped-${tool}-${randomUUID()}`);
    const real = execFileSync('which', [tool], { encoding: 'utf8' }).trim();
    fs.writeFileSync(file, `#!/bin/sh\ncase " $* " in ${branch} esac\nexec ${real} "$@"\n`, { mode: 0o755 });
    return file;
  }

  function configFile(name: string, content: object): string {
    const file = path.join(folder, `${name}.jsonc`);
    fs.writeFileSync(file, JSON.stringify(content));
    return file;
  }
});

/** Regular files of `makeSources` whose names any listing can spell. */
const NAMED_FILES = 30;

/** Names and kinds that trip up naive tests. */
function makeSources(folder: string): void {
  fs.mkdirSync(path.join(folder, 'd e'), { recursive: true });
  for (let index = 0; index < 20; index += 1)
    fs.writeFileSync(path.join(folder, 'd e', `${index}.txt`), `file ${index}\n`.repeat(500 + index));
  const names = ['-dash', 'new\nline', 'star*', 'what?', '[x]', 'back\\slash', 'quote\'"', 'ünï ✓', '{a,b}'];
  for (const name of names) fs.writeFileSync(path.join(folder, name), `named ${name}`);
  fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.from([0xff])]), 'no UTF-8');
  fs.linkSync(path.join(folder, '-dash'), path.join(folder, 'z-hard-link'));
  fs.symlinkSync('/etc/hostname', path.join(folder, 'link-out'));
  // More digits than borg keeps, which it rounds up.
  execFileSync('touch', ['-d', '2026-11-20T10:00:00.123456789Z', path.join(folder, 'star*')]);
  execFileSync('mkfifo', [path.join(folder, 'fifo')]);
  execFileSync('truncate', ['-s', '3M', path.join(folder, 'sparse.img')]);
}

function largestPack(tool: Tool, repository: string): string {
  const [pack] = fs
    .readdirSync(path.join(repository, 'data'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted((a, b) => fs.statSync(b).size - fs.statSync(a).size);
  if (!pack) throw new Error(`${tool} has no pack in ${repository}`);
  return pack;
}

function flipBit(tool: Tool, repository: string): void {
  const pack = largestPack(tool, repository);
  fs.chmodSync(pack, 0o600);
  const bytes = fs.readFileSync(pack);
  const middle = Math.floor(bytes.length / 3);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  fs.writeFileSync(pack, bytes);
}

/** Processes that were started with this word in their environment and still run. */
function running(word: string): string {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return fs.readFileSync(`/proc/${name}/environ`, 'utf8').includes(word);
      } catch {
        return false;
      }
    })
    .join(' ');
}
