/** Header fields of a request that matter to what it says; nothing else of it is kept. */
const KEPT_HEADERS = ['content-type', 'subject', 'user-agent'] as const;

/** Names under which a kept head says who asked. */
export const KEPT_HEAD = { remoteAddress: 'x-remote-address', userAgent: 'user-agent' } as const;
const HEADER_CHARACTERS_MAX = 200;
/** A first line is never cut: what it says may end in how a run ended. The server takes no longer head than this. */
const FIRST_LINE_CHARACTERS_MAX = 16 * 1024;

/**
 * The head of a request as it is kept before its body, so that the hash covers both: the first line without the secret address, what was
 * asked of it, who asked, and an empty line.
 * @param said what follows the address in the path, with its query: `/fail?rid=…`
 */
export function requestHead(
  method: string,
  said: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  remoteAddress: string,
): Buffer {
  const lines = KEPT_HEADERS.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [`${name}: ${inLine(String(value))}`];
  });
  return Buffer.from(
    [
      `${inLine(method)} ${inLine(said || '/', FIRST_LINE_CHARACTERS_MAX)} HTTP/1.1`,
      ...lines,
      `${KEPT_HEAD.remoteAddress}: ${inLine(remoteAddress)}`,
      '',
      '',
    ].join('\r\n'),
  );
}

const inLine = (text: string, charactersMax = HEADER_CHARACTERS_MAX): string =>
  // eslint-disable-next-line no-control-regex -- they would end the line
  text.replaceAll(/[\u0000-\u001f\u007f]/g, ' ').slice(0, charactersMax);

/** The body of a kept request, after its head. */
export function bodyAfterHead(raw: Uint8Array): Uint8Array {
  const end = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).indexOf('\r\n\r\n');
  return end < 0 ? raw : raw.subarray(end + 4);
}

/** What a kept head says under a name; null: nothing. */
export function headField(head: string, name: string): string | null {
  for (const line of head.split('\r\n').slice(1)) {
    if (line === '') return null;
    if (line.toLowerCase().startsWith(`${name}:`)) return line.slice(name.length + 1).trim();
  }
  return null;
}
