import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, asyncProperty, constantFrom, json, oneof, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InboundReport } from './inbound-report';
import { parseInbound, type InboundType } from './parse-inbound';

const SAMPLES = path.resolve(import.meta.dirname, '../../test/samples/mail');
const TYPES: Readonly<Record<string, InboundType>> = {
  '.eml': 'message/rfc822',
  '.json': 'application/json',
  '.txt': 'text/plain',
};

interface Sample {
  readonly file: string;
  readonly type: InboundType;
  readonly raw: Buffer;
  readonly expected: Readonly<Record<string, unknown>>;
}

const samples: readonly Sample[] = readdirSync(SAMPLES)
  .filter((file) => !file.endsWith('.expected.json'))
  .map((file) => {
    const { note: _, ...expected } = JSON.parse(
      readFileSync(path.join(SAMPLES, `${file}.expected.json`), 'utf8'),
    ) as Record<string, unknown>;
    return {
      file,
      type: TYPES[path.extname(file)] ?? 'text/plain',
      raw: readFileSync(path.join(SAMPLES, file)),
      expected,
    };
  });
const mails = samples.filter(({ type }) => type === 'message/rfc822');

/** Facts of the samples that their text does not hold: 128.001 GiB are 137,440,027,213 bytes. */
const NOT_IN_THE_TEXT: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'proxmox-vzdump-success.eml': { bytes: 137_440_027_213 },
};

describe('each sample', () => {
  test.each(samples)('$file is told as it is', async ({ file, raw, type, expected }) => {
    const reports = await parseInbound(raw, type);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject(asMatchers(expected, NOT_IN_THE_TEXT[file] ?? {}) as object);
  });

  test('there are as many as were collected', () => {
    expect(samples.length).toBeGreaterThanOrEqual(35);
  });
});

test.each([
  'The job completed successfully. However, the following conditions were encountered:',
  'The job completed successfully.\nHowever, the following conditions were encountered:\n1 item was skipped.',
])('Backup Exec says success first and its exceptions then: %s', async (words) => {
  const sample = samples.find(({ file }) => file === 'backupexec-success.eml');
  const mail = String(sample?.raw).replace('Completed Successfully.', words);
  expect(mail).toContain('However');
  expect(await parseInbound(Buffer.from(mail), 'message/rfc822')).toMatchObject([{ status: 'warning' }]);
});

const SHORTENED: Readonly<Record<string, (value: unknown) => unknown>> = {
  message: (value) => expect.stringContaining(String(value)),
};

/** Messages of the expected results are shortened. */
function asMatchers(value: unknown, instead: Readonly<Record<string, unknown>>, name = ''): unknown {
  if (name in instead) return instead[name];
  if (name in SHORTENED) return SHORTENED[name]?.(value);
  if (Array.isArray(value)) return value.map((one) => asMatchers(one, instead));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asMatchers(one, instead, key)]));
}

// Mutations -------------------------------------------------------------------------------------------------------------

const EOL = '\r\n';

/** A mail in two halves: the lines of its head, and its body as it is. */
function halves(raw: Buffer): { head: string[]; body: string } {
  const text = raw.toString('latin1').replaceAll(/\r?\n/g, EOL);
  const at = text.indexOf(EOL + EOL);
  return { head: text.slice(0, at).split(/\r\n(?![ \t])/), body: text.slice(at + 4) };
}

function joined(head: readonly string[], body: string): Buffer {
  return Buffer.from([...head, '', body].join(EOL), 'latin1');
}

const named = (name: string) => (line: string) => line.toLowerCase().startsWith(`${name}:`);
const headerOf = (head: readonly string[], name: string): string =>
  (head.find(named(name)) ?? '').replace(/^[^:]*: ?/, '');
const without = (head: readonly string[], ...names: string[]): string[] =>
  head.filter((line) => !names.some((name) => named(name)(line)));
const withSubject = (head: readonly string[], subject: string): string[] => [
  ...without(head, 'subject'),
  `Subject: ${subject}`,
];

