import { cutText } from '../text/cut-text';
import { FIND_MAX, type RulePlace, type RuleSign, type TextCapture } from './message-rule';

/** What somebody pointed at in a message's text. */
export interface Selected {
  readonly in: Exclude<RulePlace, 'anywhere'>;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The words of a selection as a sign; null: there are none. */
export function signOf({ in: place, text, start, end }: Selected): RuleSign | null {
  const find = cutText(flat(text.slice(start, end)), FIND_MAX).trim();
  return find === '' ? null : { in: place, by: 'words', find };
}

/**
 * How what was selected is found in other messages of the kind: after the words before it in its line, else between what stands around
 * it. null: nothing, or more than a line, was selected.
 */
export function captureOf(selected: Selected): TextCapture | null {
  const { in: place, text } = selected;
  const { start, end } = trimmed(selected);
  const value = text.slice(start, end);
  if (value === '' || /\n/.test(value)) return null;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end) < 0 ? text.length : text.indexOf('\n', end);
  const before = text.slice(lineStart, start);
  const after = text.slice(end, lineEnd);
  const label = cutText(flat(before.split('\t').findLast((cell) => cell.trim() !== '') ?? ''), FIND_MAX);
  const isRest = after.trim() === '' || after.startsWith('\t');
  if (isRest && /\p{L}/u.test(label)) return { in: place, by: 'after', find: label.replace(/\s*[:=]+$/, '') };
  const find = `${around(before, (words) => words.slice(-AROUND_MAX), '^')}(.+?)${around(after, (words) => words.slice(0, BEHIND_MAX), '$')}`;
  return find.length > FIND_MAX ? null : { in: place, by: 'pattern', find };
}

const AROUND_MAX = 30;
/** Little: what follows may be how the run ended, which differs from one message to the next. */
const BEHIND_MAX = 6;
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

function trimmed({ text, start, end }: Selected): { start: number; end: number } {
  const value = text.slice(start, end);
  return {
    start: start + value.length - value.trimStart().length,
    end: end - (value.length - value.trimEnd().length),
  };
}

/** What stands beside a value, as a pattern; digits change from one message to the next. */
function around(text: string, near: (text: string) => string, edge: string): string {
  if (text === '') return edge;
  return near(text)
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
    .replaceAll(/\d+/g, String.raw`\d+`)
    .replaceAll(/\s+/g, String.raw`\s+`);
}
