import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { normaliseEmail } from '@/domain/access/email-address';
import { isNetwork, pullReach } from './pull/pull-networks';

/**
 * Every setting Holdfast reads from its environment, parsed. Database addresses and keys are null when they were not
 * given: a process is handed only what it needs (the ingestion process never sees the web's credentials), so ask for
 * those through {@link setting}, which refuses with a readable error.
 */
export interface Config {
  /** `DATABASE_URL`: the migrator's, who owns the tables. Only migrations and the seed use it. */
  readonly databaseUrl: string | null;
  readonly databaseUrlWeb: string | null;
  readonly databaseUrlWorker: string | null;
  readonly databaseUrlIngest: string | null;
  /** `QUEUE_URL`: Postgres or Redis; this process's own database when not given. Must not pass PgBouncer in transaction mode. */
  readonly queueUrl: string | null;
  /** Absolute path. */
  readonly dataDir: string;
  /** The address the web process listens on. */
  readonly host: string;
  readonly webPort: number;
  readonly ingestPort: number;
  /** Health checks only, always on loopback. */
  readonly workerPort: number;
  /** `HOLDFAST_SMTP_PORT`: where the ingestion takes mails; null: it takes none by SMTP. */
  readonly smtpPort: number | null;
  /** `HOLDFAST_MAIL_AUTHSERV`: the name under which our own mail server writes what it found of a mail; null: none does. */
  readonly mailAuthserv: string | null;
  /** `HOLDFAST_MAIL_DOMAIN`: what stands behind the @ of channels' addresses; null: the host of `ingestOrigin`. */
  readonly mailDomain: string | null;
  /** Where the embedded Postgres listens, always on loopback. */
  readonly postgresPort: number;
  /** Scheme, host and port the browser uses, without a trailing slash. */
  readonly appOrigin: string;
  /** Scheme, host and port that agents deliver to, without a trailing slash. */
  readonly ingestOrigin: string;
  readonly isDemo: boolean;
  /** 32 bytes; seals the row-security context. */
  readonly contextKey: Buffer | null;
  /** 32 bytes; encrypts TOTP secrets at rest (AES-256-GCM). */
  readonly secretKey: Buffer | null;
  /** Ed25519; the server's own key, which enrolment pins. */
  readonly signingKey: KeyObject | null;
  /** Ed25519; signs the checkpoints of the evidence log. Only the worker has it. */
  readonly evidenceKey: KeyObject | null;
  /** The key that signed checkpoints before, to hand over with; `lost`: it is gone. */
  readonly evidenceKeyFormer: KeyObject | 'lost' | null;
  /** EC P-256 or RSA; signs documents. Only the worker has it. */
  readonly documentKey: KeyObject | null;
  /** `HOLDFAST_DOCUMENT_CERTIFICATES`: X.509 in DER, that of the key first, then its issuers and those of former keys; null: none. */
  readonly documentCertificates: readonly [Uint8Array, ...Uint8Array[]] | null;
  /** `HOLDFAST_TSA_URL`: the authority (RFC 3161) that time-stamps checkpoints and documents; null: none does. */
  readonly tsaUrl: string | null;
  readonly nextAuthSecret: string | null;
  /** `SMTP_URL`: the server that mail goes out through; null: each mail becomes a file in the data folder. */
  readonly smtpUrl: string | null;
  /** `MAIL_FROM`: the address that mail comes from. */
  readonly mailFrom: string;
  /** `HOLDFAST_NOTIFY_LOOPBACK`: whether notifications may go to this machine, by plain http too. For tests and trying out. */
  readonly notifiesLoopback: boolean;
  /** `HOLDFAST_PULL_NETWORKS`: private networks that pull connectors may reach beside the internet, as CIDR. */
  readonly pullNetworks: readonly string[];
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** `HOLDFAST_METRICS_TOKEN`: what has to be shown to read figures at `/metrics`; null: nobody reads them. */
  readonly metricsToken: string | null;
  /** `OTEL_EXPORTER_OTLP_ENDPOINT`: the collector that takes spans, without a path; null: nobody traces. */
  readonly otlpEndpoint: string | null;
  /** `HOLDFAST_DEADMAN_URL`: what outside is told every few minutes that the whole chain works. Only the worker has it. */
  readonly deadmanUrls: readonly string[];
  /** `HOLDFAST_WATCHDOG`: whether the worker sends what has to fail, and looks whether it does. */
  readonly hasWatchdog: boolean;
  /** Where backups of the embedded database go; `npm run holdfast` and `npm start` use these five. */
  readonly backupDir: string;
  /** `HOLDFAST_BACKUP_AT`: the time of day, of this machine, at which a backup is taken and tried; null: by hand only. */
  readonly backupAt: { readonly hour: number; readonly minute: number } | null;
  /** How many backups are kept, 1 to 1000. */
  readonly backupKeep: number;
  /** What is told of each backup, and of each drill, as healthchecks.io takes it; may be several. */
  readonly backupPingUrls: readonly string[];
  readonly drillPingUrls: readonly string[];
}

