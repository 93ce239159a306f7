import { cutText } from '../text/cut-text';
import {
  CAPTURES,
  type CaptureName,
  type RulePlace,
  type RuleSign,
  RULE_STATUSES,
  type RuleStatus,
  type TextCapture,
  type TextRule,
} from './message-rule';
import type { Pattern } from './pattern';
import type { Captured, RuleReading } from './reading';

/** Characters of a text that rules look at. */
export const SEARCHED_CHARACTERS_MAX = 64 * 1024;
const CAPTURED_MAX = 500;

/** A message's text, decoded. */
export interface SearchedText {
  /** The sender's address as the message itself says it; null: it says none. */
  readonly from: string | null;
  readonly subject: string;
  /** Lines; the cells of a table's row have tabs between them. */
  readonly body: string;
}

/**
 * Makes a rule for texts ready to be asked. Failure wins over warning, warning over success; where a text is longer than rules look at,
 * only a failure counts.
 * @throws Error where a pattern is none
 */
export function readTextBy(
  rule: TextRule,
  compile: (source: string) => Pattern,
): (text: SearchedText) => RuleReading {
  const holds = rule.holds.map((sign) => finderOf(sign, compile));
  const endings = RULE_STATUSES.map(
    (status) => [status, rule[status].map((sign) => finderOf(sign, compile))] as const,
  );
  const captures = CAPTURES.flatMap((name) => {
    const capture = rule.captures[name];
    return capture === null ? [] : [[name, takerOf(capture, compile)] as const];
  });
  return (given) => {
    const text = searchable(given);
    if (rule.from !== null && !isFrom(given.from, rule.from))
      return { holds: false, because: { kind: 'other-sender', from: given.from } };
    const missing = holds.find(({ isIn }) => !isIn(text));
    if (missing) return { holds: false, because: { kind: 'not-there', find: missing.find } };
    const ending = endingOf(endings, text);
    if (text.isCut && ending?.status !== 'failed')
      return undecided({ kind: 'too-long', charactersMax: SEARCHED_CHARACTERS_MAX });
    if (!ending) return undecided({ kind: 'no-sign' });
    return { holds: true, ...ending, captured: takenFrom(text, captures) };
  };
}

const undecided = (because: Extract<RuleReading, { status: null }>['because']): RuleReading => ({
  holds: true,
  status: null,
  because,
});

interface Searchable {
  readonly isCut: boolean;
  /** As it stands there, and in small letters with single spaces. */
  readonly plain: Readonly<Record<RulePlace, string>>;
  readonly flat: (place: RulePlace) => string;
}

function searchable({ subject, body }: SearchedText): Searchable {
  const cut = {
    subject: subject.slice(0, SEARCHED_CHARACTERS_MAX),
    text: body.slice(0, SEARCHED_CHARACTERS_MAX),
  };
  const plain = { ...cut, anywhere: `${cut.subject}\n${cut.text}` };
  const flattened = new Map<RulePlace, string>();
  return {
    isCut: body.length > SEARCHED_CHARACTERS_MAX || subject.length > SEARCHED_CHARACTERS_MAX,
    plain,
    flat: (place) => {
      const known = flattened.get(place) ?? flat(plain[place]);
      flattened.set(place, known);
      return known;
    },
  };
}

const flat = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, ' ').trim();

interface Finder {
  readonly find: string;
  readonly isIn: (text: Searchable) => boolean;
}

function finderOf({ in: place, by, find }: RuleSign, compile: (source: string) => Pattern): Finder {
  if (by === 'words') {
    const words = flat(find);
    return { find, isIn: (text) => indexOfWords(text.flat(place), words) >= 0 };
  }
  const pattern = compile(find);
  return { find, isIn: (text) => pattern.isIn(text.plain[place]) };
}

const LETTER = /[\p{L}\p{N}]/u;

/** Where words stand whole: `successful` is not in `unsuccessful`. -1: nowhere. */
function indexOfWords(text: string, words: string): number {
  if (words === '') return -1;
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const end = at + words.length;
    if (isEdge(text, at) && isEdge(text, end)) return at;
  }
  return -1;
}

/** Whether no word runs across a place. */
function isEdge(text: string, at: number): boolean {
  return !LETTER.test(characterBefore(text, at)) || !LETTER.test(characterAt(text, at));
}

const characterAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 32);

function characterBefore(text: string, at: number): string {
  const isPair = at >= 2 && /[\udc00-\udfff]/.test(text.charAt(at - 1));
  return at === 0 ? ' ' : characterAt(text, isPair ? at - 2 : at - 1);
}

function endingOf(
  endings: readonly (readonly [RuleStatus, readonly Finder[]])[],
  text: Searchable,
): { status: RuleStatus; sign: string } | null {
  for (const [status, finders] of endings) {
    const found = finders.find(({ isIn }) => isIn(text));
    if (found) return { status, sign: found.find };
  }
  return null;
}

/** A sender's address, or the domain of one. */
function isFrom(sender: string | null, wanted: string): boolean {
  const address = sender?.trim().toLowerCase() ?? '';
  return wanted.includes('@') ? address === wanted : address.slice(address.lastIndexOf('@') + 1) === wanted;
}

type Taker = (text: Searchable) => string | null;

function takerOf({ in: place, by, find }: TextCapture, compile: (source: string) => Pattern): Taker {
  if (by === 'after') return (text) => restOfLine(text.plain[place], flat(find));
  const pattern = compile(find);
  return (text) => pattern.firstIn(text.plain[place]);
}

/** What follows words in the first line that has something there, up to the end of its cell. */
function restOfLine(text: string, words: string): string | null {
  for (const line of text.split('\n')) {
    // a line's own spelling is kept: small letters and single spaces could move places
    const plain = line.replaceAll(/[ \u00a0]+/g, ' ');
    const at = indexOfWords(plain.toLowerCase().replaceAll('\t', ' '), words);
    if (at < 0 || plain.toLowerCase().length !== plain.length) continue;
    const rest = plain.slice(at + words.length).replace(/^[\s:=>.-]+(?=\S)/, '');
    const [cell = ''] = rest.split('\t');
    if (cell.trim() !== '' && /[\p{L}\p{N}]/u.test(cell)) return cell.trim();
  }
  return null;
}

function takenFrom(text: Searchable, captures: readonly (readonly [CaptureName, Taker])[]): Captured {
  const taken = captures.flatMap(([name, take]) => {
    const value = take(text)?.trim() ?? '';
    return value === '' ? [] : [[name, cutText(value, CAPTURED_MAX)] as const];
  });
  return Object.fromEntries(taken);
}
