import { Parser } from 'htmlparser2';

const NEW_LINE = new Set([
  'br',
  'p',
  'div',
  'tr',
  'table',
  'li',
  'ul',
  'ol',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'pre',
  'hr',
  'blockquote',
]);
const CELLS = new Set(['td', 'th']);
const UNSEEN = new Set(['style', 'script', 'head', 'template', 'noscript']);
const CHARACTERS_MAX = 2_000_000;

/** What a reader sees of HTML, as lines; the cells of a row have tabs between them. Any text is taken, none is run or fetched. */
export function htmlToText(html: string): string {
  const parts: string[] = [];
  let hidden = 0;
  let length = 0;
  const put = (text: string): void => {
    if (hidden > 0 || length > CHARACTERS_MAX) return;
    parts.push(text);
    length += text.length;
  };
  const parser = new Parser({
    onopentagname: (name) => {
      if (UNSEEN.has(name)) hidden++;
      else if (NEW_LINE.has(name)) put('\n');
    },
    // white space in HTML is one space, wherever it is not a mark of ours
    ontext: (text) => put(text.replaceAll(/\s+/g, ' ')),
    onclosetag: (name) => {
      if (UNSEEN.has(name)) hidden = Math.max(0, hidden - 1);
      else if (CELLS.has(name)) put('\t');
      else if (NEW_LINE.has(name)) put('\n');
    },
  });
  parser.end(html.slice(0, CHARACTERS_MAX * 4));
  return parts
    .join('')
    .replaceAll(/[ \u00a0]+/g, ' ')
    .replaceAll(/\n\s*\n+/g, '\n');
}
