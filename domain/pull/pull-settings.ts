import { z } from 'zod';

/** What a pull connector asks. */
export const PULL_KINDS = ['pbs', 'veeam', 'http-json'] as const;
export type PullKind = (typeof PULL_KINDS)[number];

/** Which kind of server a product's runs are asked of; null: any that answers in JSON. */
export function pullKindOf(reads: string | null): PullKind {
  return PULL_KINDS.find((kind) => PRODUCT_OF[kind] === reads) ?? 'http-json';
}

/** Whose messages a kind brings, as server/inbound calls the product; null: whatever comes. */
export const PRODUCT_OF: Readonly<Record<PullKind, string | null>> = {
  pbs: 'proxmox_backup_server',
  veeam: 'veeam_vbr',
  'http-json': null,
};

export const PULL_INTERVAL_MIN = 15;
export const PULL_INTERVAL_MAX = 1440;

const line = (charactersMax: number) =>
  z
    .string()
    .trim()
    .max(charactersMax, `Use at most ${charactersMax} characters.`)
    .regex(/^\P{C}*$/u, 'Leave out control characters.');
const optionalLine = (charactersMax: number) => line(charactersMax).default('');
const secret = (what: string) => line(2000).min(1, `Enter ${what}.`);
/** RFC 6901; empty: the whole. */
const pointer = line(200)
  .regex(/^(\/.*)?$/, 'Begin it with /, such as /data/items.')
  .default('');

const pbs = z.strictObject({
  kind: z.literal('pbs'),
  /** Empty: all of them. */
  datastore: optionalLine(100),
  namespace: optionalLine(300),
});
const veeam = z.strictObject({
  kind: z.literal('veeam'),
  /** As the server's REST API calls its version. */
  apiVersion: line(20)
    .regex(/^\d+\.\d+-rev\d+$/, 'Write it as Veeam does: 1.1-rev1.')
    .default('1.1-rev1'),
});
const httpJson = z.strictObject({
  kind: z.literal('http-json'),
  /** Where in an answer the list of items is. */
  itemsAt: pointer,
  /** Where in an answer the address of the next page is; empty: there is only one page. */
  nextAt: pointer,
  /** Where in an item its id is; empty: an item that says the same is the same. */
  idAt: pointer,
  /** Where in an item it says when it happened; empty: nowhere, and each pull reads everything. */
  timeAt: pointer,
  /** How `{since}` in the address is written. */
  sinceForm: z.enum(['iso', 'epoch']).default('iso'),
});

/** What is asked of a server, without secrets. */
export const pullSettings = z.discriminatedUnion('kind', [pbs, veeam, httpJson]);
export type PullSettings = z.output<typeof pullSettings>;
export type HttpJsonSettings = z.output<typeof httpJson>;

const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}:[ \t]*[\u0020-\u007e]{1,2000}$/;
const headerLine = z
  .string()
  .regex(HEADER, 'Write it as Name: value, in plain characters.')
  .or(z.literal(''));

/** What a connector signs in with. */
export const pullCredentials = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pbs'),
    tokenId: line(200).regex(/^[^\s:/@!]+@[^\s:/@!]+![^\s:/@!]+$/, 'Write it as user@realm!name.'),
    secret: secret('the secret of the token'),
  }),
  z.strictObject({
    kind: z.literal('veeam'),
    username: line(200).min(1, 'Enter the name of the account.'),
    password: secret('the password of the account'),
  }),
  z.strictObject({
    kind: z.literal('http-json'),
    /** Empty: nothing is asked for. */
    header: headerLine.default(''),
  }),
]);
export type PullCredentials = z.output<typeof pullCredentials>;

/** The address of a server, with `{since}` in it where a generic one wants it. */
export const SINCE = '{since}';

const FINGERPRINT = /^(?:[0-9a-f]{2}:){31}[0-9a-f]{2}$/i;

/** A certificate's SHA-256 as it is kept: capital letters with colons; with or without them it may be typed. */
export const fingerprint = z
  .string()
  .transform((typed) => {
    const hex = typed.replaceAll(/[^0-9a-f]/gi, '').toUpperCase();
    return (hex.match(/../g) ?? []).join(':');
  })
  .refine((text) => FINGERPRINT.test(text), 'Enter the 64 hexadecimal digits of its SHA-256.');

/**
 * An address as it is kept; a string says what is wrong with it. Of Proxmox Backup Server and Veeam only the server counts, since their
 * paths are known.
 */
export function checkPullAddress(kind: PullKind, typed: string): { readonly address: string } | string {
  const bare = typed.trim();
  const probe = bare.replaceAll(SINCE, '0');
  if (bare.length > 2000 || !URL.canParse(probe)) return 'Enter the whole address, beginning with https://.';
  const url = new URL(probe);
  if (url.protocol !== 'https:') return 'Enter an address that begins with https://.';
  if (url.username !== '' || url.password !== '') return 'Leave the name and password out of the address.';
  const port = url.port === '' ? 443 : Number(url.port);
  if (port !== 443 && port < 1024) return 'Use port 443, or one from 1024 on.';
  if (url.hostname.includes('%7B')) return 'Only the path and what follows it may hold {since}.';
  if (kind === 'http-json') return { address: bare.replace(/#.*$/, '') };
  if (url.pathname !== '/' || url.search !== '')
    return `Enter the server alone: ${url.origin}. The paths are known.`;
  return { address: url.origin };
}

/** As much of an address as everybody may see. */
export function shownAddress(address: string): string {
  const probe = address.replaceAll(SINCE, '0');
  return URL.canParse(probe) ? new URL(probe).origin : '';
}
