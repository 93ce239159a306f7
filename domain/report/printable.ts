/** Variation selectors and joiners: they have no glyph and change nothing that our fonts could show. */
const SILENT = new Set([0xfe0e, 0xfe0f, 0x200d]);

/**
 * A text as the fonts of a document can print it: what they have no glyph for, what controls and what is half a character is
 * written as its code, [U+6771]; line ends and tabs become spaces. Documents carry the text itself in their JSON.
 * @param covers whether there is a glyph for a code point
 */
export function printable(text: string, covers: (codePoint: number) => boolean): string {
  let printed = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code === 0x09 || code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029) printed += ' ';
    else if (SILENT.has(code)) continue;
    else if (isNoText(code) || !covers(code))
      printed += `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
    else printed += character;
  }
  return printed;
}

/** Controls, marks of direction, surrogates, private use, and what is no character: PDF/A refuses them, or readers obey them. */
function isNoText(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    code === 0xad ||
    code === 0x61c ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xd800 && code <= 0xf8ff) ||
    code === 0xfeff ||
    code === 0xfffd ||
    (code & 0xfffe) === 0xfffe ||
    code >= 0xf0000
  );
}

/** The same for every text of a value, whatever its shape. Keys stay: they are ours. */
export function printableValue(value: unknown, covers: (codePoint: number) => boolean): unknown {
  if (typeof value === 'string') return printable(value, covers);
  if (Array.isArray(value)) return value.map((inner) => printableValue(inner, covers));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, printableValue(inner, covers)]),
    );
  return value;
}
