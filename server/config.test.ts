import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, isLoopback, loadConfig } from '@/server/config';

const signingKey = generateKeyPairSync('ed25519')
  .privateKey.export({ format: 'der', type: 'pkcs8' })
  .toString('base64');
const rsaKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ format: 'der', type: 'pkcs8' })
  .toString('base64');

describe('loadConfig', () => {
  it('needs nothing: an empty environment is a demo on loopback', () => {
    expect(loadConfig({})).toMatchObject({
      host: '127.0.0.1',
      webPort: 3000,
      ingestPort: 3001,
      workerPort: 3002,
      appOrigin: 'http://127.0.0.1:3000',
      ingestOrigin: 'http://127.0.0.1:3001',
      isDemo: true,
      dataDir: path.resolve('.data'),
      databaseUrlWeb: null,
      contextKey: null,
      logLevel: 'info',
    });
  });

  it('counts an empty variable as not set', () => {
    expect(loadConfig({ HOLDFAST_WEB_PORT: '', QUEUE_URL: '' })).toMatchObject({
      webPort: 3000,
      queueUrl: null,
    });
  });

  it('puts the queue into the database of the worker unless told otherwise', () => {
    const DATABASE_URL_WORKER = 'postgresql://holdfast_worker:x@127.0.0.1:5432/holdfast';
    expect(loadConfig({ DATABASE_URL_WORKER }).queueUrl).toBe(DATABASE_URL_WORKER);
    expect(loadConfig({ DATABASE_URL_WORKER, QUEUE_URL: 'redis://127.0.0.1:6379' }).queueUrl).toBe(
      'redis://127.0.0.1:6379',
    );
  });

  it('decodes the keys', () => {
    const config = loadConfig({
      HOLDFAST_CONTEXT_KEY: 'ab'.repeat(32),
      HOLDFAST_SECRET_KEY: 'cd'.repeat(32),
      HOLDFAST_SIGNING_KEY: signingKey,
    });
    expect(config.contextKey).toEqual(Buffer.alloc(32, 0xab));
    expect(config.secretKey).toEqual(Buffer.alloc(32, 0xcd));
    expect(config.signingKey?.asymmetricKeyType).toBe('ed25519');
  });

  it('names every wrong variable at once', () => {
    const wrong = {
      DATABASE_URL: 'mysql://root@127.0.0.1/holdfast',
      QUEUE_URL: 'localhost:6379',
      HOLDFAST_WEB_PORT: '70000',
      HOLDFAST_CONTEXT_KEY: 'short',
      HOLDFAST_SIGNING_KEY: rsaKey,
      HOLDFAST_DEMO: 'maybe',
      LOG_LEVEL: 'loud',
    };
    const message = complaintAbout(wrong);
    for (const name of Object.keys(wrong)) expect(message).toContain(name);
  });

  it.each(['0', '65536', '3000.5', 'http'])('refuses the port %s', (HOLDFAST_WEB_PORT) => {
    expect(complaintAbout({ HOLDFAST_WEB_PORT })).toContain('HOLDFAST_WEB_PORT');
  });

  it.each(['1', '65535'])('accepts the port %s', (HOLDFAST_WEB_PORT) => {
    expect(loadConfig({ HOLDFAST_WEB_PORT }).webPort).toBe(Number(HOLDFAST_WEB_PORT));
  });

  it('takes mails by SMTP only where a port was set, and believes no mail server unless told which', () => {
    expect(loadConfig({})).toMatchObject({ smtpPort: null, mailAuthserv: null });
    expect(
      loadConfig({ HOLDFAST_SMTP_PORT: '2525', HOLDFAST_MAIL_AUTHSERV: 'mx.example.com' }),
    ).toMatchObject({ smtpPort: 2525, mailAuthserv: 'mx.example.com' });
    expect(loadConfig({ HOLDFAST_MAIL_DOMAIN: 'backups.example.com' }).mailDomain).toBe(
      'backups.example.com',
    );
    expect(loadConfig({}).mailDomain).toBeNull();
    for (const wrong of ['https://example.com', 'a@example.com', 'Example.com', 'localhost', 'a..b'])
      expect(complaintAbout({ HOLDFAST_MAIL_DOMAIN: wrong })).toContain('such as backups.example.com');
    expect(complaintAbout({ HOLDFAST_SMTP_PORT: 'smtp' })).toContain('HOLDFAST_SMTP_PORT');
    expect(complaintAbout({ HOLDFAST_MAIL_AUTHSERV: 'mx.example.com; dkim=pass' })).toContain(
      'such as mx.example.com',
    );
  });

  it('serves plain http on loopback only', () => {
    expect(complaintAbout({ HOLDFAST_HOST: '0.0.0.0', INGEST_ORIGIN: 'https://in.example.com' })).toContain(
      'APP_ORIGIN',
    );
    expect(complaintAbout({ APP_ORIGIN: 'http://holdfast.example.com' })).toContain('use https');
    expect(
      loadConfig({
        HOLDFAST_HOST: '0.0.0.0',
        APP_ORIGIN: 'https://holdfast.example.com/',
        INGEST_ORIGIN: 'https://in.example.com',
      }),
    ).toMatchObject({ appOrigin: 'https://holdfast.example.com', isDemo: false });
  });

  it('needs an address that mail comes from when a server sends it', () => {
    const SMTP_URL = 'smtps://holdfast:secret@mail.example.com:465';
    expect(complaintAbout({ SMTP_URL })).toContain('MAIL_FROM');
    expect(complaintAbout({ SMTP_URL: 'https://mail.example.com', MAIL_FROM: 'a@b.example' })).toContain(
      'SMTP_URL',
    );
    expect(complaintAbout({ MAIL_FROM: 'Holdfast <a@b.example>' })).toContain('MAIL_FROM');
    expect(loadConfig({ SMTP_URL, MAIL_FROM: 'a@b.example' })).toMatchObject({ smtpUrl: SMTP_URL });
  });

  it('refuses the demo when other machines can reach it', () => {
    const reachable = { HOLDFAST_DEMO: 'on', INGEST_ORIGIN: 'https://in.example.com' };
    expect(
      complaintAbout({ ...reachable, HOLDFAST_HOST: '0.0.0.0', APP_ORIGIN: 'https://a.example.com' }),
    ).toContain('HOLDFAST_DEMO');
    expect(complaintAbout({ ...reachable, APP_ORIGIN: 'https://a.example.com' })).toContain('HOLDFAST_DEMO');
  });

  it('lets notifications go to this machine only where nobody else can reach it', () => {
    const asked = { HOLDFAST_NOTIFY_LOOPBACK: 'on', HOLDFAST_DEMO: 'off' };
    expect(loadConfig(asked).notifiesLoopback).toBe(true);
    expect(loadConfig({}).notifiesLoopback).toBe(false);
    expect(complaintAbout({ ...asked, APP_ORIGIN: 'https://a.example.com' })).toContain(
      'HOLDFAST_NOTIFY_LOOPBACK',
    );
  });

  it('backs itself up only where a time of day was set, beside its data unless told where', () => {
    expect(loadConfig({ HOLDFAST_DATA_DIR: '/srv/holdfast' })).toMatchObject({
      backupAt: null,
      backupDir: '/srv/holdfast/backups',
      backupKeep: 7,
      drillPingUrls: [],
    });
    expect(
      loadConfig({
        HOLDFAST_BACKUP_AT: '02:30',
        HOLDFAST_BACKUP_DIR: '/mnt/backup',
        HOLDFAST_BACKUP_KEEP: '30',
        HOLDFAST_DRILL_PING_URL: 'http://127.0.0.1:3001/ping/a, https://hc.example.com/b',
      }),
    ).toMatchObject({
      backupAt: { hour: 2, minute: 30 },
      backupDir: '/mnt/backup',
      backupKeep: 30,
      drillPingUrls: ['http://127.0.0.1:3001/ping/a', 'https://hc.example.com/b'],
    });
    for (const HOLDFAST_BACKUP_AT of ['24:00', '2:30', 'daily'])
      expect(complaintAbout({ HOLDFAST_BACKUP_AT })).toContain('HOLDFAST_BACKUP_AT');
    expect(complaintAbout({ HOLDFAST_BACKUP_KEEP: '0' })).toContain('HOLDFAST_BACKUP_KEEP');
    expect(complaintAbout({ HOLDFAST_BACKUP_PING_URL: 'hc.example.com' })).toContain(
      'HOLDFAST_BACKUP_PING_URL',
    );
  });

  it.each(['https://a.example.com/path', 'a.example.com', 'ftp://a.example.com'])(
    'refuses %s as an origin',
    (APP_ORIGIN) => {
      expect(complaintAbout({ APP_ORIGIN, HOLDFAST_DEMO: 'off' })).toContain('APP_ORIGIN');
    },
  );
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.8.9.1', 'localhost', '::1', '[::1]'])('is true for %s', (name) => {
    expect(isLoopback(name)).toBe(true);
  });
  it.each(['0.0.0.0', '::', '128.0.0.1', '127.0.0.1.example.com', 'localhost.example.com', '10.0.0.1'])(
    'is false for %s',
    (name) => {
      expect(isLoopback(name)).toBe(false);
    },
  );
});

function complaintAbout(env: Record<string, string>): string {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return expect.fail('the environment was accepted');
}
