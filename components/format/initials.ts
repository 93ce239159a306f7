/** 'ME' of 'Mara Ellison'. */
export function initialsOf(name: string): string {
  const letters = name.split(/\s+/).flatMap((word) => /^\p{L}/u.exec(word)?.[0] ?? []);
  const [first = '?'] = letters;
  return `${first}${letters.length > 1 ? (letters.at(-1) ?? '') : ''}`.toUpperCase();
}