/** The environment is wrong or incomplete; the message lists every wrong variable and what to do about it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Parses an environment once, naming everything that is wrong with it at the same time. Empty variables count as not set.
 * @throws ConfigError
 */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) throw new ConfigError(describe(parsed.error.issues));
  const settings = toConfig(parsed.data);
  const complaints = [
    ...addressComplaints(settings),
    ...demoComplaints(settings),
    ...mailComplaints(parsed.data),
    ...loopbackComplaints(settings),
    ...pullComplaints(settings),
    ...documentComplaints(settings),
  ];
  if (complaints.length > 0) throw new ConfigError(listed(complaints));
  return settings;
}

let loaded: Config | undefined;

/**
 * The settings of this process, read at the first call and kept.
 * @throws ConfigError
 */
export function config(): Config {
  loaded ??= loadConfig(process.env);
  return loaded;
}

/**
 * One setting of this process that it cannot do without.
 * @throws ConfigError when it was not given
 */
export function setting<K extends keyof Config>(key: K): NonNullable<Config[K]> {
  const value = config()[key];
  if (value === null)
    throw new ConfigError(listed([`${VARIABLE[key]} is not set; \`npm start\` sets it for you`]));
  return value;
}

declare global {
  // eslint-disable-next-line typescript/no-namespace -- how Node's own types are added to
  namespace NodeJS {
    interface ProcessEnv {
      /** Put in by whoever builds a program (`scripts/build-name.mjs`), never by an environment. */
      HOLDFAST_BUILD?: string;
    }
  }
}

/** What this program was built from: the version, and the newest migration that it knows; null: it was not built, as in tests. */
export function builtFrom(): { readonly version: string; readonly migration: string } | null {
  const [version, migration] = (process.env.HOLDFAST_BUILD ?? '').split(' ');
  return version && migration ? { version, migration } : null;
}

