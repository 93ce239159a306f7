import { generateKeyPairSync, sign } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { problem, ENROL_PATH } from '@/contract/delivery';
import { enrolmentAnswer, enrolmentSigningText, type EnrolmentAnswer } from '@/contract/enrolment';
import { AgentError, exitCode } from '@/agent/agent-error';
import { AGENT_VERSION } from '@/agent/agent-version';
import { networkReason } from '@/agent/delivery/send-report';
import { openSpool, startEpoch } from '@/agent/delivery/spool';
import type { Places } from '@/agent/places';
import { operatingSystem } from '@/agent/report/make-report';
import { makePrivateFolder, removeDurably } from '@/agent/state/durable-file';
import { readEnrolment, writeEnrolment, type Enrolment } from '@/agent/state/enrolment';
import { withProcessLock } from '@/agent/state/process-lock';
import { readLosableFile, writeStateFile } from '@/agent/state/state-file';
import { parseCommandLine, print, usageError, type Command, type CommandContext } from './command';

const HELP = `holdfast-agent enrol <url> <token> [--name NAME] [--again]

Registers this machine: makes its key, spends the token once, remembers the server's key.
Without arguments, HOLDFAST_URL and HOLDFAST_TOKEN are used.

  --name NAME  how the machine is shown (default: its host name)
  --again      replace an enrolment that is already here; with a token that Holdfast made for this agent's
               key, only the key is replaced
`;

export const enrol: Command = { summary: 'register this machine with a token', help: HELP, run: runEnrol };

async function runEnrol({ args, env, places }: CommandContext): Promise<number> {
  const { values, positionals } = parseCommandLine('enrol', args, {
    name: { type: 'string' },
    again: { type: 'boolean', default: false },
  });
  const [url = env['HOLDFAST_URL'], token = env['HOLDFAST_TOKEN'], ...others] = positionals;
  if (!url || !token || others.length > 0) throw usageError('enrol', 'enrol needs an address and a token');
  refuseSecondEnrolment(places, values.again);
  const made = await enrolMachine(places, {
    url,
    token,
    name: values.name ?? os.hostname(),
    isAgain: values.again,
  });
  await print(
    `Enrolled as "${made.agent_name}" for ${made.client_name ?? 'the whole of'} ${made.client_name ? `(${made.msp_name})` : made.msp_name}.`,
  );
  return exitCode.ok;
}

function refuseSecondEnrolment(places: Places, isAgain: boolean): void {
  const before = readEnrolment(places.stateDir);
  if (!before || isAgain) return;
  throw new AgentError(
    exitCode.usage,
    `This machine is already enrolled at ${before.url} as "${before.agent_name}"`,
    'Use --again to replace that enrolment.',
  );
}

/**
 * The enrolment of this machine; made now from HOLDFAST_URL and HOLDFAST_TOKEN when there is none and both are set.
 * @returns null when it is not enrolled and nothing says where to
 */
export async function ensureEnrolment(places: Places, env: CommandContext['env']): Promise<Enrolment | null> {
  const before = readEnrolment(places.stateDir);
  const { HOLDFAST_URL: url, HOLDFAST_TOKEN: token } = env;
  if (before || !url || !token) return before;
  makePrivateFolder(places.stateDir);
  const done = await withProcessLock(
    path.join(places.stateDir, 'enrol.lock'),
    60_000,
    async () =>
      readEnrolment(places.stateDir) ??
      enrolMachine(places, { url, token, name: os.hostname(), isAgain: false }),
  );
  return done?.value ?? readEnrolment(places.stateDir);
}

interface EnrolRequest {
  url: string;
  token: string;
  name: string;
  isAgain: boolean;
}

async function enrolMachine(places: Places, { url, token, name, isAgain }: EnrolRequest): Promise<Enrolment> {
  const origin = checkedOrigin(url);
  if (!/^hfe_[A-Za-z0-9_-]{43}$/.test(token))
    throw new AgentError(
      exitCode.usage,
      'This is not an enrolment token',
      'Copy it whole from Holdfast; it begins with hfe_.',
    );
  makePrivateFolder(places.stateDir);
  const before = readEnrolment(places.stateDir);
  const keys = pendingKeys(places.stateDir);
  const answer = await postEnrolment(origin, token, name, keys);
  const made = enrolmentOf(origin, answer, keys);
  writeEnrolment(places.stateDir, made);
  removeDurably(pendingFile(places.stateDir));
  // A new key for the same agent leaves its stream as it is.
  if (isAgain && before?.agent_id !== made.agent_id) await startFreshStream(places);
  return made;
}

