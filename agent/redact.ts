import fs from 'node:fs';
import type { Environment } from '@/agent/places';

const HIDDEN = '***';
const SECRET_NAME =
  /PASSWORD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|ACCESS_KEY|ACCOUNT_KEY|API_KEY|_SAS$|_PASS$/i;
const NOT_A_SECRET = /_(FILE|COMMAND)$/i;
/** Shorter values are left: replacing them would only tear words apart. */
const LENGTH_MIN = 4;

/** Replaces every known secret, and what looks like one, in a text that leaves the agent. */
export type Redact = (text: string) => string;

/** @param secrets values that must never be seen; their URL-encoded forms are hidden too */
export function makeRedact(secrets: readonly string[]): Redact {
  const known = [...new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]))]
    .filter((secret) => secret.length >= LENGTH_MIN)
    .toSorted((a, b) => b.length - a.length);
  return (text) => hideCredentials(known.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text));
}

/** Hides user and password in URLs, enrolment tokens, and the values of words such as `password=`. */
export function hideCredentials(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/"']*@/gi, '$1')
    .replaceAll(/hfe_[A-Za-z0-9_-]{20,}/g, HIDDEN)
    .replaceAll(
      /((?:password|passwd|passphrase|secret|token|access[-_]?key(?:[-_]?id)?|api[-_]?key)["']?\s*[=:]\s*["']?)[^\s"',;&]{4,}/gi,
      `$1${HIDDEN}`,
    );
}

/** Values of all variables whose name says that they are secret. */
export function secretsOfEnvironment(env: Environment): string[] {
  return Object.entries(env)
    .filter(([name, value]) => value && SECRET_NAME.test(name) && !NOT_A_SECRET.test(name))
    .map(([, value]) => value ?? '');
}

/** What stands between `://` and `@` in a repository address: the whole, the password, and the user when it is a key. */
export function secretsOfLocation(location: string): string[] {
  const credentials = /:\/\/([^\s/]*)@/.exec(location)?.[1];
  if (!credentials) return [];
  const separator = credentials.indexOf(':');
  const password = separator < 0 ? '' : credentials.slice(separator + 1);
  return [credentials, password, decode(password)].filter(Boolean);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The content of a password file; nothing when it cannot be read (the tool itself will say so). */
export function secretsOfFile(file: string | undefined): string[] {
  if (!file) return [];
  try {
    const secret = fs.readFileSync(file, 'utf8').split('\n', 1)[0]?.trim();
    return secret ? [secret] : [];
  } catch {
    return [];
  }
}