/** True for the names and addresses that never leave this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(hostname);
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const VARIABLE = {
  databaseUrl: 'DATABASE_URL',
  databaseUrlWeb: 'DATABASE_URL_WEB',
  databaseUrlWorker: 'DATABASE_URL_WORKER',
  databaseUrlIngest: 'DATABASE_URL_INGEST',
  queueUrl: 'QUEUE_URL',
  dataDir: 'HOLDFAST_DATA_DIR',
  host: 'HOLDFAST_HOST',
  webPort: 'HOLDFAST_WEB_PORT',
  ingestPort: 'HOLDFAST_INGEST_PORT',
  workerPort: 'HOLDFAST_WORKER_PORT',
  smtpPort: 'HOLDFAST_SMTP_PORT',
  mailAuthserv: 'HOLDFAST_MAIL_AUTHSERV',
  mailDomain: 'HOLDFAST_MAIL_DOMAIN',
  postgresPort: 'HOLDFAST_POSTGRES_PORT',
  appOrigin: 'APP_ORIGIN',
  ingestOrigin: 'INGEST_ORIGIN',
  isDemo: 'HOLDFAST_DEMO',
  contextKey: 'HOLDFAST_CONTEXT_KEY',
  secretKey: 'HOLDFAST_SECRET_KEY',
  signingKey: 'HOLDFAST_SIGNING_KEY',
  evidenceKey: 'HOLDFAST_EVIDENCE_KEY',
  evidenceKeyFormer: 'HOLDFAST_EVIDENCE_KEY_FORMER',
  documentKey: 'HOLDFAST_DOCUMENT_KEY',
  documentCertificates: 'HOLDFAST_DOCUMENT_CERTIFICATES',
  tsaUrl: 'HOLDFAST_TSA_URL',
  nextAuthSecret: 'NEXTAUTH_SECRET',
  smtpUrl: 'SMTP_URL',
  mailFrom: 'MAIL_FROM',
  notifiesLoopback: 'HOLDFAST_NOTIFY_LOOPBACK',
  pullNetworks: 'HOLDFAST_PULL_NETWORKS',
  logLevel: 'LOG_LEVEL',
  metricsToken: 'HOLDFAST_METRICS_TOKEN',
  otlpEndpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  deadmanUrls: 'HOLDFAST_DEADMAN_URL',
  hasWatchdog: 'HOLDFAST_WATCHDOG',
  backupDir: 'HOLDFAST_BACKUP_DIR',
  backupAt: 'HOLDFAST_BACKUP_AT',
  backupKeep: 'HOLDFAST_BACKUP_KEEP',
  backupPingUrls: 'HOLDFAST_BACKUP_PING_URL',
  drillPingUrls: 'HOLDFAST_DRILL_PING_URL',
} as const satisfies Record<keyof Config, string>;

const url = (schemes: readonly string[], example: string) =>
  z
    .string()
    .refine((value) => schemes.some((scheme) => hasScheme(value, scheme)), `must look like ${example}`);
const postgresUrl = url(['postgres', 'postgresql'], 'postgresql://user:password@host:5432/holdfast');
const port = z.coerce
  .number('must be a port number')
  .int('must be a whole number')
  .min(1, 'must be between 1 and 65535')
  .max(65535, 'must be between 1 and 65535');
const origin = z
  .string()
  .refine(isOrigin, 'must be scheme, host and port only, for example https://holdfast.example.com');
const key32 = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits; make one with `openssl rand -hex 32`')
  .transform((hex) => Buffer.from(hex, 'hex'));
const signingKey = z.string().transform((base64, context) => {
  const key = ed25519(base64);
  if (key) return key;
  context.addIssue(
    'must be an Ed25519 private key, PKCS#8 DER in base64; make one with `openssl genpkey -algorithm ed25519 -outform DER | base64 -w0`',
  );
  return z.NEVER;
});

const documentKey = z.string().transform((base64, context) => {
  const key = documentKeyOf(base64);
  if (key) return key;
  context.addIssue(
    'must be an EC P-256 or RSA private key, PKCS#8 DER in base64; docs/operations.md shows how to make one',
  );
  return z.NEVER;
});
const documentCertificates = z.string().transform((list, context) => {
  try {
    const [first, ...others] = list.split(',').map((base64) => {
      const der = new Uint8Array(Buffer.from(base64.trim(), 'base64'));
      return new Uint8Array(new X509Certificate(der).raw);
    });
    if (first) return [first, ...others] as const;
  } catch {
    // told below
  }
  context.addIssue(
    'must be X.509 certificates, DER in base64, with commas between them; that of HOLDFAST_DOCUMENT_KEY first',
  );
  return z.NEVER;
});

const pingUrls = z
  .string()
  .transform((list) => list.split(',').map((address) => address.trim()))
  .refine(
    (list) => list.every((address) => hasScheme(address, 'https') || hasScheme(address, 'http')),
    'must be the address of a check, such as https://agents.example.com/ping/…; several with commas between them',
  );

const environment = z.object({
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_URL_WEB: postgresUrl.optional(),
  DATABASE_URL_WORKER: postgresUrl.optional(),
  DATABASE_URL_INGEST: postgresUrl.optional(),
  QUEUE_URL: url(
    ['postgres', 'postgresql', 'redis', 'rediss'],
    'postgresql://user:password@host:5432/holdfast or redis://host:6379',
  ).optional(),
  HOLDFAST_DATA_DIR: z.string().default('.data'),
  HOLDFAST_HOST: z.string().default('127.0.0.1'),
  HOLDFAST_WEB_PORT: port.default(3000),
  HOLDFAST_INGEST_PORT: port.default(3001),
  HOLDFAST_WORKER_PORT: port.default(3002),
  HOLDFAST_SMTP_PORT: port.optional(),
  HOLDFAST_MAIL_AUTHSERV: z
    .string()
    .regex(
      /^[\w.-]{1,255}$/,
      'must be the name that your mail server writes first in Authentication-Results, such as mx.example.com',
    )
    .optional(),
  HOLDFAST_MAIL_DOMAIN: z
    .string()
    .regex(
      /^(?=.{1,180}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/,
      'must be a domain in small letters, such as backups.example.com',
    )
    .optional(),
  HOLDFAST_POSTGRES_PORT: port.default(54329),
  APP_ORIGIN: origin.optional(),
  INGEST_ORIGIN: origin.optional(),
  HOLDFAST_DEMO: z.enum(['on', 'off'], 'must be on or off').optional(),
  HOLDFAST_CONTEXT_KEY: key32.optional(),
  HOLDFAST_SECRET_KEY: key32.optional(),
  HOLDFAST_SIGNING_KEY: signingKey.optional(),
  HOLDFAST_EVIDENCE_KEY: signingKey.optional(),
  HOLDFAST_EVIDENCE_KEY_FORMER: z.union([z.literal('lost'), signingKey]).optional(),
  HOLDFAST_DOCUMENT_KEY: documentKey.optional(),
  HOLDFAST_DOCUMENT_CERTIFICATES: documentCertificates.optional(),
  HOLDFAST_TSA_URL: z
    .string()
    .refine(
      isAuthorityUrl,
      'must be the https address of a time-stamping authority, such as https://tsa.example.com/tsr',
    )
    .optional(),
  NEXTAUTH_SECRET: z.string().min(32, 'must have 32 characters or more').optional(),
  SMTP_URL: url(['smtp', 'smtps'], 'smtps://user:password@mail.example.com:465').optional(),
  MAIL_FROM: z
    .string()
    .refine(isPlainAddress, 'must be a plain e-mail address, such as holdfast@example.com')
    .optional(),
  HOLDFAST_NOTIFY_LOOPBACK: z.enum(['on', 'off'], 'must be on or off').default('off'),
  HOLDFAST_PULL_NETWORKS: z
    .string()
    .transform((list) => list.split(',').map((network) => network.trim()))
    .refine(
      (list) => list.every(isNetwork),
      'must be networks with commas between them, such as 10.20.0.0/16,fd12::/32',
    )
    .optional(),
  HOLDFAST_BACKUP_DIR: z.string().optional(),
  HOLDFAST_BACKUP_AT: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, such as 02:30')
    .optional(),
  HOLDFAST_BACKUP_KEEP: z.coerce
    .number('must be a number of backups')
    .int('must be a whole number')
    .min(1, 'must be between 1 and 1000')
    .max(1000, 'must be between 1 and 1000')
    .default(7),
  HOLDFAST_BACKUP_PING_URL: pingUrls.optional(),
  HOLDFAST_DRILL_PING_URL: pingUrls.optional(),
  HOLDFAST_METRICS_TOKEN: z
    .string()
    .regex(/^[\w.~+/=-]{32,200}$/, 'must have 32 characters or more; make one with `openssl rand -hex 32`')
    .optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(['https', 'http'], 'http://127.0.0.1:4318').optional(),
  HOLDFAST_DEADMAN_URL: pingUrls.optional(),
  HOLDFAST_WATCHDOG: z.enum(['on', 'off'], 'must be on or off').default('off'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
});

function toConfig(env: z.output<typeof environment>): Config {
  return {
    databaseUrl: env.DATABASE_URL ?? null,
    databaseUrlWeb: env.DATABASE_URL_WEB ?? null,
    databaseUrlWorker: env.DATABASE_URL_WORKER ?? null,
    databaseUrlIngest: env.DATABASE_URL_INGEST ?? null,
    queueUrl:
      env.QUEUE_URL ?? env.DATABASE_URL_WORKER ?? env.DATABASE_URL_INGEST ?? env.DATABASE_URL_WEB ?? null,
    dataDir: path.resolve(env.HOLDFAST_DATA_DIR),
    host: env.HOLDFAST_HOST,
    webPort: env.HOLDFAST_WEB_PORT,
    ingestPort: env.HOLDFAST_INGEST_PORT,
    workerPort: env.HOLDFAST_WORKER_PORT,
    smtpPort: env.HOLDFAST_SMTP_PORT ?? null,
    mailAuthserv: env.HOLDFAST_MAIL_AUTHSERV ?? null,
    mailDomain: env.HOLDFAST_MAIL_DOMAIN ?? null,
    postgresPort: env.HOLDFAST_POSTGRES_PORT,
    appOrigin: trimmed(env.APP_ORIGIN ?? `http://127.0.0.1:${env.HOLDFAST_WEB_PORT}`),
    ingestOrigin: trimmed(env.INGEST_ORIGIN ?? `http://127.0.0.1:${env.HOLDFAST_INGEST_PORT}`),
    isDemo: (env.HOLDFAST_DEMO ?? (isLoopback(env.HOLDFAST_HOST) ? 'on' : 'off')) === 'on',
    contextKey: env.HOLDFAST_CONTEXT_KEY ?? null,
    secretKey: env.HOLDFAST_SECRET_KEY ?? null,
    signingKey: env.HOLDFAST_SIGNING_KEY ?? null,
    evidenceKey: env.HOLDFAST_EVIDENCE_KEY ?? null,
    evidenceKeyFormer: env.HOLDFAST_EVIDENCE_KEY_FORMER ?? null,
    documentKey: env.HOLDFAST_DOCUMENT_KEY ?? null,
    documentCertificates: env.HOLDFAST_DOCUMENT_CERTIFICATES ?? null,
    tsaUrl: env.HOLDFAST_TSA_URL ?? null,
    nextAuthSecret: env.NEXTAUTH_SECRET ?? null,
    smtpUrl: env.SMTP_URL ?? null,
    mailFrom: env.MAIL_FROM ?? 'holdfast@localhost',
    notifiesLoopback: env.HOLDFAST_NOTIFY_LOOPBACK === 'on',
    pullNetworks: env.HOLDFAST_PULL_NETWORKS ?? [],
    logLevel: env.LOG_LEVEL,
    metricsToken: env.HOLDFAST_METRICS_TOKEN ?? null,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    deadmanUrls: env.HOLDFAST_DEADMAN_URL ?? [],
    hasWatchdog: env.HOLDFAST_WATCHDOG === 'on',
    backupDir: path.resolve(env.HOLDFAST_BACKUP_DIR ?? path.join(env.HOLDFAST_DATA_DIR, 'backups')),
    backupAt: timeOfDay(env.HOLDFAST_BACKUP_AT),
    backupKeep: env.HOLDFAST_BACKUP_KEEP,
    backupPingUrls: env.HOLDFAST_BACKUP_PING_URL ?? [],
    drillPingUrls: env.HOLDFAST_DRILL_PING_URL ?? [],
  };
}

function timeOfDay(text: string | undefined): Config['backupAt'] {
  if (text === undefined) return null;
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return { hour, minute };
}

/** Plain http never leaves the machine: sign-in cookies and reports would travel in the clear. */
function addressComplaints(settings: Config): string[] {
  const complaints: string[] = [];
  for (const key of ['appOrigin', 'ingestOrigin'] as const) {
    const { protocol, hostname } = new URL(settings[key]);
    if (protocol === 'https:') continue;
    if (!isLoopback(hostname))
      complaints.push(`${VARIABLE[key]} is ${settings[key]}: plain http is for this machine only, use https`);
    else if (!isLoopback(settings.host))
      complaints.push(
        `${VARIABLE[key]} must be an https address, because HOLDFAST_HOST=${settings.host} can be reached from other machines`,
      );
  }
  return complaints;
}

