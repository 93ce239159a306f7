const METHODS = ['spf', 'dkim', 'dmarc', 'arc'] as const;

/** A check of a sender and how it went (RFC 8601): `dkim`, `pass`, of the domain `client.example`. */
interface MailResult {
  readonly method: (typeof METHODS)[number];
  /** As the server wrote it, in small letters: `pass`, `fail`, `none` … */
  readonly result: string;
  readonly domain: string | null;
}

/** What a mail server of ours found of who sent a mail. */
export interface MailTrust {
  readonly trust: 'verified_mail' | 'unverified';
  /** What it wrote; at most 10. null: no server of ours wrote anything. */
  readonly results: readonly MailResult[] | null;
}

const HEAD_BYTES_MAX = 256 * 1024;
const RESULTS_MAX = 10;
const WORD_MAX = 20;
const DOMAIN_MAX = 255;
const NOBODY_LOOKED: MailTrust = { trust: 'unverified', results: null };

/**
 * Reads what our own mail server wrote of a mail (RFC 8601): the topmost `Authentication-Results` that bears its name, `authservId`. A DKIM
 * signature of the sender's own domain that holds makes a mail verified, or DMARC together with SPF or, for what somebody passed on, with
 * ARC (RFC 8617, section 7.2.1: our server then takes the forwarder's word, ARC alone says only that nobody changed that word). Headers of
 * other names, and those below the topmost, may be anybody's and are not read; our server has to take those of its own name out of what it
 * receives (RFC 8601, section 5).
 * @param authservId null: no server of ours looks at mails, so none is verified
 */
export function mailTrust(raw: Uint8Array, authservId: string | null): MailTrust {
  if (authservId === null) return NOBODY_LOOKED;
  const lines = headersOf(raw);
  const results = lines
    .filter(({ name }) => name === 'authentication-results')
    .map(({ value }) => readResults(value))
    .find((one) => one?.authservId === authservId.toLowerCase());
  if (!results) return NOBODY_LOOKED;
  const passed = results.methods.filter(({ result }) => result === 'pass');
  const has = (method: string): boolean => passed.some((one) => one.method === method);
  const sender = senderDomain(lines.filter(({ name }) => name === 'from').map(({ value }) => value));
  const isSigned = passed.some(
    ({ method, domain }) => method === 'dkim' && sender !== null && isAligned(domain, sender),
  );
  const isVerified = isSigned || (has('dmarc') && (has('spf') || has('arc')));
  return {
    trust: isVerified ? 'verified_mail' : 'unverified',
    results: results.methods.flatMap(shownResult).slice(0, RESULTS_MAX),
  };
}

function shownResult({ method, result, domain }: Results['methods'][number]): MailResult[] {
  const known = METHODS.find((one) => one === method);
  return known
    ? [{ method: known, result: result.slice(0, WORD_MAX), domain: domain?.slice(0, DOMAIN_MAX) ?? null }]
    : [];
}

interface Header {
  /** In small letters. */
  readonly name: string;
  readonly value: string;
}

function headersOf(raw: Uint8Array): Header[] {
  const text = Buffer.from(raw.subarray(0, HEAD_BYTES_MAX)).toString('latin1');
  const [head = ''] = text.split(/(?:^|\r?\n)\r?\n/, 1);
  return head.split(/\r?\n(?![ \t])/).flatMap((line) => {
    const [, name, value] = /^([!-9;-~]+)[ \t]*:([^]*)$/.exec(line) ?? [];
    return name === undefined || value === undefined
      ? []
      : [{ name: name.toLowerCase(), value: value.replaceAll(/\r?\n/g, '') }];
  });
}

interface Results {
  readonly authservId: string;
  readonly methods: readonly {
    readonly method: string;
    readonly result: string;
    readonly domain: string | null;
  }[];
}

/** null: it is none. */
function readResults(value: string): Results | null {
  const bare = bareText(value);
  if (bare === null) return null;
  const [first = '', ...parts] = bare.split(';');
  const [, authservId] = /^\s*(\S+)(?:\s+\d+)?\s*$/.exec(first) ?? [];
  if (authservId === undefined) return null;
  const methods = parts.flatMap((part) => {
    const [, method, result] = /^\s*([a-z0-9-]+)(?:\s*\/\s*\d+)?\s*=\s*([a-z]+)(?=\s|$)/i.exec(part) ?? [];
    if (method === undefined || result === undefined) return [];
    const [, domain] = /\sheader\.(?:d|i)\s*=\s*(?:\S*@)?([a-z0-9.-]+)(?=\s|$)/i.exec(part) ?? [];
    return [
      { method: method.toLowerCase(), result: result.toLowerCase(), domain: domain?.toLowerCase() ?? null },
    ];
  });
  return { authservId: authservId.toLowerCase(), methods };
}

/** Without comments and quoted texts, which may hold anything; null: one of them has no end. */
function bareText(value: string): string | null {
  let bare = '';
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < value.length; at++) {
    const sign = value.charAt(at);
    if (sign === '\\') {
      at++;
      continue;
    }
    if (isQuoted) isQuoted = sign !== '"';
    else if (sign === '(') depth++;
    else if (sign === ')') depth--;
    else if (depth === 0 && sign === '"') {
      isQuoted = true;
      bare += '_';
    } else if (depth === 0) bare += sign;
    if (depth < 0) return null;
  }
  return depth === 0 && !isQuoted ? bare : null;
}

/** Of the only sender; null: there is none, or several. */
function senderDomain(senders: readonly string[]): string | null {
  const [only, ...others] = senders;
  if (only === undefined || others.length > 0) return null;
  const bare = bareText(only);
  const addresses = [...(bare ?? '').matchAll(/@([a-z0-9.-]+)/gi)];
  return addresses.length === 1 ? (addresses[0]?.[1]?.toLowerCase() ?? null) : null;
}

/** Of the same domain, or one above or below the other. */
function isAligned(domain: string | null, sender: string): boolean {
  if (domain === null || !domain.includes('.')) return false;
  return sender === domain || sender.endsWith(`.${domain}`) || domain.endsWith(`.${sender}`);
}
