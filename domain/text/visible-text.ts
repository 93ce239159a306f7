/**
 * What a reader cannot see and a terminal, a spreadsheet or a text's direction may obey: control characters, marks and overrides
 * of direction, invisible spaces and line separators. The joiners that emoji and scripts are written with are not among them.
 */
const HIDDEN = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/**
 * A text of somebody else's in which everything that hides can be seen: control characters as their pictures (␛), the rest as
 * the sign for what is no text (�), and a name of nothing but spaces as signs of spaces (␠). As long as before, and the same when
 * it is done twice.
 */
export function visibleText(text: string): string {
  if (text !== '' && text.trim() === '' && !hidesSomething(text)) return SIGN_OF_SPACE.repeat(text.length);
  return text.replaceAll(HIDDEN, (character) => picture(character.charCodeAt(0)));
}

/** The same for a text that may have lines and tabs. */
export function visibleLines(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(HIDDEN, (character) =>
      character === '\n' || character === '\t' ? character : picture(character.charCodeAt(0)),
    );
}

/** Whether there is anything in a text that hides. */
export function hidesSomething(text: string): boolean {
  return text.search(HIDDEN) !== -1;
}

/** Escapes what hides in a line of JSON, which stays the same JSON. */
export function escapeHidden(json: string): string {
  return json.replaceAll(HIDDEN, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const SIGN_OF_SPACE = '\u2420';
const PICTURES = 0x2400;
const PICTURE_OF_DELETE = '\u2421';

function picture(code: number): string {
  if (code < 0x20) return String.fromCharCode(PICTURES + code);
  return code === 0x7f ? PICTURE_OF_DELETE : '\ufffd';
}