function demoComplaints(settings: Config): string[] {
  if (!settings.isDemo) return [];
  if (isLoopback(settings.host) && isLoopback(new URL(settings.appOrigin).hostname)) return [];
  return [
    'HOLDFAST_DEMO=on is for this machine only: its accounts are shown to whoever starts it. Set HOLDFAST_DEMO=off',
  ];
}

/** Who may say where notifications go could else reach what listens on the server alone. */
function loopbackComplaints({ notifiesLoopback, host, appOrigin }: Config): string[] {
  if (!notifiesLoopback || (isLoopback(host) && isLoopback(new URL(appOrigin).hostname))) return [];
  return [
    'HOLDFAST_NOTIFY_LOOPBACK=on is for trying Holdfast on this machine only: leave it unset where others can reach it',
  ];
}

/** The same for what is pulled. */
function pullComplaints({ pullNetworks, host, appOrigin }: Config): string[] {
  const reach = pullReach(pullNetworks);
  if (!reach('127.0.0.1') && !reach('::1')) return [];
  if (isLoopback(host) && isLoopback(new URL(appOrigin).hostname)) return [];
  return [
    'HOLDFAST_PULL_NETWORKS holds the addresses of this machine itself: leave them out where others can reach Holdfast',
  ];
}

/** Mail servers refuse, or junk, what comes from nowhere. */
function mailComplaints(env: z.output<typeof environment>): string[] {
  if (!env.SMTP_URL || env.MAIL_FROM) return [];
  return [
    'MAIL_FROM must be set with SMTP_URL: the address that mail comes from, such as holdfast@example.com',
  ];
}

