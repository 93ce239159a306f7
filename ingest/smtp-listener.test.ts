import net from 'node:net';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { log } from '@/server/log';
import { metrics } from '@/server/metrics/metrics';
import { channelForm, closeChannel, openChannel } from '@/server/services/open-channel';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { MAIL_BYTES_MAX } from './mail-door';
import { createSmtpListener, type SmtpListener } from './smtp-listener';
import { openIngestDoor } from './testing/ingest-door';
import { mailSamples } from './testing/mail-samples';

const samples = mailSamples();

let cast: ScreenCast;
let ours: CastMsp;
let door: Awaited<ReturnType<typeof openIngestDoor>>;
let listener: SmtpListener;
let port: number;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  door = await openIngestDoor(cast.at.ingestUrl, 'mx.msp.example');
  listener = createSmtpListener(door.mails, log('ingest'));
  port = await listener.listen(0, '127.0.0.1');
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
});
afterAll(async () => {
  await listener.close();
  await door.close();
  await cast.close();
});

const open = (form: Record<string, unknown> = {}) =>
  openChannel(
    cast.web,
    ours.scope(),
    'Mara',
    ours.clientId,
    channelForm.parse({ kind: 'mail', name: 'backup mails', hostname: 'fs-01', ...form }),
    new Date(),
  );
const kept = () =>
  cast.rows(
    'SELECT body, envelope FROM app.raw_report WHERE msp_id = $1 ORDER BY received_at, raw_report_id',
    [ours.mspId],
  );
const runs = () =>
  cast.rows('SELECT status, trust FROM app.run WHERE msp_id = $1 ORDER BY occurred_at, run_id', [ours.mspId]);

/** As a product's own mail software sends it. */
async function send(to: string | string[], raw: Buffer | string): Promise<unknown> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  try {
    const envelope = { from: 'nas@client.example', to: [to].flat() };
    return await transport.sendMail({ envelope, raw } as never);
  } finally {
    transport.close();
  }
}

interface Talk {
  /** Sends bytes as they are, and answers everything that was said until `until` is said, or the end. */
  say(bytes: string | Buffer, until?: RegExp): Promise<string>;
  send(bytes: Buffer): void;
  end(): void;
}
/** A socket to the listener; a silence of ten seconds fails. */
async function talk(): Promise<Talk> {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  let heard = '';
  let hasEnded = false;
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  socket.on('close', () => (hasEnded = true));
  const hear = async (until: RegExp): Promise<string> => {
    await expect.poll(() => hasEnded || until.test(heard), { timeout: 10_000, interval: 5 }).toBe(true);
    const said = heard;
    heard = '';
    return said;
  };
  await hear(/^220 /m);
  return {
    say: (bytes, until = /^\d{3} .*\r\n$/m) => {
      socket.write(bytes);
      return hear(until);
    },
    send: (bytes) => void socket.write(bytes),
    end: () => void socket.destroy(),
  };
}
/** A talk that has come to the content of a mail. */
async function talkOfData(to: string): Promise<Talk> {
  const one = await talk();
  await one.say('EHLO nas\r\n', /^250 /m);
  await one.say('MAIL FROM:<nas@client.example>\r\n');
  expect(await one.say(`RCPT TO:<${to}@x.example>\r\n`)).toMatch(/^250 /);
  expect(await one.say('DATA\r\n')).toMatch(/^354 /);
  return one;
}

/** How many mails were counted so far. */
async function countOf(outcome: string): Promise<number> {
  const { values } = await metrics().reports.get();
  return values.find(({ labels }) => labels.channel === 'mail' && labels.outcome === outcome)?.value ?? 0;
}

