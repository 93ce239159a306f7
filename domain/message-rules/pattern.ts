import { RE2JS } from 're2js';

/** How large a pattern may be once it is compiled: what a character of a text costs at most. */
const PROGRAM_MAX = 250;

/** A regular expression of RE2's kind, whose time grows with the text's length and no faster. Letters of either case; `^` and `$` are a line's. */
export interface Pattern {
  isIn(text: string): boolean;
  /** What its first group holds where it is found first, or all that is found where it has none; null: it is not there. */
  firstIn(text: string): string | null;
}

/** @throws Error saying in words what is wrong with it */
export function compilePattern(source: string): Pattern {
  const compiled = compiledOf(source);
  if (compiled.programSize() > PROGRAM_MAX)
    throw new Error('This pattern repeats too much. Make it shorter, or its counts smaller.');
  return {
    isIn: (text) => compiled.test(text),
    firstIn: (text) => {
      // the fast way first: most texts hold no match
      if (!compiled.test(text)) return null;
      const matcher = compiled.matcher(text);
      if (!matcher.find()) return null;
      return matcher.group(compiled.groupCount() > 0 ? 1 : 0) ?? null;
    },
  };
}

/** What is wrong with a pattern, in a sentence; null: nothing. */
export function patternProblem(source: string): string | null {
  try {
    compilePattern(source);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'This is no pattern.';
  }
}

function compiledOf(source: string): RE2JS {
  try {
    return RE2JS.compile(source, RE2JS.CASE_INSENSITIVE + RE2JS.MULTILINE);
  } catch (error) {
    const said = error instanceof Error ? error.message : '';
    throw new Error(wordsFor(said), { cause: error });
  }
}

const PROBLEMS: readonly (readonly [RegExp, string])[] = [
  [/missing closing \)/i, 'A bracket ( is not closed.'],
  [/unexpected \)/i, 'A bracket ) closes nothing.'],
  [/missing closing \]/i, 'A bracket [ is not closed.'],
  [/missing argument to repetition/i, 'There is nothing before a *, + or ? that could be repeated.'],
  [/trailing backslash/i, 'It ends in a \\ that stands for nothing.'],
  [/invalid escape/i, 'A \\ stands before a letter that has no meaning with it.'],
  [/character class range/i, 'A range in [ ] runs backwards.'],
  [/(?:repeat|repetition)/i, 'A repetition is nested, or counts too far.'],
  [
    /perl syntax|\(\?/i,
    'What begins with (? here is not known: looking ahead or behind and the like are left out.',
  ],
];

function wordsFor(said: string): string {
  const known = PROBLEMS.find(([pattern]) => pattern.test(said));
  return known ? known[1] : 'This is no regular expression that can be read.';
}
