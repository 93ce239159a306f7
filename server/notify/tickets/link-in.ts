const LENGTH_MAX = 500;

/** An address that may be shown to everybody as a link: https, and nobody's password in it; null: it is none. */
export function linkIn(text: string): string | null {
  if (text.length > LENGTH_MAX || !text.startsWith('https://') || !URL.canParse(text)) return null;
  if (/\s|\p{C}/u.test(text)) return null;
  const { username, password, hostname } = new URL(text);
  return username === '' && password === '' && hostname !== '' ? text : null;
}
