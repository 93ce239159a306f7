const DEPTH_SHOWN_MAX = 64;

/**
 * JSON in lines, piece by piece as it is spelled: no number is rounded, no key that is there twice is lost. Ends after about
 * `lengthMax` characters, however deep and however long it goes on.
 * @param json valid JSON
 */
export function indentJson(json: string, lengthMax: number): string {
  const parts: string[] = [];
  let length = 0;
  let depth = 0;
  let isJustOpened = false;
  for (let at = 0; at < json.length && length <= lengthMax;) {
    const end = endOfPiece(json, at);
    const piece = json.slice(at, Math.min(end, at + lengthMax));
    at = end;
    if (/^\s/.test(piece)) continue;
    const isClosing = piece === '}' || piece === ']';
    if (isClosing) depth--;
    const hasLineBefore = isClosing ? !isJustOpened : isJustOpened;
    const shown = (hasLineBefore ? newLine(depth) : '') + piece + after(piece, depth);
    isJustOpened = piece === '{' || piece === '[';
    if (isJustOpened) depth++;
    parts.push(shown);
    length += shown.length;
  }
  return parts.join('');
}

function newLine(depth: number): string {
  return `\n${'  '.repeat(Math.min(depth, DEPTH_SHOWN_MAX))}`;
}

function after(piece: string, depth: number): string {
  if (piece === ',') return newLine(depth);
  return piece === ':' ? ' ' : '';
}

/** Where a bracket, a mark, a text, a word or a gap ends. */
function endOfPiece(json: string, start: number): number {
  const first = json.charAt(start);
  if (first === '"') return endOfText(json, start);
  if (/[[\]{}:,]/.test(first)) return start + 1;
  const isGap = /\s/.test(first);
  let at = start + 1;
  while (at < json.length && /\s/.test(json.charAt(at)) === isGap && !/["[\]{}:,]/.test(json.charAt(at)))
    at++;
  return at;
}

function endOfText(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charAt(at) !== '"') at += json.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}
