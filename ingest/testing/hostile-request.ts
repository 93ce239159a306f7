import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { chanceFrom, type Chance } from '@/chaos/chance';
import { deliveryHeader, ENROL_PATH, REPORTS_PATH } from '@/contract/delivery';
import type { RawDelivery } from '@/server/services/verify-delivery';
import { fullReport, hostileBody, type ForeignIds } from './hostile-report';
import { between, HOSTILE_INSTANTS, hostileText, pick } from './hostile-values';
import { deliveryOf, headersOf, type SampleAgent } from './sample-agent';

/** Who attacks, and who must not notice. */
export interface HostileCast {
  /** Enrolled machines of one client that send whatever they like. */
  readonly attackers: readonly SampleAgent[];
  /** A machine of another MSP. */
  readonly stranger: SampleAgent;
  /** A machine of the same MSP that may no longer report. */
  readonly revoked: SampleAgent;
  readonly foreign: ForeignIds;
}

/** One request as it goes over the wire. */
export interface HostileRequest {
  readonly index: number;
  /** What was done to it, in words. */
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
  /** Bytes to write to the socket instead of all that. */
  readonly raw: Buffer | null;
  /** The report that it may leave behind; null: it must be refused. */
  readonly mayLeave: { readonly agentId: string; readonly epoch: string; readonly sequence: number } | null;
}

/** The request number `index` of a seed: always the same one, but for ids and keys, which are new with every cast. */
export function hostileRequest(cast: HostileCast, seed: number, index: number): HostileRequest {
  const chance = chanceFrom(Math.imul(seed, 0x9e3779b1) + index);
  const agent = cast.attackers[index % cast.attackers.length];
  if (!agent) throw new Error('nobody attacks');
  const sequence = Math.floor(index / cast.attackers.length) + 1;
  const kind = chance();
  if (kind < 0.7) return signedAttack(cast, agent, sequence, index, chance);
  const said = genuine(agent, sequence, chance);
  if (kind < 0.86) return forgery(cast, said, index, chance);
  if (kind < 0.97) return headerAttack(said, index, chance);
  return rawAttack(said, index, chance);
}

interface Genuine {
  readonly agent: SampleAgent;
  readonly sequence: number;
  readonly delivery: RawDelivery;
}

/** A report that is as it should be; what is done to it comes after it was signed. */
function genuine(agent: SampleAgent, sequence: number, chance: Chance): Genuine {
  const body = Buffer.from(JSON.stringify(fullReport(agent, sequence, chance)));
  return { agent, sequence, delivery: deliveryOf(agent, body, { sequence, contentEncoding: 'identity' }) };
}

/** The right key under whatever body. */
function signedAttack(
  cast: HostileCast,
  agent: SampleAgent,
  sequence: number,
  index: number,
  chance: Chance,
): HostileRequest {
  const made = hostileBody(fullReport(agent, sequence, chance), chance, cast.foreign);
  const hasOddClock = chance() < 0.05;
  const delivery = deliveryOf(agent, made.bytes, {
    sequence,
    contentEncoding: made.contentEncoding,
    ...(hasOddClock && { sentAt: pick(chance, HOSTILE_INSTANTS) }),
  });
  return {
    ...requestOf(delivery, index),
    what: hasOddClock ? `${made.what}, sent at ${delivery.sentAt}` : made.what,
    mayLeave: { agentId: agent.agentId, epoch: agent.epoch, sequence },
  };
}

type Forgery = (cast: HostileCast, said: Genuine, chance: Chance) => RawDelivery;

const strangersKey = generateKeyPairSync('ed25519').privateKey;