/** A signature that its certificate does not fit is worth nothing. */
function documentComplaints({ documentKey: key, documentCertificates: certificates }: Config): string[] {
  if (key === null || (certificates && new X509Certificate(certificates[0]).checkPrivateKey(key))) return [];
  return ['HOLDFAST_DOCUMENT_CERTIFICATES must begin with the certificate of HOLDFAST_DOCUMENT_KEY'];
}

function isPlainAddress(value: string): boolean {
  return normaliseEmail(value) === value;
}

function describe(issues: readonly z.core.$ZodIssue[]): string {
  return listed(issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
}

function listed(complaints: readonly string[]): string {
  return ['The settings in the environment are not usable:', ...complaints.map((line) => `  - ${line}`)].join(
    '\n',
  );
}

function hasScheme(value: string, scheme: string): boolean {
  return URL.canParse(value) && new URL(value).protocol === `${scheme}:` && new URL(value).hostname !== '';
}

/** What an authority answers is signed, but who asks and when is nobody's business: by plain http on this machine only. */
function isAuthorityUrl(value: string): boolean {
  return hasScheme(value, 'https') || (hasScheme(value, 'http') && isLoopback(new URL(value).hostname));
}

function isOrigin(value: string): boolean {
  if (!hasScheme(value, 'http') && !hasScheme(value, 'https')) return false;
  const { origin: bare } = new URL(value);
  return trimmed(value).toLowerCase() === bare;
}

function trimmed(address: string): string {
  return address.replace(/\/$/, '');
}

function ed25519(base64: string): KeyObject | null {
  try {
    const key = createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' });
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}

function documentKeyOf(base64: string): KeyObject | null {
  try {
    const key = createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' });
    const isP256 = key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    return isP256 || key.asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    return null;
  }
}
