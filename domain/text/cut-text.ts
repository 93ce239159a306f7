/** The beginning of a text, at most `lengthMax` UTF-16 units long and never ending in half a character. */
export function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const isHalf = /[\ud800-\udbff]/.test(text.charAt(lengthMax - 1));
  return text.slice(0, isHalf ? lengthMax - 1 : lengthMax);
}