/** Signatures that do not belong to the sender, the bytes or the headers. None may leave anything behind. */
const FORGERIES: Readonly<Record<string, Forgery>> = {
  'no signature': (_cast, { delivery }) => ({ ...delivery, signature: undefined }),
  'an empty signature': (_cast, { delivery }) => ({ ...delivery, signature: '' }),
  'a cut signature': (_cast, { delivery }, chance) => ({
    ...delivery,
    signature: (delivery.signature ?? '').slice(0, between(chance, 1, 87)),
  }),
  'a signature of nothing': (_cast, { delivery }) => ({
    ...delivery,
    signature: Buffer.alloc(64).toString('base64'),
  }),
  'a signature with other bits': (_cast, { delivery }, chance) => {
    const bytes = Buffer.from(delivery.signature ?? '', 'base64');
    const at = between(chance, 0, bytes.length - 1);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << between(chance, 0, 7));
    return { ...delivery, signature: bytes.toString('base64') };
  },
  'a key that nobody enrolled': (_cast, { agent, sequence, delivery }) =>
    deliveryOf(agent, delivery.body, { sequence, contentEncoding: 'identity', signedBy: strangersKey }),
  "another MSP's key": ({ stranger }, { agent, sequence, delivery }) =>
    deliveryOf(agent, delivery.body, {
      sequence,
      contentEncoding: 'identity',
      signedBy: stranger.privateKey,
    }),
  "another MSP's agent with the own key": ({ stranger }, { agent, sequence, delivery }) =>
    deliveryOf(stranger, delivery.body, {
      sequence,
      contentEncoding: 'identity',
      signedBy: agent.privateKey,
    }),
  'a revoked agent': ({ revoked }, { sequence, delivery }) =>
    deliveryOf(revoked, delivery.body, { sequence, contentEncoding: 'identity' }),
  'an agent that nobody knows': (_cast, { agent, sequence, delivery }) =>
    deliveryOf(agent, delivery.body, { sequence, contentEncoding: 'identity', agentId: randomUUID() }),
  "another agent's headers": ({ attackers }, { agent, delivery }) => ({
    ...delivery,
    agentId: attackers.find((one) => one !== agent)?.agentId ?? randomUUID(),
  }),
  'replayed under another number': (_cast, { sequence, delivery }) => ({
    ...delivery,
    sequence: String(sequence + 1),
  }),
  'replayed in another epoch': (_cast, { delivery }) => ({ ...delivery, epoch: randomUUID() }),
  'replayed at another time': (_cast, { delivery }) => ({
    ...delivery,
    sentAt: new Date(Date.parse(delivery.sentAt ?? '') + 60_000).toISOString(),
  }),
  'replayed as if compressed': (_cast, { delivery }) => ({ ...delivery, contentEncoding: 'gzip' }),
  'other bytes under a good signature': (_cast, { delivery }) => ({
    ...delivery,
    body: Buffer.concat([delivery.body, Buffer.from(' ')]),
  }),
};

function forgery(cast: HostileCast, said: Genuine, index: number, chance: Chance): HostileRequest {
  const names = Object.keys(FORGERIES);
  const what = names[between(chance, 0, names.length - 1)] ?? '';
  const made = FORGERIES[what]?.(cast, said, chance) ?? { ...said.delivery, signature: '' };
  return { ...requestOf(made, index), what };
}

const HOSTILE_HEADERS: Readonly<Record<string, (chance: Chance) => Record<string, string | string[]>>> = {
  'another content type': (chance) => ({
    'content-type': pick(chance, [
      'text/html',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'application/json; charset=utf-16',
      'application/json; charset=utf-7',
      'application/jsonp',
      ';',
      'application/json/../text/html',
    ]),
  }),
  'another content encoding': (chance) => ({
    'content-encoding': pick(chance, [
      'br',
      'deflate',
      'zstd',
      'gzip, gzip',
      'GZIP',
      'x-gzip',
      'chunked',
      '*',
      'null',
    ]),
  }),
  'a header twice': (chance) => {
    const name = pick(chance, Object.values(deliveryHeader) as [string, ...string[]]);
    return { [name]: ['1', hostileToken(chance)] };
  },
  'a header of another form': (chance) => ({
    [pick(chance, Object.values(deliveryHeader) as [string, ...string[]])]: hostileToken(chance),
  }),
  'a number of another form': (chance) => ({
    [deliveryHeader.sequence]: pick(
      chance,
      [
        '0',
        '-1',
        '+1',
        '1.0',
        '1e3',
        '0x1',
        '9007199254740992',
        '99999999999999999999',
        ' 1 1',
        '١',
        'NaN',
        '1,1',
      ].filter((value) => /^[\x20-\x7e]+$/.test(value)) as [string, ...string[]],
    ),
  }),
  'a time of another form': (chance) => ({ [deliveryHeader.sentAt]: pick(chance, HOSTILE_INSTANTS) }),
  'an id of another form': (chance) => ({
    [pick(chance, [deliveryHeader.agentId, deliveryHeader.epoch])]: pick(chance, [
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      randomUUID().toUpperCase(),
      `{${randomUUID()}}`,
      `${randomUUID()}'--`,
      '__proto__',
      'constructor',
    ]),
  }),
  'an enormous header': (chance) => ({ 'x-long': 'a'.repeat(between(chance, 8_000, 40_000)) }),
  'very many headers': (chance) =>
    Object.fromEntries(Array.from({ length: between(chance, 100, 3000) }, (_, at) => [`x-${at}`, '1'])),
  'headers of proxies': (chance) => ({
    'x-forwarded-for': hostileToken(chance),
    'x-forwarded-host': 'evil.example',
    'x-original-url': '/v1/enrol',
    'x-http-method-override': 'DELETE',
    'x-middleware-subrequest': 'middleware',
    cookie: '__Host-session=x',
    authorization: `Bearer ${hostileToken(chance)}`,
    expect: '100-continue',
    [deliveryHeader.signature]: 'none',
  }),
};

