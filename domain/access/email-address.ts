const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+";
const ADDRESS = new RegExp(`^(${ATOM}(?:\\.${ATOM})*)@(${LABEL}(?:\\.${LABEL})*)$`);

/**
 * The one form of an e-mail address that is stored and compared: NFKC first (full-width letters and signs become plain
 * ones), outer blanks removed, lower case. null for anything but ASCII dot-atom@host: no quotes, comments, lists,
 * control characters, address literals; local part at most 64, whole address at most 254 characters (RFC 5321, 4.5.3.1).
 */
export function normaliseEmail(typed: string): string | null {
  if (typed.length > 1000) return null;
  const address = typed
    .normalize('NFKC')
    .replace(/^[ \t]+|[ \t]+$/g, '')
    .toLowerCase();
  if (address.length > 254) return null;
  const parts = ADDRESS.exec(address);
  return parts && (parts[1] ?? '').length <= 64 ? address : null;
}
