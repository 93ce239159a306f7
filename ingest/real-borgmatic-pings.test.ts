import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelForm, openChannel } from '@/server/services/open-channel';
import { requireTool } from '@/test/require-tool';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { openIngestDoor } from './testing/ingest-door';

const run = promisify(execFile);
const PASSPHRASE = 'canary-pass-of-pings';

describe.skipIf(!requireTool('borgmatic'))('a real borgmatic that pings', () => {
  let cast: ScreenCast;
  let ours: CastMsp;
  let door: Awaited<ReturnType<typeof openIngestDoor>>;
  let folder: string;
  const at = (name: string): string => path.join(folder, name);

  beforeAll(async () => {
    cast = await openScreenCast();
    ours = await cast.newMsp('Quillmark IT');
    door = await openIngestDoor(cast.at.ingestUrl);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-pinging-borgmatic-'));
    fs.mkdirSync(at('source'));
    fs.writeFileSync(at('source/a.txt'), 'a');
    execFileSync('borg', ['init', '-e', 'repokey', at('repo')], { env: environment(), stdio: 'ignore' });
  });
  afterAll(async () => {
    fs.rmSync(folder, { recursive: true, force: true });
    await door.close();
    await cast.close();
  });

  const environment = () => ({ ...process.env, BORG_PASSPHRASE: PASSPHRASE, BORG_BASE_DIR: at('home') });

  /** Backs up to a repository as borgmatic does it at night; 0: it went well. */
  async function backUp(repository: string, address: string): Promise<number> {
    fs.writeFileSync(
      at('config.yaml'),
      `location:
    source_directories: [${at('source')}]
    repositories: [${at(repository)}]
storage:
    encryption_passphrase: ${PASSPHRASE}
hooks:
    healthchecks:
        ping_url: ${door.url}/ping/${address}
`,
    );
    const ended = await run('borgmatic', ['--config', at('config.yaml'), 'create'], {
      env: environment(),
    }).then(
      () => 0,
      (error: { code?: number }) => error.code ?? 1,
    );
    await ours.work(new Date());
    return ended;
  }

  test('is one run a night on its system, with its log; a failure is one, too', async () => {
    const form = channelForm.parse({ kind: 'ping', name: 'borgmatic of fs-01', hostname: 'fs-01' });
    const { address } = await openChannel(cast.web, ours.scope(), 'Mara', ours.clientId, form, new Date());
    const runs = () =>
      cast.rows(
        `SELECT u.status, u.duration_seconds > 0 AS "hasDuration", u.message, y.name AS system FROM app.run u
         JOIN app.system y ON y.msp_id = u.msp_id AND y.system_id = u.system_id WHERE u.msp_id = $1 ORDER BY u.occurred_at`,
        [ours.mspId],
      );
    expect(await backUp('repo', address)).toBe(0);
    expect(await runs()).toMatchObject([{ status: 'success', hasDuration: true, system: 'fs-01' }]);
    expect(await backUp('not-there', address)).not.toBe(0);
    const [, failed, ...more] = await runs();
    expect(more).toEqual([]);
    expect(failed).toMatchObject({ status: 'failed', message: expect.stringContaining('borg') });
    const [leaked] = await cast.rows(
      `SELECT count(*)::int AS count FROM app.raw_report WHERE position($1::bytea IN body) > 0`,
      [Buffer.from(address)],
    );
    expect(leaked?.['count']).toBe(0);
  }, 120_000);
});
