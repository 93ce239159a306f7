/**
 * Whether a text is like a pattern in which `*` stands for any characters, or none; everything else for itself, in letters of either
 * case. Takes at most as many steps as both are long, multiplied: no pattern can hold anybody up.
 */
export function isLike(text: string, pattern: string): boolean {
  const [of, wanted] = [text.toLowerCase(), pattern.toLowerCase()];
  let [at, next] = [0, 0];
  // Where the last star stood, and how much of the text it has taken so far.
  let star: { after: number; takenTo: number } | null = null;
  while (at < of.length) {
    if (wanted[next] === '*') {
      star = { after: next + 1, takenTo: at };
      next++;
    } else if (next < wanted.length && wanted[next] === of[at]) {
      next++;
      at++;
    } else if (star === null) return false;
    else {
      star.takenTo++;
      at = star.takenTo;
      next = star.after;
    }
  }
  return wanted.slice(next).replaceAll('*', '') === '';
}
