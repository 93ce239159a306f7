import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asOwner, makeTenant } from '@/ingest/testing/sample-agent';
import { setting } from '@/server/config';
import { appendAuditEvent } from '@/server/data/audit';
import { type Database, openDatabase } from '@/server/data/database';
import { makeCheckpoint } from '@/server/services/make-checkpoint';
import { makeTenantScope } from '@/server/tenancy/tenant-scope';
import { requireTool } from '@/test/require-tool';
import { slowTest } from '@/test/slow-test';
import { bundleFile, bundlePrograms } from '../bundle.mjs';
import { applyMigrations } from '../migrate.mjs';
import { freePort } from '../ports.mjs';
import { ROOT } from '../project.mjs';

/** Debian's, as somebody has it who follows the guide. */
const BIN = '/usr/lib/postgresql/15/bin';
const hasTools = requireTool('pgbackrest') && requireTool(path.join(BIN, 'postgres'), ['--version']);
const guide = fs.readFileSync(path.join(ROOT, 'docs/operations.md'), 'utf8');
const section = guide.slice(guide.indexOf('### A Postgres of your own: pgBackRest'));
const blockOf = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(section)?.[1] ?? '';

describe.skipIf(!hasTools)('pgBackRest by the guide', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-guide-'));
  const at = (name: string): string => path.join(root, 'pg', name);
  const evidence = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
  const contextKey = setting('contextKey');
  let [ownerUrl, workerUrl, mspId] = ['', '', ''];

  beforeAll(async () => {
    await bundlePrograms();
    fs.chmodSync(root, 0o755);
    fs.mkdirSync(path.join(root, 'pg'));
    if (process.getuid?.() === 0) execFileSync('chown', ['postgres:', path.join(root, 'pg')]);
    const port = await freePort(4580);
    ownerUrl = `postgresql://postgres@127.0.0.1:${port}/holdfast`;
    workerUrl = `postgresql://holdfast_worker@127.0.0.1:${port}/holdfast`;
    const own = `log-path=${at('log')}\nlock-path=${at('lock')}\nspool-path=${at('spool')}\n`;
    const config = blockOf('ini')
      .replace('/var/lib/pgbackrest', at('repo'))
      .replace('/var/lib/postgresql/data', at('data'))
      .replace('cipher-pass=…', 'cipher-pass=c1pher')
      .replace(/ +#.*/, '')
      .replace('[global]\n', `[global]\n${own}`)
      .concat(`pg1-port=${port}\npg1-socket-path=${at('')}\n`);
    fs.writeFileSync(path.join(root, 'pgbackrest.conf'), config, { mode: 0o644 });
    asPostgres(`${BIN}/initdb -D ${at('data')} -A trust -U postgres >/dev/null`);
    asPostgres(
      `printf "port = ${port}\\nlisten_addresses = '127.0.0.1'\\nunix_socket_directories = '${at('')}'\\n" >> ${at('data/postgresql.conf')}`,
    );
    start();
    const [setUp = '', stanza = ''] = blockOf('sh').replaceAll('\\\n', '').trim().split('\n');
    asPostgres(setUp.replace('psql', `psql --host=${at('')} --port=${port} --quiet`));
    stop();
    start();
    asPostgres(stanza);
    asPostgres(`psql --host=${at('')} --port=${port} --quiet --command='create database holdfast'`);
    await applyMigrations(ownerUrl, { contextKeyHex: contextKey.toString('hex') });
    await asOwner(ownerUrl, (owner) => owner.query('ALTER ROLE holdfast_worker LOGIN'));
    ({ mspId } = await makeTenant(ownerUrl, 'Quillmark IT'));
    await append(5);
    asPostgres('pgbackrest --stanza=holdfast --type=full backup');
    await append(5);
    await asOwner(ownerUrl, (owner) => owner.query('SELECT pg_switch_wal()'));
    stop();
  }, 300_000);

  afterAll(() => {
    if (fs.existsSync(at('data/postmaster.pid'))) stop();
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('brings back all that was archived, with the evidence whole', { timeout: 180_000 }, () => {
    asPostgres(`rm -r ${at('data')} && mkdir -m 700 ${at('data')}`);
    asPostgres('pgbackrest --stanza=holdfast restore');
    start();
    const said = execFileSync(process.execPath, [bundleFile('check-restored'), mspId], {
      encoding: 'utf8',
      env: {
        ...process.env,
        DATABASE_URL: ownerUrl,
        DATABASE_URL_WORKER: workerUrl,
        HOLDFAST_EVIDENCE_KEY: evidence.toString('base64'),
      },
    });
    stop();
    expect(JSON.parse(said)).toEqual({
      chains: [{ chain: mspId, events: 10, isSigned: true, problems: [] }],
      problems: [],
    });
  });

  slowTest('refuses a repository of which a byte is another', { timeout: 180_000 }, () => {
    const file = asPostgres(
      `find ${at('repo/backup')} -name '*.gz' -size +100k -path '*pg_data*' | sort | head -1`,
    ).trim();
    asPostgres(`printf x | dd of=${file} bs=1 seek=50000 conv=notrunc status=none`);
    asPostgres(`rm -r ${at('data')} && mkdir -m 700 ${at('data')}`);
    expect(() => asPostgres('pgbackrest --stanza=holdfast restore')).toThrow(/ERROR: \[\d+\]: /);
  });

  function start(): void {
    asPostgres(`${BIN}/pg_ctl -D ${at('data')} -l ${at('server.log')} -w -t 120 start >/dev/null`);
  }

  function stop(): void {
    asPostgres(`${BIN}/pg_ctl -D ${at('data')} -m fast -w stop >/dev/null`);
  }

  async function append(count: number): Promise<void> {
    const scope = makeTenantScope({ mspId, clientIds: '*', actorId: randomUUID(), role: 'technician' });
    const worker: Database = openDatabase({ url: workerUrl, contextKey, connectionsMax: 1 });
    try {
      for (let index = 0; index < count; index++)
        await worker.inScope(scope, (tx) =>
          appendAuditEvent(tx, {
            action: 'declaration.made',
            clientId: null,
            target: {},
            details: { index },
          }),
        );
      const current = createPrivateKey({ key: evidence, format: 'der', type: 'pkcs8' });
      await makeCheckpoint(worker, { current, former: null }, new Date(), true);
    } finally {
      await worker.close();
    }
  }

  function asPostgres(command: string): string {
    const isRoot = process.getuid?.() === 0;
    const [program, ...args] = [
      ...(isRoot ? ['runuser', '-u', 'postgres', '--'] : []),
      'env',
      `PGBACKREST_CONFIG=${path.join(root, 'pgbackrest.conf')}`,
      'sh',
      '-ec',
      command,
    ];
    return execFileSync(program, args, { cwd: '/', encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
});
