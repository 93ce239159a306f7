/** The text of a file, and how its bytes were read. */
export interface FileText {
  readonly text: string;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
}

/** Bytes that are looked at to tell UTF-16 without a byte order mark. */
const SAMPLE_BYTES = 1000;

/**
 * Reads bytes as text: by their byte order mark; as UTF-16 where every other byte of the beginning is zero; as UTF-8; and where they are
 * none, as Windows-1252, of which Latin-1 is a part and in which every byte means something.
 */
export function textOf(bytes: Uint8Array): FileText {
  const encoding = markedEncoding(bytes) ?? bareUtf16(bytes);
  if (encoding !== null) return { text: new TextDecoder(encoding).decode(bytes), encoding };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' };
  } catch {
    return { text: windows1252(bytes), encoding: 'windows-1252' };
  }
}

/** What Windows-1252 has in place of the control characters of Latin-1, from 0x80 on; a space: nothing. */
const WINDOWS = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** Some versions of Node decode it as Latin-1. */
function windows1252(bytes: Uint8Array): string {
  return new TextDecoder('windows-1252')
    .decode(bytes)
    .replaceAll(
      /[\u{80}-\u{9f}]/gu,
      (control) => WINDOWS.charAt(control.charCodeAt(0) - 0x80).trim() || control,
    );
}

function markedEncoding([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}

/** Latin letters in UTF-16 have a zero beside each of them. */
function bareUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zerosAt = (parity: 0 | 1): number =>
    sample.filter((byte, place) => byte === 0 && place % 2 === parity).length;
  const [even, odd] = [zerosAt(0), zerosAt(1)];
  const most = sample.length * 0.4;
  if (odd > most && even === 0) return 'utf-16le';
  return even > most && odd === 0 ? 'utf-16be' : null;
}
