// The settings of a whole system: what the environment says, completed with secrets made once and ports that are free.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleFile } from './bundle.mjs';
import { makeDocumentKey } from './document-key.mjs';
import { Failure } from './failure.mjs';
import { freePort, isFree } from './ports.mjs';
import { readIfThere, ROOT, writePrivately } from './project.mjs';

/** Signs the checkpoints of the evidence log; moved to the second name, a new one takes its place and is announced. */
const EVIDENCE_KEY_FILE = 'evidence-key';
const FORMER_EVIDENCE_KEY_FILE = 'evidence-key-former';
/** Signs documents: the key, and its certificate on the next line. Certificates of `document-key-…` beside it are still known. */
const DOCUMENT_KEY_FILE = 'document-key';

/** The data folder, known before anything is installed. */
export const DATA_DIR = path.resolve(ROOT, process.env.HOLDFAST_DATA_DIR || '.data');

/** Accounts and passwords of the demo, written by the seed. */
export const DEMO_USERS_FILE = path.join(DATA_DIR, 'demo-users.json');

/** Parses and judges the environment with the schema that the processes use (server/config.ts). */
export async function readConfig(env = process.env) {
  const { loadConfig } = await import(pathToFileURL(bundleFile('config')).href);
  return loadConfig({ ...env, HOLDFAST_DATA_DIR: DATA_DIR });
}

/**
 * Secrets of a data folder; the environment's own take their place. What is not there yet is made.
 * @param {string} [dataDir]
 * @returns {{ postgres: string, web: string, worker: string, ingest: string, contextKey: string, secretKey: string, signingKey: string, nextAuth: string, evidenceKey: string, formerEvidenceKey: string, documentKey: string, documentCertificates: string }}
 */
export function readSecrets(dataDir = DATA_DIR) {
  const file = path.join(dataDir, 'secrets.json');
  const known = readIfThere(file);
  const secrets = known ? JSON.parse(known) : makeSecrets();
  if (!known) writePrivately(file, secrets);
  return {
    ...secrets,
    contextKey: process.env.HOLDFAST_CONTEXT_KEY || secrets.contextKey,
    secretKey: process.env.HOLDFAST_SECRET_KEY || secrets.secretKey,
    signingKey: process.env.HOLDFAST_SIGNING_KEY || secrets.signingKey,
    nextAuth: process.env.NEXTAUTH_SECRET || secrets.nextAuth,
    evidenceKey: process.env.HOLDFAST_EVIDENCE_KEY || readEvidenceKey(dataDir),
    formerEvidenceKey:
      process.env.HOLDFAST_EVIDENCE_KEY_FORMER ||
      (readIfThere(path.join(dataDir, FORMER_EVIDENCE_KEY_FILE)) ?? '').trim(),
    ...readDocumentKey(dataDir),
  };
}

/** Who rotates it moves the file to a name such as `document-key-2026`: the next start makes another. */
function readDocumentKey(dataDir) {
  const { HOLDFAST_DOCUMENT_KEY: given, HOLDFAST_DOCUMENT_CERTIFICATES: certificates } = process.env;
  if (given) return { documentKey: given, documentCertificates: certificates ?? '' };
  const file = path.join(dataDir, DOCUMENT_KEY_FILE);
  if (!fs.existsSync(file)) {
    const made = makeDocumentKey();
    fs.writeFileSync(file, `${made.documentKey}\n${made.documentCertificate}\n`, { mode: 0o400, flag: 'wx' });
  }
  const linesOf = (name) => fs.readFileSync(path.join(dataDir, name), 'utf8').split('\n');
  const former = fs
    .readdirSync(dataDir)
    .filter((name) => name.startsWith(`${DOCUMENT_KEY_FILE}-`))
    .toSorted()
    .toReversed();
  return {
    documentKey: linesOf(DOCUMENT_KEY_FILE)[0],
    documentCertificates: [DOCUMENT_KEY_FILE, ...former].map((name) => linesOf(name)[1]).join(','),
  };
}

/** Apart from the other secrets: nobody but the worker is to sign, and who rotates it moves a file. */
function readEvidenceKey(dataDir) {
  const file = path.join(dataDir, EVIDENCE_KEY_FILE);
  const known = readIfThere(file);
  if (known) return known.trim();
  const key = newSigningKey();
  fs.writeFileSync(file, `${key}\n`, { mode: 0o400, flag: 'wx' });
  return key;
}

function newSigningKey() {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}

function makeSecrets() {
  return {
    postgres: randomBytes(24).toString('hex'),
    web: randomBytes(24).toString('hex'),
    worker: randomBytes(24).toString('hex'),
    ingest: randomBytes(24).toString('hex'),
    contextKey: randomBytes(32).toString('hex'),
    secretKey: randomBytes(32).toString('hex'),
    signingKey: newSigningKey(),
    nextAuth: randomBytes(32).toString('hex'),
  };
}

/**
 * The ports to listen on: those that were set must be free, the others are searched from their default on. Mails are taken by SMTP where
 * a port was set, and in the demo, on this machine only.
 * @returns {Promise<{ web: number, ingest: number, worker: number, smtp?: number }>}
 */
export async function choosePorts(config, isDemo) {
  const smtp = config.smtpPort ?? (isDemo ? DEMO_SMTP_PORT : null);
  const wanted = {
    web: config.webPort,
    ingest: config.ingestPort,
    worker: config.workerPort,
    ...(smtp !== null && { smtp }),
  };
  const taken = new Set(
    Object.keys(wanted)
      .filter(isSet)
      .map((name) => wanted[name]),
  );
  const ports = {};
  for (const [name, port] of Object.entries(wanted)) {
    ports[name] = isSet(name)
      ? await ownPort(variableOf(name), port, config.host)
      : await freePort(port, taken);
    taken.add(ports[name]);
  }
  return ports;
}

