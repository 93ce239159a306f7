/** Greatest length of a message in a report, in UTF-16 units. */
const MESSAGE_LENGTH_MAX = 2000;

/** The beginning of a text. A character that the cut would halve is replaced: half a character is no valid text. */
export function beginningOf(text: string, lengthMax: number = MESSAGE_LENGTH_MAX): string {
  return text.slice(0, lengthMax).toWellFormed();
}

/** The end of a text, such as the last words of a program. */
export function endOf(text: string, lengthMax: number = MESSAGE_LENGTH_MAX): string {
  return text.slice(-lengthMax).toWellFormed();
}