async function startFreshStream(places: Places): Promise<void> {
  const spool = openSpool(places.stateDir, places.spoolDir, { size_mb_max: 500, reports_max: 50_000 });
  await startEpoch(spool);
}

/** The origin to talk to. Over plain http anyone on the way could read the token: only loopback may be so. */
function checkedOrigin(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (error) {
    throw new AgentError(
      exitCode.usage,
      `"${url.slice(0, 200)}" is not an address`,
      'Give it with https://, such as https://holdfast.example.com.',
      { cause: error },
    );
  }
  if (parsed.username || parsed.password)
    throw new AgentError(
      exitCode.usage,
      'The address holds a user name or password',
      'Leave them out; the token is enough.',
    );
  if (parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLoopback(parsed.hostname)))
    return parsed.origin;
  throw new AgentError(
    exitCode.usage,
    `Plain ${parsed.protocol.replace(':', '')} is refused: the token could be read on the way`,
    'Use the https:// address of your Holdfast.',
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

const keyPair = z.object({ public_key: z.string(), private_key: z.string() });
type KeyPair = z.output<typeof keyPair>;

const pendingFile = (stateDir: string): string => path.join(stateDir, 'enrolment-key.json');

/** Kept before it is sent: when the answer is lost, the next try comes with the same key. */
function pendingKeys(stateDir: string): KeyPair {
  const before = readLosableFile(pendingFile(stateDir), keyPair);
  if (before) return before;
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const made = {
    public_key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  writeStateFile(pendingFile(stateDir), made);
  return made;
}

async function postEnrolment(
  origin: string,
  token: string,
  name: string,
  keys: KeyPair,
): Promise<EnrolmentAnswer> {
  const hostname = os.hostname();
  const { public_key } = keys;
  const signature = sign(
    null,
    Buffer.from(enrolmentSigningText({ token, hostname, public_key })),
    keys.private_key,
  );
  const body = JSON.stringify({
    token,
    name,
    hostname,
    os: operatingSystem(),
    version: AGENT_VERSION,
    public_key,
    signature: signature.toString('base64'),
  });
  const { status, text } = await post(new URL(ENROL_PATH, origin), body);
  const answer = enrolmentAnswer.safeParse(parseJson(text)).data;
  if (status < 300 && answer) return answer;
  throw refusal(origin, status, text);
}

async function post(url: URL, body: string): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(30_000),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new AgentError(
      exitCode.unavailable,
      `${url.origin} cannot be reached: ${networkReason(error)}`,
      'Check the address, and that this machine may reach it; then run the same command again.',
      { cause: error },
    );
  }
}

function refusal(origin: string, status: number, text: string): AgentError {
  const told = problem.safeParse(parseJson(text)).data;
  if (told)
    return new AgentError(
      status >= 500 || status === 429 ? exitCode.unavailable : exitCode.refused,
      `${origin} refused: ${told.title}`,
      told.detail ?? 'Make a new token in Holdfast and run the command with it.',
    );
  return new AgentError(
    exitCode.unavailable,
    `${origin} answered ${status}, but not as Holdfast does`,
    'Check the address: it is the one that Holdfast shows beside the token.',
  );
}

function enrolmentOf(origin: string, answer: EnrolmentAnswer, keys: KeyPair): Enrolment {
  return {
    agent_id: answer.agent_id,
    agent_name: answer.agent_name,
    msp_name: answer.msp_name,
    client_name: answer.client_name,
    url: origin,
    ingest_url: answer.ingest_url === null ? origin : checkedOrigin(answer.ingest_url),
    server_public_key: answer.server_public_key,
    private_key: keys.private_key,
    enrolled_at: new Date().toISOString(),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
