import net from 'node:net';
import { demoPersonScope } from '@/server/auth/system-scope';
import { setting } from '@/server/config';
import { openDatabase } from '@/server/data/database';
import { hearInbound } from '@/server/inbound/parse-inbound';
import { channelForm, openChannel } from '@/server/services/open-channel';
import { createTestDatabase } from '@/test/database';
import { startServerProcess, type ServerProcess } from '@/test/server-process';
import { freePort } from '../../scripts/ports.mjs';
import { until } from '../../scripts/run-program.mjs';
import { fingerprintOthers } from './check-hostile';
import { hostileMessage, type HostileMessage, type MessageWay } from './hostile-message';
import { asOwner, makeTenant, type SampleTenant } from './sample-agent';

export interface HostileMessagesResult {
  readonly answered: Readonly<Record<string, number>>;
  /** Answers that are none: 5xx of HTTP, or a connection that ended without one. */
  readonly wrongAnswers: readonly string[];
  readonly acknowledged: number;
  readonly kept: number;
  /** Messages whose processing failed, with what it said. */
  readonly failed: readonly string[];
  readonly waiting: number;
  readonly states: Readonly<Record<string, number>>;
  /** Tables in which something of another client or MSP has changed. */
  readonly changedElsewhere: readonly string[];
  /** Errors that the processes wrote; a busy machine makes them warn. */
  readonly complaints: readonly string[];
  readonly areBothAlive: boolean;
  readonly memoryMaxMib: { readonly ingest: number; readonly worker: number };
}

/** A channel takes this many before it is held back. */
const MESSAGES_PER_CHANNEL = 60;
const AT_ONCE = 8;

/** Sends mutated messages to every way in of real processes, and looks at what they left. */
export async function runHostileMessages(options: {
  messages: number;
  seed: number;
  settleMsMax: number;
}): Promise<HostileMessagesResult> {
  const at = await createTestDatabase();
  const web = openDatabase({ url: at.webUrl, contextKey: setting('contextKey') });
  const processes: ServerProcess[] = [];
  try {
    const smtpPort = await freePort(4345);
    const ingest = await startServerProcess('ingest', at, { HOLDFAST_SMTP_PORT: String(smtpPort) });
    processes.push(ingest);
    const worker = await startServerProcess('worker', at);
    processes.push(worker);
    const tenant = await makeTenant(at.ownerUrl, 'Quillmark IT');
    const other = await makeTenant(at.ownerUrl, 'Northgate');
    await openChannels(web, other, 1);
    const channels = await openChannels(web, tenant, Math.ceil(options.messages / MESSAGES_PER_CHANNEL));
    await settled(at.ownerUrl, options.settleMsMax);
    const before = await fingerprintOthers(at.ownerUrl, tenant);
    const saidBefore = processes.map((one) => one.logLines().length);
    const book = await sendAll(options, channels, { url: ingest.url, smtpPort });
    await settled(at.ownerUrl, options.settleMsMax);
    const after = await fingerprintOthers(at.ownerUrl, tenant);
    return {
      ...book,
      ...(await leftIn(at.ownerUrl)),
      changedElsewhere: [...after]
        .filter(([name, print]) => before.get(name) !== print)
        .map(([name]) => name),
      complaints: processes
        .flatMap((one, index) => one.logLines().slice(saidBefore[index]))
        .filter((line) => /"level":[56]0/.test(line)),
      areBothAlive: processes.every((one) => one.isAlive()),
      memoryMaxMib: { ingest: ingest.memoryMaxMib(), worker: worker.memoryMaxMib() },
    };
  } finally {
    await Promise.all(processes.map((one) => one.stop()));
    await web.close();
    await at.drop();
  }
}

export interface TakenMessagesResult extends Pick<
  HostileMessagesResult,
  'answered' | 'wrongAnswers' | 'acknowledged' | 'kept' | 'complaints'
> {
  readonly isAlive: boolean;
  /** Messages that could not be read, with why: what nobody can tell anything of has to be told as that. */
  readonly unreadable: readonly string[];
  readonly memoryMaxMib: number;
}

/**
 * Sends mutated messages to every way in while no worker is there, and reads each of them as a worker would: several times faster than
 * with everything that follows from a message.
 * @param options.from the number of the first message
 */
export async function takeHostileMessages(options: {
  from: number;
  messages: number;
  seed: number;
}): Promise<TakenMessagesResult> {
  const at = await createTestDatabase();
  const web = openDatabase({ url: at.webUrl, contextKey: setting('contextKey') });
  const smtpPort = await freePort(4345);
  const ingest = await startServerProcess('ingest', at, { HOLDFAST_SMTP_PORT: String(smtpPort) });
  try {
    const tenant = await makeTenant(at.ownerUrl, 'Quillmark IT');
    const channels = await openChannels(web, tenant, Math.ceil(options.messages / MESSAGES_PER_CHANNEL));
    const unreadable: string[] = [];
    const book = await sendAll(options, channels, { url: ingest.url, smtpPort }, async (message, index) => {
      if (message.way === 'ping') return;
      const type = message.way === 'hook' ? 'text/plain' : 'message/rfc822';
      await hearInbound(message.body, type).catch((error: unknown) =>
        unreadable.push(`message ${index}: ${String(error)}`),
      );
    });
    const { kept } = await leftIn(at.ownerUrl);
    return {
      ...book,
      kept,
      unreadable,
      complaints: ingest.logLines().filter((line) => /"level":[56]0/.test(line)),
      isAlive: ingest.isAlive(),
      memoryMaxMib: ingest.memoryMaxMib(),
    };
  } finally {
    await ingest.stop();
    await web.close();
    await at.drop();
  }
}

