// Patterns of LIKE and ILIKE in which a text is taken literally; those of an empty text find everything.

const quoted = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

/** What holds the text anywhere. */
export function holdingPattern(text: string): string {
  return `%${quoted(text)}%`;
}

/** What begins with the text. */
export function beginningPattern(text: string): string {
  return `${quoted(text)}%`;
}