/** What a header may hold at all: the rest is written to the socket by {@link rawAttack}. */
function hostileToken(chance: Chance): string {
  const text = hostileText(chance).replaceAll(/[^\x21-\x7e\x80-\xff]/g, '');
  return text.slice(0, 300) || '-';
}

function headerAttack(said: Genuine, index: number, chance: Chance): HostileRequest {
  if (chance() < 0.25) return otherPlace(said, index, chance);
  const names = Object.keys(HOSTILE_HEADERS);
  const what = names[between(chance, 0, names.length - 1)] ?? '';
  const request = requestOf(said.delivery, index);
  const headers = { ...request.headers, ...HOSTILE_HEADERS[what]?.(chance) };
  const { agent, sequence } = said;
  // These alone may come through: an extra header is no fault, and a time in the past may be the very one that was signed.
  const isHarmless = ['an enormous header', 'very many headers'].includes(what);
  const mayLeave = isHarmless ? { agentId: agent.agentId, epoch: agent.epoch, sequence } : null;
  return { ...request, headers, what, mayLeave };
}

/** A good delivery where, or how, none is taken. */
function otherPlace(said: Genuine, index: number, chance: Chance): HostileRequest {
  const request = requestOf(said.delivery, index);
  if (chance() < 0.4) {
    const text = hostileText(chance);
    const body = Buffer.from(
      pick(chance, [
        JSON.stringify({ token: text, name: text, hostname: text, public_key: text, signature: text }),
        '{"__proto__":{"token":"x"}}',
        '[]',
        text,
        '{"token":"x","token":"y"}',
      ]),
    );
    return { ...request, path: ENROL_PATH, body, what: 'an enrolment of nonsense' };
  }
  const method = pick(chance, ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'POST']);
  const path = pick(chance, [
    '/v1/reports/',
    '//v1/reports',
    '/v1/./reports',
    '/v1/reports%00',
    '/v1/reports?x=1',
    '/V1/REPORTS',
    '/v1/reports;x',
    'http://127.0.0.1/v1/reports',
    '/v1/../v1/reports',
    '/__proto__',
    '/%2e%2e/%2e%2e/etc/passwd',
    `/${'a'.repeat(8000)}`,
  ]);
  return { ...request, method, path, what: `${method} ${path.slice(0, 40)}` };
}

/** The head of a request, these lines in it. */
function head(lines: readonly string[]): string {
  return [`POST ${REPORTS_PATH} HTTP/1.1`, 'host: x', 'connection: close', ...lines, '', ''].join('\r\n');
}

/** What node's own client would not send. */
function rawAttack(said: Genuine, index: number, chance: Chance): HostileRequest {
  const request = requestOf(said.delivery, index);
  const own = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`);
  const body = said.delivery.body.toString();
  const length = Buffer.byteLength(body);
  const text = pick(chance, [
    head([...own, `content-length: ${length}`, 'transfer-encoding: chunked']) + body,
    head([...own, `content-length: ${length}`, `content-length: ${length + 1}`]) + body,
    head([...own, `content-length: -1`]) + body,
    head([...own, `content-length: 99999999999999999999`]) + body,
    head([...own, 'transfer-encoding: chunked']) + `zz\r\n${body}\r\n0\r\n\r\n`,
    head([...own, 'transfer-encoding: chunked, chunked']) + `1\r\nx\r\n0\r\n\r\n`,
    head([...own, 'x-bare: a\nb: c']) + body,
    head([...own, 'x-nul: a\0b']) + body,
    head([...own, ': empty']) + body,
    head([...own, ' folded: x']) + body,
    head([...own, `x-huge: ${'a'.repeat(20_000)}`]),
    `POST ${REPORTS_PATH} HTTP/9.9\r\n\r\n`,
    `POST ${REPORTS_PATH}\r\n\r\n`,
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001',
    '\0'.repeat(500),
    hostileText(chance),
  ]);
  return { ...request, raw: Buffer.from(text, 'latin1'), what: `raw: ${text.slice(60, 100)}` };
}

function requestOf(delivery: RawDelivery, index: number): HostileRequest {
  return {
    index,
    what: '',
    method: 'POST',
    path: REPORTS_PATH,
    headers: headersOf(delivery),
    body: delivery.body,
    raw: null,
    mayLeave: null,
  };
}
