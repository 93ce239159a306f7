const CHARACTERS_MAX = 2_000_000;

/** Prefixes of replies and forwards in the languages that MSPs meet, and marks that gateways add. */
const PREFIX =
  /^\s*(?:(?:fwd?|wg|re|aw|tr|rv|enc|doorst|vs|i|r)\s*(?:\[\d+\])?\s*:|\[(?:external|extern|spam\?*)\])\s*/i;

export function plainSubject(subject: string): string {
  let plain = subject.normalize('NFC').replaceAll(/\s+/g, ' ').slice(0, 1000);
  for (let times = 0; times < 10 && PREFIX.test(plain); times++) plain = plain.replace(PREFIX, '');
  return plain.trim();
}

/** Patterns that begin with any white space take the square of its length to find that nothing follows it. */
const SPACE_MAX = 100;
const LONG_SPACE = /\s{101,}/g;

/** Lines without marks of quoting, in one form of Unicode, with one kind of line end. */
export function plainBody(body: string): string {
  return body
    .slice(0, CHARACTERS_MAX)
    .normalize('NFC')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\u0000', '')
    .replaceAll(/[\u00a0\u202f]/g, ' ')
    .replaceAll(/^(?:> ?)+/gm, '')
    .replaceAll(LONG_SPACE, (space) => space.slice(0, SPACE_MAX));
}
