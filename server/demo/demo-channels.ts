import { DAY, MINUTE, SECOND, type Instant } from '@/domain/time/instant';
import type { Database } from '../data/database';
import { messageEnvelope } from '../inbound/envelope';
import { requestHead } from '../inbound/request-head';
import { makeManagementKey } from '../services/make-management-key';
import { channelForm, givePingKey, openChannel } from '../services/open-channel';
import type { ChannelMessage } from '../services/take-messages';
import type { Calendar, Slot } from './calendar';
import type { DemoJob } from './events';
import type { MadeClient, MadePerson } from './set-up-msp';
import { iso, jobKey, timingOf } from './simulate-runs';
import type { DemoChannel } from './story';

/** A channel of the demo that is open, with the address that it was given. */
export interface OpenedChannel {
  readonly channelId: string;
  readonly address: string;
}

/** The address of a check that a script of an agent's machine pings after each night. */
export interface NightlyPing {
  readonly agentId: string;
  readonly address: string;
}

/** What the script says when it went well. */
export const DUMP_WRITTEN = 'dump written, 3 databases';

/** When a channel is opened: within the day, so that the night's backups know its job by then. */
export function openedAt(channel: DemoChannel, installedAt: Instant): Instant {
  return Math.floor((installedAt - channel.since * DAY) / MINUTE) * MINUTE;
}

/** Opens a channel as a technician does, joined to the job that its machine's agent reports where it has one. */
export async function openDemoChannel(
  database: Database,
  client: MadeClient,
  by: MadePerson,
  channel: DemoChannel,
  at: Instant,
): Promise<OpenedChannel> {
  const { kind, name, host, product = null } = channel;
  const job = jobOf(client, channel);
  const jobId =
    job &&
    (await database.inScope(by.scope, (tx) =>
      tx.job.findFirst({
        where: { mspId: by.scope.mspId, clientId: client.clientId, jobKey: jobKey(job) },
        select: { jobId: true },
      }),
    ));
  if (job && !jobId) throw new Error(`${client.cast.name} has no job of ${name} yet`);
  const form = channelForm.parse({
    kind,
    name,
    hostname: host,
    product,
    capture: channel.capture ?? 'files',
    jobId: jobId?.jobId ?? null,
    ...(kind === 'ping' && {
      check: { timeoutSeconds: 86_400, graceSeconds: 7200, slug: channel.slug ?? '' },
    }),
  });
  return openChannel(database, by.scope, by.name, client.clientId, form, new Date(at));
}

function jobOf({ cast }: MadeClient, { host, repository: key }: DemoChannel): DemoJob | null {
  const system = cast.systems.find((one) => one.host === host);
  const repository = cast.repositories.find((one) => one.key === key);
  return system && repository ? { system, repository } : null;
}

/** What comes to a channel by the time a night's report is sent: the same words for the same night. */
export function messagesOf(
  channel: DemoChannel,
  { channelId }: OpenedChannel,
  client: MadeClient,
  { night, at }: Slot,
  { installedAt }: Calendar,
): ChannelMessage[] {
  const job = jobOf(client, channel);
  const isLast = at > installedAt - DAY;
  if (channel.kind === 'mail') return isLast ? [mailMessage(channelId, at - MINUTE)] : [];
  if (!job) return [];
  const { startedAt, endedAt } = timingOf(job, night);
  if (channel.kind === 'webhook')
    return isLast ? [vzdumpMessage(channelId, channel.host, startedAt, endedAt + 20 * SECOND)] : [];
  const wrongAt = installedAt - (channel.failedAt ?? 0) * DAY;
  const hasFailed = channel.failedAt !== undefined && at > wrongAt && at <= wrongAt + DAY;
  return [
    pingMessage(channelId, startedAt, 'start', ''),
    hasFailed
      ? pingMessage(
          channelId,
          endedAt + 9 * SECOND,
          'fail',
          'dump.sh: line 41: mount: /mnt/usb: no such device',
        )
      : pingMessage(channelId, endedAt + 9 * SECOND, 'success', DUMP_WRITTEN),
  ];
}

const HEADERS = { 'content-type': 'text/plain', 'user-agent': 'curl/8.14.1' };

function pingMessage(
  channelId: string,
  at: Instant,
  signal: 'start' | 'success' | 'fail',
  said: string,
): ChannelMessage {
  const text = Buffer.from(said);
  const path = signal === 'success' ? '/ping' : `/ping/${signal}`;
  return {
    channelId,
    receivedAt: new Date(at),
    body: Buffer.concat([requestHead('POST', path, HEADERS, '198.51.100.24'), text]),
    ping: { signal, method: 'POST', rid: null, exitStatus: null, text },
    mail: null,
  };
}

/** A guest's backup, as the body of our set-up lines has it. */
function vzdumpMessage(channelId: string, guest: string, startedAt: Instant, at: Instant): ChannelMessage {
  const seconds = Math.round((at - startedAt) / SECOND);
  const message = [
    'VMID  Name     Status  Time  Size       Filename',
    `400   ${guest}  ok      ${seconds}s  338.1 GiB  vm/400/${iso(startedAt).replace(/\.\d+Z$/, 'Z')}`,
    '',
    `Total running time: ${seconds}s`,
    'Total size: 338.1 GiB',
    '',
  ].join('\n');
  const json = {
    source: guest,
    title: `vzdump backup status (${guest}): backup successful`,
    message,
    severity: 'info',
    timestamp: Math.floor(at / SECOND),
    fields: { type: 'vzdump', hostname: guest, 'job-id': 'nightly' },
  };
  const head = requestHead(
    'POST',
    '/hook',
    { 'content-type': 'application/json', 'user-agent': 'proxmox-ve' },
    '203.0.113.7',
  );
  return {
    channelId,
    receivedAt: new Date(at),
    body: Buffer.concat([head, Buffer.from(JSON.stringify(json))]),
    ping: null,
    mail: null,
  };
}

/** Of a product that nothing is known of: it stays aside. */
function mailMessage(channelId: string, at: Instant): ChannelMessage {
  const lines = [
    'From: Weighbridge <weighbridge@tindalworth.example>',
    'To: backups@holdfast.example',
    'Subject: Nightly save finished OK',
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${at}@tindalworth.example>`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    'WeighMaster 4.2 has saved its records to D:\\SAVE.',
    'Records: 18,204. Result: OK.',
    '',
  ];
  return {
    channelId,
    receivedAt: new Date(at),
    body: Buffer.from(lines.join('\r\n')),
    ping: null,
    mail: messageEnvelope.shape.mail.parse({
      from: 'weighbridge@tindalworth.example',
      remoteAddress: '198.51.100.24',
    }),
  };
}

/** What a script needs to ping the demo and to manage its checks: keys, and a check that nothing else tells of. */
export interface DemoPings {
  readonly pingKey: string;
  readonly pingUuid: string;
  readonly managementKey: string;
}

/** Opens a check of a client for scripts to try pings with. It was never heard, so nothing rests on it. */
export async function openCheckToTry(
  database: Database,
  { clientId }: MadeClient,
  { scope, name }: MadePerson,
  at: Instant,
): Promise<DemoPings> {
  const now = new Date(at);
  const form = channelForm.parse({ kind: 'ping', name: 'A script to try', hostname: 'script-to-try' });
  const { address } = await openChannel(database, scope, name, clientId, form, now);
  const named = { clientId, name: 'Scripts to try', isReadOnly: false };
  const { key: managementKey } = await makeManagementKey(database, scope, name, named);
  return { pingKey: await givePingKey(database, scope, clientId, now), pingUuid: address, managementKey };
}