/**
 * A port that was asked for by name.
 * @throws {Failure} when somebody else has it
 */
export async function ownPort(variable, port, host) {
  if (await isFree(port, host)) return port;
  throw new Failure(
    `Port ${port} (${variable}) is taken by another program.`,
    `Stop that program, choose another port, or leave ${variable} unset: then a free one is found.`,
  );
}

/** Where the demo takes mails. */
const DEMO_SMTP_PORT = 3025;

const isSet = (name) => Boolean(process.env[variableOf(name)]);
const variableOf = (name) => `HOLDFAST_${name.toUpperCase()}_PORT`;

/**
 * The environment of each program of the system. Each gets the address of its own database role only.
 * @param {{ config: any, secrets: any, ports: { web: number, ingest: number, worker: number, smtp?: number }, urls: { owner: string, web: string, worker: string, ingest: string }, isDemo: boolean }} system
 */
export function environments({ config, secrets, ports, urls, isDemo }) {
  const appOrigin = process.env.APP_ORIGIN ? config.appOrigin : `http://127.0.0.1:${ports.web}`;
  const ingestOrigin = process.env.INGEST_ORIGIN ? config.ingestOrigin : `http://127.0.0.1:${ports.ingest}`;
  const common = {
    ...process.env,
    DATABASE_URL: '',
    DATABASE_URL_WEB: '',
    DATABASE_URL_WORKER: '',
    DATABASE_URL_INGEST: '',
    SMTP_URL: '',
    HOLDFAST_EVIDENCE_KEY: '',
    HOLDFAST_EVIDENCE_KEY_FORMER: '',
    HOLDFAST_TSA_URL: '',
    HOLDFAST_DOCUMENT_KEY: '',
    HOLDFAST_BACKUP_PING_URL: '',
    HOLDFAST_DRILL_PING_URL: '',
    HOLDFAST_DEADMAN_URL: '',
    HOLDFAST_DOCUMENT_CERTIFICATES: secrets.documentCertificates,
    HOLDFAST_DATA_DIR: DATA_DIR,
    HOLDFAST_HOST: config.host,
    HOLDFAST_WEB_PORT: String(ports.web),
    HOLDFAST_INGEST_PORT: String(ports.ingest),
    HOLDFAST_WORKER_PORT: String(ports.worker),
    HOLDFAST_SMTP_PORT: String(ports.smtp ?? ''),
    HOLDFAST_DEMO: isDemo ? 'on' : 'off',
    HOLDFAST_CONTEXT_KEY: secrets.contextKey,
    HOLDFAST_SIGNING_KEY: secrets.signingKey,
    APP_ORIGIN: appOrigin,
    INGEST_ORIGIN: ingestOrigin,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
  };
  const signIn = {
    HOLDFAST_SECRET_KEY: secrets.secretKey,
    NEXTAUTH_SECRET: secrets.nextAuth,
    NEXTAUTH_URL: appOrigin,
  };
  const worker = {
    ...common,
    HOLDFAST_SECRET_KEY: secrets.secretKey,
    DATABASE_URL_WORKER: urls.worker,
    SMTP_URL: process.env.SMTP_URL ?? '',
    HOLDFAST_EVIDENCE_KEY: secrets.evidenceKey,
    HOLDFAST_EVIDENCE_KEY_FORMER: secrets.formerEvidenceKey,
    HOLDFAST_TSA_URL: process.env.HOLDFAST_TSA_URL ?? '',
    HOLDFAST_DEADMAN_URL: process.env.HOLDFAST_DEADMAN_URL ?? '',
    HOLDFAST_DOCUMENT_KEY: secrets.documentKey,
  };
  return {
    web: {
      ...common,
      ...signIn,
      DATABASE_URL_WEB: urls.web,
      PORT: String(ports.web),
      HOSTNAME: config.host,
    },
    ingest: { ...common, DATABASE_URL_INGEST: urls.ingest },
    worker,
    owner: {
      ...worker,
      ...signIn,
      SMTP_URL: '',
      DATABASE_URL: urls.owner,
      DATABASE_URL_WEB: urls.web,
      DATABASE_URL_INGEST: urls.ingest,
    },
  };
}

/**
 * Whether this data folder holds the demo. It stays what it was made as; new ones hold it unless told otherwise.
 * @throws {Failure} when the environment says the opposite of what the folder is
 */
export function decideDemo(config) {
  const file = path.join(DATA_DIR, 'kind');
  const known = readIfThere(file);
  const asked = process.env.HOLDFAST_DEMO || known || (config.isDemo ? 'on' : 'off');
  if (known && known !== asked)
    throw new Failure(
      `The data folder ${DATA_DIR} was made with HOLDFAST_DEMO=${known}, which cannot be changed afterwards.`,
      'Choose another folder with HOLDFAST_DATA_DIR, or leave HOLDFAST_DEMO unset.',
    );
  if (asked === 'on' && !config.isDemo)
    throw new Failure(
      'This data folder holds the demo, whose accounts are shown to whoever starts it; it is for this machine only.',
      'Choose another folder with HOLDFAST_DATA_DIR, or leave HOLDFAST_HOST and APP_ORIGIN on loopback.',
    );
  fs.writeFileSync(file, asked);
  return asked === 'on';
}