describe('a mail by SMTP', () => {
  test('is counted as taken, or as what it was refused for', async () => {
    const before = [await countOf('taken'), await countOf('not-found')];
    const { address } = await open();
    await send(`${address}@whatever.example`, samples[0]?.raw ?? '');
    await expect(send('nobody@whatever.example', samples[0]?.raw ?? '')).rejects.toThrow('550');
    expect([await countOf('taken'), await countOf('not-found')]).toEqual(before.map((one) => one + 1));
  });

  test('is kept byte for byte, and ends as the run that it tells of', async () => {
    const { address } = await open();
    const mail = samples.find(({ file }) => file === 'acronis-failed.eml')?.raw ?? Buffer.alloc(0);
    await send(`${address.toUpperCase()}@whatever.example`, mail);
    const [row] = await kept();
    expect(Buffer.compare(row?.['body'] as Buffer, mail)).toBe(0);
    expect(row?.['envelope']).toMatchObject({
      mail: { from: 'nas@client.example', remoteAddress: '127.0.0.1', trust: 'unverified' },
    });
    await ours.work(new Date());
    expect(await runs()).toEqual([{ status: 'failed', trust: 'unverified' }]);
  });

  test('with dots and signs of any kind is what was sent', async () => {
    const { address } = await open();
    const body = Buffer.from('Subject: x\r\n\r\n.\r\n..\r\n...a\r\n\u0000\u00ff\r\nend.\r\n', 'latin1');
    await send(`${address}@x.example`, body);
    const [row] = await kept();
    expect(Buffer.compare(row?.['body'] as Buffer, body)).toBe(0);
  });

  test('to several channels tells each, of whichever MSP', async () => {
    const theirs = await cast.newMsp(`Northgate ${count}`);
    const other = await openChannel(
      cast.web,
      theirs.scope(),
      'Niamh',
      theirs.clientId,
      channelForm.parse({ kind: 'mail', name: 'x' }),
      new Date(),
    );
    const { address } = await open();
    await send([`${address}@x.example`, `${other.address}@y.example`], 'Subject: x\r\n\r\nx');
    expect(await kept()).toHaveLength(1);
    expect(
      await cast.rows('SELECT count(*)::int AS count FROM app.raw_report WHERE msp_id = $1', [theirs.mspId]),
    ).toEqual([{ count: 1 }]);
  });

  test('from nobody, as bounces are, is kept', async () => {
    const { address } = await open();
    const one = await talk();
    await one.say('HELO nas\r\n');
    await one.say('MAIL FROM:<>\r\n');
    await one.say(`RCPT TO:<${address}@x.example>\r\n`);
    await one.say('DATA\r\n');
    expect(await one.say('Subject: x\r\n\r\nx\r\n.\r\n')).toMatch(/^250 /);
    expect((await kept())[0]?.['envelope']).toMatchObject({ mail: { from: null } });
    one.end();
  });
});

describe('what is refused', () => {
  test('every recipient but open channels of mails: nothing is relayed', async () => {
    const { channelId, address } = await open();
    const hook = await open({ kind: 'webhook' });
    await send(`${address}@x.example`, 'Subject: x\r\n\r\nx');
    await closeChannel(cast.web, ours.scope(), channelId);
    const others = ['somebody@elsewhere.example', `${hook.address}@x.example`, `${address}.x@x.example`];
    for (const other of others)
      await expect(send(other, 'Subject: x\r\n\r\nx'), other).rejects.toMatchObject({ responseCode: 550 });
    // known for a minute still: refused with the mail itself
    await expect(send(`${address}@x.example`, 'Subject: x\r\n\r\nx')).rejects.toMatchObject({
      responseCode: 550,
    });
    expect(await kept()).toHaveLength(1);
  });

  test('signing in, encryption and commands of other times', async () => {
    const one = await talk();
    const offered = await one.say('EHLO nas\r\n', /^250 /m);
    expect(offered).toContain(`SIZE ${MAIL_BYTES_MAX}`);
    expect(offered).not.toMatch(/AUTH|STARTTLS|XCLIENT/);
    for (const command of [
      'AUTH PLAIN AGEAYg==',
      'STARTTLS',
      'XCLIENT ADDR=1.2.3.4',
      'WIZ x',
      'SHELL',
      'BDAT 3',
    ])
      expect([command, await one.say(`${command}\r\n`)]).toEqual([command, expect.stringMatching(/^5\d\d /)]);
    one.end();
  });

  test('a mail beyond 25 MiB, told or not', { timeout: 60_000 }, async () => {
    const { address } = await open();
    const one = await talk();
    await one.say('EHLO nas\r\n', /^250 /m);
    expect(await one.say(`MAIL FROM:<a@b.example> SIZE=${MAIL_BYTES_MAX + 1}\r\n`)).toMatch(/^552 /);
    one.end();
    const line = `${'a'.repeat(998)}\r\n`;
    await expect(
      send(
        `${address}@x.example`,
        `Subject: x\r\n\r\n${line.repeat(Math.ceil(MAIL_BYTES_MAX / line.length))}`,
      ),
    ).rejects.toMatchObject({ responseCode: 552 });
    expect(await kept()).toEqual([]);
  });

  test('more than a few recipients', async () => {
    const { address } = await open();
    const one = await talk();
    await one.say('EHLO nas\r\n', /^250 /m);
    await one.say('MAIL FROM:<nas@client.example>\r\n');
    const all = Array.from({ length: 1000 }, (_, index) => `RCPT TO:<${address}@x${index}.example>\r\n`).join(
      '',
    );
    const said = await one.say(`${all}RSET\r\n`, /Flushed|2\.0\.0 .*\r\n$/i);
    expect(said.match(/^250 .*Accepted/gm)?.length).toBeLessThanOrEqual(20);
    expect(said.match(/^452 /gm)?.length).toBeGreaterThan(900);
    one.end();
  });

  test('a loop, for a while', async () => {
    const { address } = await open();
    const one = await talk();
    await one.say('EHLO nas\r\n', /^250 /m);
    const answers: string[] = [];
    for (let times = 0; times < 80; times++) {
      await one.say('MAIL FROM:<nas@client.example>\r\n');
      answers.push(await one.say(`RCPT TO:<${address}@x.example>\r\n`));
      await one.say('RSET\r\n');
    }
    expect(answers.filter((said) => said.startsWith('451 ')).length).toBeGreaterThan(10);
    one.end();
  });

  test('what cannot be kept now: it is to be sent again', async () => {
    const { address } = await open();
    const held = door.mails.held.open(64 * 1024 * 1024);
    expect(held.add(Buffer.alloc(64 * 1024 * 1024))).toBe('added');
    await expect(send(`${address}@x.example`, 'Subject: x\r\n\r\nx')).rejects.toMatchObject({
      responseCode: 452,
    });
    held.close();
    await send(`${address}@x.example`, 'Subject: x\r\n\r\nx');
    const away = createSmtpListener(
      { ...door.mails, keep: () => Promise.reject(new Error('the database is away')) },
      log('ingest'),
    );
    const ownPort = port;
    port = await away.listen(0, '127.0.0.1');
    await expect(send(`${address}@x.example`, 'Subject: x\r\n\r\nx')).rejects.toMatchObject({
      responseCode: 451,
    });
    await away.close();
    port = ownPort;
    expect(await kept()).toHaveLength(1);
  });
});

