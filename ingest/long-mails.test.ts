import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelForm, openChannel } from '@/server/services/open-channel';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { type ServerProcess, startServerProcess } from '@/test/server-process';
import { freePort } from '../scripts/ports.mjs';
import { MAIL_BYTES_MAX } from './mail-door';
import { mailSamples, withFile } from './testing/mail-samples';

/** Of the whole process that takes mails. */
const INGEST_MIB_MAX = 256;
/** Of the worker, above what short mails take it: its memory is that of all it does. */
const WORKER_MORE_MIB_MAX = 96;

let cast: ScreenCast;
let ours: CastMsp;
let processes: ServerProcess[];
let smtpPort: number;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  smtpPort = await freePort(4340);
  processes = [
    await startServerProcess('ingest', cast.at, { HOLDFAST_SMTP_PORT: String(smtpPort) }),
    await startServerProcess('worker', cast.at),
  ];
});
afterAll(async () => {
  await Promise.all(processes.map((one) => one.stop()));
  await cast.close();
});

const sample = mailSamples().find(({ file }) => file === 'acronis-failed.eml')?.raw ?? Buffer.alloc(0);
const WAYS = {
  HTTP: async (address: string, mail: Buffer) => {
    const response = await fetch(`${processes[0]?.url}/mail/${address}`, {
      method: 'POST',
      headers: { 'content-type': 'message/rfc822' },
      body: new Uint8Array(mail),
    });
    if (response.status !== 200) throw new Error(await response.text());
  },
  SMTP: async (address: string, mail: Buffer) => {
    const transport = createTransport({ host: '127.0.0.1', port: smtpPort, ignoreTLS: true });
    await transport.sendMail({
      envelope: { from: 'nas@client.example', to: [`${address}@holdfast.example`] },
      raw: mail,
    } as never);
    transport.close();
  },
} as const;

describe('mails of 25 MiB', () => {
  test.each(['HTTP', 'SMTP'] as const)(
    'by %s take the process that takes them no further than 256 MiB, and end as the run that they tell of',
    { timeout: 180_000 },
    async (way) => {
      const { address } = await openChannel(
        cast.web,
        ours.scope(),
        'Mara',
        ours.clientId,
        channelForm.parse({ kind: 'mail', name: way }),
        new Date(),
      );
      const mail = withFile(sample, MAIL_BYTES_MAX);
      expect(mail.length).toBe(MAIL_BYTES_MAX);
      const states = () =>
        cast.rows(
          `SELECT DISTINCT i.state, u.status, octet_length(r.body) AS bytes
           FROM app.raw_report r JOIN app.inbox i ON i.raw_report_id = r.raw_report_id
           JOIN app.agent a ON a.agent_id = r.agent_id
           LEFT JOIN app.run u ON u.raw_report_id = r.raw_report_id
           WHERE a.name = $1 AND (i.state <> 'processed' OR u.status IS NOT NULL)`,
          [way],
        );
      const areDone = async (bytes: number): Promise<void> => {
        const done = [{ state: 'processed', status: 'failed', bytes }];
        await expect.poll(states, { timeout: 60_000 }).toEqual(done);
      };
      await WAYS[way](address, sample);
      await areDone(sample.length);
      const before = processes[1]?.memoryMaxMib() ?? 0;
      for (let times = 0; times < 3; times++) await WAYS[way](address, mail);
      await areDone(MAIL_BYTES_MAX);
      expect(processes[0]?.memoryMaxMib()).toBeLessThan(INGEST_MIB_MAX);
      expect((processes[1]?.memoryMaxMib() ?? 0) - before).toBeLessThan(WORKER_MORE_MIB_MAX);
    },
  );
});