/** The text of a mail of one part, decoded. */
function decodedBody({ head, body }: ReturnType<typeof halves>): string | null {
  const encoding = headerOf(head, 'content-transfer-encoding').toLowerCase();
  if (/multipart/i.test(headerOf(head, 'content-type'))) return null;
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'latin1').toString('utf8');
  const bytes = body
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function encodedAs(raw: Buffer, encoding: 'base64' | '8bit', charset: 'utf-8' | 'utf-16le'): Buffer {
  const parts = halves(raw);
  const text = decodedBody(parts);
  if (text === null) return raw;
  const type = headerOf(parts.head, 'content-type').split(';')[0];
  const head = [
    ...without(parts.head, 'content-type', 'content-transfer-encoding'),
    `Content-Type: ${type}; charset=${charset}`,
    `Content-Transfer-Encoding: ${encoding}`,
  ];
  const bytes = Buffer.from(text, charset === 'utf-8' ? 'utf8' : 'utf16le');
  return encoding === 'base64'
    ? joined(head, bytes.toString('base64').replaceAll(/.{76}/g, `$&${EOL}`))
    : Buffer.concat([joined(head, ''), bytes]);
}

/** What leaves the meaning as it is. */
const HARMLESS: Readonly<Record<string, (raw: Buffer) => Buffer>> = {
  'with base64': (raw) => encodedAs(raw, 'base64', 'utf-8'),
  'as UTF-16': (raw) => encodedAs(raw, 'base64', 'utf-16le'),
  'as eight bits': (raw) => encodedAs(raw, '8bit', 'utf-8'),
  'with other line ends': (raw) => Buffer.from(raw.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  'with an encoded subject': (raw) => {
    const { head, body } = halves(raw);
    const subject = Buffer.from(headerOf(head, 'subject').replaceAll(/\r\n[ \t]+/g, ' '), 'latin1');
    return /=\?/.test(subject.toString())
      ? raw
      : joined(withSubject(head, `=?utf-8?B?${subject.toString('base64')}?=`), body);
  },
  'forwarded with its subject': (raw) => {
    const { head, body } = halves(raw);
    return joined(withSubject(head, `Fwd: WG: ${headerOf(head, 'subject')}`), body);
  },
  'forwarded as an attachment': (raw) => {
    const { head } = halves(raw);
    const top = [
      'From: somebody@client.example',
      `Subject: Fwd: ${headerOf(head, 'subject')}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=outer',
    ];
    const note = ['--outer', 'Content-Type: text/plain', '', 'FYI'].join(EOL);
    const within = [
      '--outer',
      'Content-Type: message/rfc822',
      '',
      raw.toString('latin1'),
      '--outer--',
      '',
    ].join(EOL);
    return joined(top, `${note}${EOL}${within}`);
  },
  'with headers in other letters': (raw) => {
    const { head, body } = halves(raw);
    return joined(
      head.map((line) => line.replace(/^[^:]+/, (name) => name.toUpperCase())),
      body,
    );
  },
};

/** What may leave nothing to be read, or may add something that went wrong. */
const HARMFUL: readonly ((raw: Buffer, random: () => number) => Buffer)[] = [
  // cut anywhere
  (raw, random) => raw.subarray(0, Math.floor(raw.length * random())),
  // cut within the body
  (raw, random) => {
    const at = raw.indexOf('\r\n\r\n') >= 0 ? raw.indexOf('\r\n\r\n') : raw.indexOf('\n\n');
    return raw.subarray(0, at + Math.floor((raw.length - at) * random()));
  },
  // lines gone
  (raw, random) =>
    Buffer.from(
      raw
        .toString('latin1')
        .split('\n')
        .filter(() => random() > 0.2)
        .join('\n'),
      'latin1',
    ),
  // lines in another order
  (raw, random) => {
    const { head, body } = halves(raw);
    return joined(
      head,
      body
        .split(EOL)
        .map((line) => [random(), line] as const)
        .toSorted(([a], [b]) => a - b)
        .map(([, line]) => line)
        .join(EOL),
    );
  },
  // other forms of dates
  (raw) =>
    Buffer.from(
      raw
        .toString('latin1')
        .replaceAll(/(\d{4})-(\d\d)-(\d\d)/g, '$3.$2.$1')
        .replaceAll(/(\d{1,2})\/(\d{1,2})\/(\d{4})/g, '$3年$1月$2日'),
      'latin1',
    ),
  // quoted by a reply
  (raw) => {
    const { head, body } = halves(raw);
    return joined(head, body.replaceAll(/^/gm, '> '));
  },
  // bytes that are others
  (raw, random) => {
    const changed = Buffer.from(raw);
    for (let times = 0; times < 10; times++)
      changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
    return changed;
  },
];

/** mulberry32: the same each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const successes = (reports: readonly InboundReport[]): readonly InboundReport[] =>
  reports.filter(({ status }) => status === 'success');

describe('a message that was changed on its way', () => {
  test.each(Object.entries(HARMLESS))('says the same %s', async (_, change) => {
    for (const { file, raw, type, expected } of mails) {
      const [report] = await parseInbound(change(raw), type);
      expect(report?.status, file).toBe(expected['status']);
      expect(report?.product, file).toBe(expected['product']);
    }
  });

  test('never says success when it said something else', async () => {
    const random = randomFrom(20_261_129);
    for (const { file, raw, type, expected } of samples.filter(
      ({ expected: { status } }) => status !== 'success',
    ))
      for (let times = 0; times < 60; times++) {
        const change = HARMFUL[times % HARMFUL.length];
        const changed = change?.(raw, random) ?? raw;
        expect(
          successes(await parseInbound(changed, type)),
          `${file}, ${String(expected['status'])}:\n${changed.toString('latin1')}`,
        ).toEqual([]);
      }
  });

  test('says success only where its body still says so', async () => {
    const good = mails.filter(({ expected }) => expected['status'] === 'success');
    for (const { file, raw, type } of good) {
      const { head } = halves(raw);
      expect(successes(await parseInbound(joined(head, ''), type)), `${file} without a body`).toEqual([]);
    }
  });

  test('that is put together of two is never better than the worse', async () => {
    for (const bad of mails.filter(({ expected }) => expected['status'] !== 'success'))
      for (const good of mails.filter(
        ({ expected }) => expected['status'] === 'success' && sameMaker(expected, bad.expected),
      )) {
        const [worse, better] = [halves(bad.raw), halves(good.raw)];
        const swapped = [
          joined(withSubject(better.head, headerOf(worse.head, 'subject')), better.body),
          joined(withSubject(worse.head, headerOf(better.head, 'subject')), worse.body),
          ...(hasOnePart(worse) && hasOnePart(better)
            ? [alternative(better.head, [bad, good]), alternative(worse.head, [good, bad])]
            : []),
        ];
        for (const one of swapped)
          expect(
            successes(await parseInbound(one, 'message/rfc822')),
            `${good.file} with ${bad.file}`,
          ).toEqual([]);
      }
  });
});

const hasOnePart = (parts: ReturnType<typeof halves>): boolean => decodedBody(parts) !== null;
const sameMaker = (one: Sample['expected'], other: Sample['expected']): boolean =>
  one['product'] === other['product'];

/** One mail with the text of one sample and the HTML of another, or as much as they have of them. */
function alternative(head: readonly string[], [text, html]: readonly [Sample, Sample]): Buffer {
  const part = (of: Sample, type: string): string =>
    [
      '--between',
      `Content-Type: ${type}; charset=utf-8`,
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(decodedBody(halves(of.raw)) ?? '').toString('base64'),
    ].join(EOL);
  const typeOf = (of: Sample): string =>
    headerOf(halves(of.raw).head, 'content-type').split(';')[0] ?? 'text/plain';
  return joined(
    [
      ...without(head, 'content-type', 'content-transfer-encoding'),
      'Content-Type: multipart/mixed; boundary=between',
    ],
    `${part(text, typeOf(text))}${EOL}${part(html, typeOf(html))}${EOL}--between--${EOL}`,
  );
}

describe('what is no report', () => {
  test.each([
    [
      'a newsletter',
      'From: news@veeam.example\r\nSubject: Success with Veeam: 3 VMs for free\r\n\r\nBackup succeeded!\r\n',
    ],
    [
      'a restore',
      'Subject: Bacula: Restore OK of fd Full\r\n\r\nBacula dir 9.6.7 (10Dec20):\r\n  Termination: Restore OK\r\n',
    ],
    [
      'a test of the notification',
      'Subject: Synology test message from nas01\r\n\r\nCongratulations, your mail works.\r\n',
    ],
    ['nothing', ''],
    ['a mail without a body', 'Subject: Backup succeeded on SRV-APP01\r\n\r\n'],
  ])('%s has no status', async (_, raw) => {
    expect(await parseInbound(Buffer.from(raw), 'message/rfc822')).toEqual([]);
  });

  test('whatever comes is answered', async () => {
    await assert(
      asyncProperty(
        oneof(
          uint8Array({ maxLength: 2000 }),
          json().map((text) => Buffer.from(text)),
        ),
        constantFrom<InboundType>('message/rfc822', 'application/json', 'text/plain'),
        async (raw, type) => {
          expect(await parseInbound(raw, type)).toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('a mail that is nested without end is not followed', async () => {
    const deep = Array.from({ length: 200 }, (_, depth) => [
      `Content-Type: multipart/mixed; boundary=b${depth}`,
      '',
      `--b${depth}`,
    ])
      .flat()
      .join(EOL);
    expect(await parseInbound(Buffer.from(`Subject: x${EOL}${deep}`), 'message/rfc822')).toEqual([]);
  });
});

describe('a message that was made to be slow', () => {
  test.each([
    '\r',
    ' ',
    '\t\n',
    'Details\n',
    'Errors: [',
    'Errors: [\n',
    'Status: ',
    '[Failed] x (',
    '> ',
    '<td>',
  ])('of nothing but %j is read in seconds', async (unit) => {
    const body = unit.repeat(Math.floor((1024 * 1024) / unit.length));
    for (const type of ['text/plain', 'message/rfc822'] as const) {
      const from = performance.now();
      expect(await parseInbound(Buffer.from(`Subject: x\r\n\r\n${body}`), type)).toEqual([]);
      // a pattern that takes the square of this length takes hours
      expect(performance.now() - from).toBeLessThan(20_000);
    }
  });
});

describe('several runs in one message', () => {
  test('that forwards two mails are told apart', async () => {
    const within = ['acronis-succeeded.eml', 'acronis-failed.eml'].map((file) =>
      ['--outer', 'Content-Type: message/rfc822', '', readFileSync(path.join(SAMPLES, file), 'latin1')].join(
        EOL,
      ),
    );
    const second = within[1]?.replaceAll('SRV-APP01', 'SRV-APP02') ?? '';
    const mail = [
      'Subject: Fwd: today',
      'Content-Type: multipart/mixed; boundary=outer',
      '',
      within[0],
      second,
      '--outer--',
      '',
    ];
    const reports = await parseInbound(Buffer.from(mail.join(EOL), 'latin1'), 'message/rfc822');
    expect(reports.map(({ host, status }) => [host, status])).toEqual([
      ['SRV-APP01', 'success'],
      ['SRV-APP02', 'failed'],
    ]);
  });

  test('that tell of the same run are one, the worse', async () => {
    const within = ['acronis-succeeded.eml', 'acronis-failed.eml'].map((file) =>
      ['--outer', 'Content-Type: message/rfc822', '', readFileSync(path.join(SAMPLES, file), 'latin1')].join(
        EOL,
      ),
    );
    const mail = [
      'Subject: Fwd: today',
      'Content-Type: multipart/mixed; boundary=outer',
      '',
      ...within,
      '--outer--',
      '',
    ];
    const reports = await parseInbound(Buffer.from(mail.join(EOL), 'latin1'), 'message/rfc822');
    expect(reports.map(({ status }) => status)).toEqual(['failed']);
  });
});