describe('who does not speak as one should', () => {
  test('sends everything at once: it is kept once', async () => {
    const { address } = await open();
    const one = await talk();
    const all = [
      'EHLO nas',
      'MAIL FROM:<nas@client.example>',
      `RCPT TO:<${address}@x.example>`,
      'DATA',
      'Subject: x',
      '',
      'x',
      '.',
      'QUIT',
      '',
    ].join('\r\n');
    expect(await one.say(all, /^221 /m)).toMatch(/^250 .*kept/m);
    const [row, ...others] = await kept();
    expect(others).toEqual([]);
    expect(String(row?.['body'])).toBe('Subject: x\r\n\r\nx\r\n');
  });

  test.each([
    ['a line feed', '\n.\n'],
    ['a carriage return', '\r.\r'],
    ['both, mixed', '\n.\r\n'],
  ])('ends a mail with %s: no second mail is smuggled in', async (_, end) => {
    const { address } = await open();
    const one = await talkOfData(address);
    const second = `MAIL FROM:<x@y.example>\r\nRCPT TO:<${address}@x.example>\r\nDATA\r\n`;
    const forged = 'Authentication-Results: mx.msp.example; dkim=pass header.d=y.example\r\n';
    await one.say(`Subject: x\r\n\r\nfirst${end}${second}${forged}\r\nsecond\r\n.\r\n`, /^250 .*kept/m);
    one.end();
    const rows = await kept();
    expect(rows).toHaveLength(1);
    expect(String(rows[0]?.['body'])).toContain('second');
  });

  test('sends a line without end, or nothing but noise', async () => {
    const one = await talk();
    const said = await one.say(Buffer.alloc(1_000_000, 0x41), /.*/);
    expect(said).not.toMatch(/^250/m);
    const other = await talk();
    await other.say(Buffer.from([0, 255, 13, 10, 0, 0, 13, 10]), /^5\d\d .*\r\n/m);
    other.end();
    one.end();
    const { address } = await open();
    await send(`${address}@x.example`, 'Subject: x\r\n\r\nstill here');
  });

  test('hangs up within a mail: nothing is kept, and its room is free again', async () => {
    const { address } = await open();
    const all = Buffer.alloc(64 * 1024 * 1024);
    const room = () => {
      const place = door.mails.held.open(all.length);
      const added = place.add(all);
      place.close();
      return added;
    };
    for (let times = 0; times < 3; times++) {
      const one = await talkOfData(address);
      one.send(Buffer.alloc(8 * 1024 * 1024, 'a\r\n'));
      await expect.poll(room, { timeout: 10_000 }).toBe('no-room');
      one.end();
      await expect.poll(room, { timeout: 10_000 }).toBe('added');
    }
    expect(await kept()).toEqual([]);
  });
});
