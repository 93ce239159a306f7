/** Bytes that are not the JSON we take; the message says why, in words for people. */
export class UnreadableJson extends Error {
  override readonly name = 'UnreadableJson';
}

const DEPTH_MAX = 64;

/**
 * Parses JSON as every parser understands it: UTF-8 without a byte order mark, no duplicate keys, at most 64 levels, and
 * no text that a database cannot keep (NUL, half surrogates).
 * @throws UnreadableJson
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnreadableJson('it is not JSON');
  }
  scan(text);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UnreadableJson('it is not UTF-8');
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;

/** Walks over valid JSON once: only strings and brackets matter. */
function scan(text: string): void {
  const keysOf: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 123: // {
        keysOf.push(new Set());
        if (keysOf.length > DEPTH_MAX)
          throw new UnreadableJson(`it is nested deeper than ${DEPTH_MAX} levels`);
        break;
      case 91: // [
        keysOf.push(null);
        if (keysOf.length > DEPTH_MAX)
          throw new UnreadableJson(`it is nested deeper than ${DEPTH_MAX} levels`);
        break;
      case 125: // }
      case 93: // ]
        keysOf.pop();
        break;
      case QUOTE: {
        const end = endOfString(text, at);
        const keys = keysOf.at(-1);
        if (keys && isKey(text, end)) addKey(keys, text.slice(at, end + 1));
        at = end;
        break;
      }
    }
  }
}

/** Where the string that begins at `start` ends; looks at its escapes on the way. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) {
      if (text.charCodeAt(at + 1) === 117) at = afterUnicodeEscape(text, at);
      else at += 2;
    } else at++;
  }
}

function afterUnicodeEscape(text: string, at: number): number {
  const unit = Number.parseInt(text.slice(at + 2, at + 6), 16);
  if (unit === 0) throw new UnreadableJson('a text in it contains NUL');
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  const low = /^\\u(d[c-f][0-9a-f]{2})/i.exec(text.slice(at + 6, at + 12));
  if (unit > 0xdbff || !low) throw new UnreadableJson('a text in it contains half a character');
  return at + 12;
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (/\s/.test(text.charAt(at))) at++;
  return text.charCodeAt(at) === COLON;
}

function addKey(keys: Set<string>, quoted: string): void {
  const key = quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
  if (keys.has(key)) throw new UnreadableJson('an object in it has the same key twice');
  keys.add(key);
}