type Channels = Readonly<Record<MessageWay, readonly string[]>>;

async function openChannels(
  web: Parameters<typeof openChannel>[0],
  { mspId, clientId }: SampleTenant,
  count: number,
): Promise<Channels> {
  const scope = demoPersonScope({ mspId, personId: mspId, role: 'technician' });
  const open = async (kind: string): Promise<string[]> => {
    const addresses: string[] = [];
    for (let index = 0; index < count; index++) {
      const form = channelForm.parse({ kind, name: `${kind} ${index}`, hostname: `fs-${index % 5}` });
      addresses.push((await openChannel(web, scope, 'Mara', clientId, form, new Date())).address);
    }
    return addresses;
  };
  const [ping, hook, mail] = [await open('ping'), await open('webhook'), await open('mail')];
  return { ping, hook, mail, smtp: mail };
}

async function sendAll(
  { from = 0, messages, seed }: { from?: number; messages: number; seed: number },
  channels: Channels,
  to: { url: string; smtpPort: number },
  onSent: (message: HostileMessage, index: number) => Promise<void> = async () => undefined,
) {
  const answered: Record<string, number> = {};
  const wrongAnswers: string[] = [];
  let [acknowledged, next] = [0, from];
  const send = async (): Promise<void> => {
    while (next < from + messages) {
      const index = next++;
      const message = hostileMessage(seed, index);
      const addresses = channels[message.way];
      const address = addresses[index % addresses.length] ?? '';
      const status =
        message.way === 'smtp'
          ? await sendBySmtp(to.smtpPort, address, message.body)
          : await sendByHttp(to.url, address, message);
      const name = `${message.way} ${status}`;
      answered[name] = (answered[name] ?? 0) + 1;
      if (status >= 200 && status < 300) acknowledged++;
      const isWrong = status < 200 || (message.way !== 'smtp' && status >= 500);
      if (isWrong) wrongAnswers.push(`${name}: message ${index}`);
      await onSent(message, index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  return { answered, wrongAnswers, acknowledged };
}

async function sendByHttp(url: string, address: string, message: HostileMessage): Promise<number> {
  const { way, method, said, headers, body } = message;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const response = await fetch(`${url}/${way}/${address}${said}`, {
    method,
    headers,
    ...(hasBody && { body: new Uint8Array(body) }),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Everything behind the greeting at once, with dots as they are to be; the answer to the mail itself, 0: none came. */
function sendBySmtp(port: number, address: string, body: Buffer): Promise<number> {
  const content = body.toString('latin1').replaceAll(/\r?\n/g, '\r\n').replaceAll(/^\./gm, '..');
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let heard = '';
    socket.setTimeout(30_000, () => reject(new Error('the listener fell silent')));
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    socket.once('error', reject);
    socket.once('close', () => {
      const replies = [...heard.matchAll(/^(\d{3}) .*$/gm)].map(([, code]) => Number(code));
      // greeting, EHLO, MAIL, RCPT, DATA, the mail, QUIT
      resolve(replies.length === 7 ? (replies[5] ?? 0) : (replies[3] ?? 0));
    });
    const commands = ['EHLO nas', 'MAIL FROM:<nas@client.example>', `RCPT TO:<${address}@x.example>`, 'DATA'];
    // who speaks before the greeting is turned away
    socket.once('data', () => {
      socket.write(`${commands.join('\r\n')}\r\n`);
      socket.write(Buffer.from(`${content}\r\n.\r\nQUIT\r\n`, 'latin1'));
    });
  });
}

async function settled(ownerUrl: string, msMax: number): Promise<void> {
  await asOwner(ownerUrl, (owner) =>
    until(async () => {
      const { rows } = await owner.query<{ is_done: boolean }>(
        `SELECT NOT EXISTS (SELECT FROM app.inbox WHERE state = 'pending')
           AND NOT EXISTS (SELECT FROM app.system_status WHERE dirty_at IS NOT NULL)
           AND NOT EXISTS (SELECT FROM app.work_due WHERE kind IN ('telling', 'notification') AND due_at <= now()) AS is_done`,
      );
      return rows[0]?.is_done;
    }, msMax),
  );
}

async function leftIn(ownerUrl: string) {
  return asOwner(ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ state: string; attempts: number; reason: string | null }>(
      'SELECT state, attempts, reason FROM app.inbox',
    );
    const states: Record<string, number> = {};
    for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
    return {
      kept: rows.length,
      states,
      waiting: states['pending'] ?? 0,
      failed: rows.filter(({ attempts }) => attempts > 0).map(({ reason }) => reason ?? ''),
    };
  });
}
