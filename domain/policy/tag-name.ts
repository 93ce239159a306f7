/** Tags that a system can have. */
export const SYSTEM_TAGS_MAX = 20;
/** Characters of a tag, at most. */
export const TAG_LENGTH_MAX = 40;
/** A tag: small letters, digits and single dashes, so that one word is one tag. */
export const TAG_PATTERN = /^[\p{Ll}\p{N}]+(?:-[\p{Ll}\p{N}]+)*$/u;

export const TAG_PROBLEMS = {
  long: `Use at most ${TAG_LENGTH_MAX} characters.`,
  letters: 'Use letters, digits and single dashes, such as card-data.',
  many: `A system has at most ${SYSTEM_TAGS_MAX} tags.`,
} as const;

/** The tags in what somebody typed, as they are kept: in small letters, each once, in the order typed. */
export function tagsIn(typed: string): readonly string[] {
  const words = typed.split(/[\s,;]+/u).filter((word) => word !== '');
  return [...new Set(words.map((word) => word.toLowerCase()))];
}

/** Why these cannot be the tags of a system; null: they can. */
export function tagsProblem(tags: readonly string[]): string | null {
  if (tags.length > SYSTEM_TAGS_MAX) return TAG_PROBLEMS.many;
  if (tags.some((tag) => tag.length > TAG_LENGTH_MAX)) return TAG_PROBLEMS.long;
  return tags.every((tag) => TAG_PATTERN.test(tag)) ? null : TAG_PROBLEMS.letters;
}
