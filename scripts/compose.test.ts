import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '@/server/config';
import { nodeOptions } from './bundle.mjs';
import { freePort } from './ports.mjs';
import { until } from './run-program.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (name: string): string => fs.readFileSync(path.join(ROOT, name), 'utf8');

const service = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  profiles: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  init: z.boolean().optional(),
  restart: z.string().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
});
type Service = z.output<typeof service>;

const composeText = read('docker-compose.yml');
const composeFile: unknown = parse(composeText, { merge: true });
const { services } = z.looseObject({ services: z.record(z.string(), service) }).parse(composeFile);
const serviceOf = (name: string): Service => {
  const found = services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};
const OURS = ['migrate', 'web', 'ingest', 'worker', 'set-up'];
const STAYING = ['postgres', 'valkey', 'web', 'ingest', 'worker'];

describe('docker-compose.yml', () => {
  it('follows the schema of the Compose Specification', () => {
    // Ids are spelled as in a draft of the past, and nothing refers to them.
    const text = read('test/vendor/compose-spec/compose-spec.json');
    const schema = JSON.parse(text, (key, value: unknown) =>
      ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
    ) as object;
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const validate = ajv.compile(schema);
    validate(composeFile);
    expect(validate.errors).toBeNull();
    expect(validate({ services: { web: { image: 1 } } })).toBe(false);
  });

  it.each(STAYING)('starts %s again, reaps its children and asks whether it is well', (name) => {
    const { init, restart, healthcheck } = serviceOf(name);
    expect([init, restart]).toEqual([true, 'unless-stopped']);
    expect(healthcheck?.test.length).toBeGreaterThan(1);
  });

  it.each(['ingest', 'worker'])('runs %s with what `npm start` gives it', (name) => {
    expect(serviceOf(name).command).toEqual(['node', ...nodeOptions(name), `programs/${name}.mjs`]);
  });

  it.each(OURS)('lets %s write nothing but temporary files and gain no rights', (name) => {
    const { read_only: isReadOnly, cap_drop: dropped, security_opt: options } = serviceOf(name);
    expect([isReadOnly, dropped, options]).toEqual([true, ['ALL'], ['no-new-privileges:true']]);
  });

  it('opens ports to this machine only, and none of the database or the queue', () => {
    expect(Object.values(services).flatMap(({ ports }) => ports)).toEqual([
      '127.0.0.1:3000:3000',
      '127.0.0.1:3001:3001',
    ]);
    for (const name of ['postgres', 'valkey']) expect(serviceOf(name).networks).toEqual(['inside']);
  });

  it('knows no default for anything secret, and .env.example names all that must be given', () => {
    const variables = [...composeText.matchAll(/\$\{(\w+)(:[?-])?/g)];
    const withDefault = variables.filter(([, , how]) => how !== ':?').map(([, name]) => name);
    expect(new Set(withDefault)).toEqual(
      new Set([
        'HOLDFAST_DEADMAN_URL',
        'HOLDFAST_DOCUMENT_CERTIFICATES',
        'HOLDFAST_DOCUMENT_KEY',
        'HOLDFAST_EVIDENCE_KEY_FORMER',
        'HOLDFAST_MAIL_AUTHSERV',
        'HOLDFAST_MAIL_DOMAIN',
        'HOLDFAST_METRICS_TOKEN',
        'HOLDFAST_PULL_NETWORKS',
        'HOLDFAST_SMTP_PORT',
        'HOLDFAST_TSA_URL',
        'HOLDFAST_VERSION',
        'HOLDFAST_WATCHDOG',
        'LOG_LEVEL',
        'MAIL_FROM',
        'OTEL_EXPORTER_OTLP_ENDPOINT',
        'OTEL_EXPORTER_OTLP_HEADERS',
        'QUEUE_URL',
        'SMTP_URL',
      ]),
    );
    const demanded = variables.filter(([, , how]) => how === ':?').map(([, name]) => name);
    const example = [...read('.env.example').matchAll(/^(\w+)=(.*)$/gm)];
    expect(new Set(example.map(([, name]) => name))).toEqual(new Set(demanded));
    expect(example.filter(([, , value]) => value !== '')).toEqual([]);
  });

  it('gives each process the credentials of its own database role only', () => {
    for (const name of ['web', 'ingest', 'worker']) {
      const addresses = Object.keys(serviceOf(name).environment).filter((key) => key.startsWith('DATABASE_'));
      expect(addresses).toEqual([`DATABASE_URL_${name.toUpperCase()}`]);
    }
  });
});

describe('Dockerfile', () => {
  const text = read('Dockerfile');

  it('ends in an image without root, without install scripts and without secrets', () => {
    const last = text.slice(text.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    expect(text.match(/^FROM (\S+)/gm)?.every((from) => /node:24-/.test(from))).toBe(true);
    expect(text.match(/npm ci(?! --ignore-scripts)/)).toBeNull();
    expect(text).not.toMatch(/^\s*ARG |SECRET|PASSWORD|_KEY/m);
    const ignored = read('.dockerignore').split('\n');
    for (const name of ['.git', '.data', '.env', 'node_modules']) expect(ignored).toContain(name);
  });
});

/** Where the last stage of the Dockerfile puts things, made of this checkout: what it copies from earlier stages is here. */
function stageImage(into: string): void {
  fs.rmSync(into, { recursive: true, force: true });
  fs.mkdirSync(into, { recursive: true });
  const text = read('Dockerfile');
  const copies = [...text.slice(text.lastIndexOf('\nFROM ')).matchAll(/^COPY --from=\w+ (.+)$/gm)];
  for (const [, places = ''] of copies) {
    const words = places.split(' ');
    const to = words.pop() ?? '';
    for (const from of words.map((word) => path.join(ROOT, path.relative('/holdfast', word)))) {
      const target = path.join(into, to.endsWith('/') ? path.join(to, path.basename(from)) : to);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      if (path.basename(from) === 'node_modules') fs.symlinkSync(from, target);
      else fs.cpSync(from, target, { recursive: true, verbatimSymlinks: true });
    }
  }
}

/** What the image itself sets. */
function imageEnvironment(): Record<string, string> {
  const [, line = ''] = /^ENV (NODE_ENV.+)$/m.exec(read('Dockerfile').split('\nFROM ').at(-1) ?? '') ?? [];
  return Object.fromEntries(line.split(' ').map((pair) => pair.split('=') as [string, string]));
}

const IMAGE = path.join(ROOT, '.test-data/image');
const isBuilt = fs.existsSync(path.join(ROOT, '.next/standalone/server.js'));

describe('the containers, each by its own command', () => {
  const { adminUrl, passwords } = inject('testServer');
  const name = `test_${process.ppid}_${randomBytes(6).toString('hex')}`;
  const ports = { web: 0, ingest: 0, worker: 0 };
  const running: ChildProcess[] = [];
  let dotEnv: Record<string, string>;

  beforeAll(async () => {
    if (!isBuilt)
      throw new Error(
        'The web pages are not built: run `node scripts/start.mjs build` (or `npm start`) first.',
      );
    stageImage(IMAGE);
    await onServer(`CREATE DATABASE ${name}`);
    ports.web = await freePort(3501);
    ports.ingest = await freePort(ports.web + 1);
    ports.worker = await freePort(ports.ingest + 1);
    const { privateKey } = generateKeyPairSync('ed25519');
    dotEnv = {
      APP_ORIGIN: 'https://holdfast.example.test',
      INGEST_ORIGIN: 'https://agents.example.test',
      POSTGRES_PASSWORD: new URL(adminUrl).password,
      DATABASE_PASSWORD_WEB: passwords['holdfast_web'] ?? '',
      DATABASE_PASSWORD_WORKER: passwords['holdfast_worker'] ?? '',
      DATABASE_PASSWORD_INGEST: passwords['holdfast_ingest'] ?? '',
      HOLDFAST_CONTEXT_KEY: randomBytes(32).toString('hex'),
      HOLDFAST_SECRET_KEY: randomBytes(32).toString('hex'),
      NEXTAUTH_SECRET: randomBytes(32).toString('hex'),
      HOLDFAST_SIGNING_KEY: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      HOLDFAST_EVIDENCE_KEY: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    };
  });
  afterAll(async () => {
    await Promise.all(running.map((child) => ended(child, 'SIGTERM')));
    await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    fs.rmSync(IMAGE, { recursive: true, force: true });
  });

  async function onServer(statement: string): Promise<void> {
    const client = new Client({ connectionString: `${adminUrl}/postgres` });
    await client.connect();
    await client.query(statement);
    await client.end();
  }

  /** What Docker would put in: `.env` for variables, and the addresses that are other ones on this machine. */
  function environmentOf(of: Service): NodeJS.ProcessEnv {
    const given = Object.entries(of.environment).map(([key, value]) => [key, filledIn(value)] as const);
    return {
      NODE_ENV: 'production',
      PATH: process.env['PATH'] ?? '',
      ...imageEnvironment(),
      ...Object.fromEntries(given),
      HOLDFAST_HOST: '127.0.0.1',
      HOSTNAME: '127.0.0.1',
      PORT: String(ports.web),
      HOLDFAST_WEB_PORT: String(ports.web),
      HOLDFAST_INGEST_PORT: String(ports.ingest),
      HOLDFAST_WORKER_PORT: String(ports.worker),
    };
  }

  function filledIn(value: string): string {
    const text = value.replaceAll(
      /\$\{(\w+):([?-])([^}]*)\}/g,
      (_all, key: string, how: string, rest: string) => {
        const given = dotEnv[key];
        if (given === undefined && how === '?') throw new Error(`${key} ${rest}`);
        return given ?? rest;
      },
    );
    return text.replace('@postgres:5432/holdfast', `@${new URL(adminUrl).host}/${name}`);
  }

  function start(of: Service): { child: ChildProcess; output: () => string } {
    const [program = '', ...args] = of.command ?? [];
    expect(program).toBe('node');
    const child = spawn(process.execPath, args, {
      cwd: IMAGE,
      env: environmentOf(of),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    running.push(child);
    return { child, output: () => output };
  }

  async function runToEnd(of: Service): Promise<{ code: number | null; output: string }> {
    const { child, output } = start(of);
    await new Promise((resolve) => child.once('close', resolve));
    return { code: child.exitCode, output: output() };
  }

  /** Its own health check, at the port that it has here. */
  async function isHealthy(of: Service): Promise<boolean> {
    const test = (of.healthcheck?.test ?? [])
      .slice(1)
      .map((word) =>
        word
          .replace(':3000/', `:${ports.web}/`)
          .replace(':3001/', `:${ports.ingest}/`)
          .replace(':3002/', `:${ports.worker}/`),
      );
    const { code } = await runToEnd({ ...of, command: test });
    return code === 0;
  }

  it('are given only settings that Holdfast reads', () => {
    for (const each of ['web', 'ingest', 'worker', 'set-up']) {
      const settings = loadConfig({ ...imageEnvironment(), ...environmentOf(serviceOf(each)) });
      expect(settings).toMatchObject({ isDemo: false, appOrigin: 'https://holdfast.example.test' });
    }
  });

  it('migrate an empty database, and a second time find nothing to do', { timeout: 120_000 }, async () => {
    const first = await runToEnd(serviceOf('migrate'));
    expect(first.code, first.output).toBe(0);
    const second = await runToEnd(serviceOf('migrate'));
    expect([second.code, second.output.includes('The database is up to date.')]).toEqual([0, true]);
  });

  it('run and are well, print a set-up code, and end in time', { timeout: 180_000 }, async () => {
    for (const each of ['web', 'ingest', 'worker']) {
      const { child, output } = start(serviceOf(each));
      const isWell = await until(async () => child.exitCode !== null || isHealthy(serviceOf(each)), 60_000);
      expect(isWell && child.exitCode === null, `${each}: ${output()}`).toBe(true);
    }
    const setUp = await runToEnd(serviceOf('set-up'));
    expect([setUp.code, setUp.output.trim().length > 10], setUp.output).toEqual([0, true]);
    const page = await fetch(`http://127.0.0.1:${ports.web}/set-up`);
    expect(page.status).toBe(200);
    const codes = await Promise.all(
      running.filter((child) => child.exitCode === null).map((child) => ended(child, 'SIGTERM')),
    );
    expect(codes.length).toBe(3);
  });
});

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const hasEnded = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await hasEnded;
  }
  return child.exitCode;
}
