import fs from 'node:fs';
import type { Environment } from '@/agent/places';

const HIDDEN = '***';
const SECRET_NAME =
  /PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|(?:ACCESS|ACCOUNT|API|PRIVATE|ENCRYPTION|APPLICATION|MASTER|SIGNING)_KEY|_(?:SAS|PASS|PWD|PW)$/i;
const NOT_A_SECRET = /_(FILE|COMMAND)$/i;
/** Shorter values are left: replacing them would only tear words apart. */
const LENGTH_MIN = 4;

/** Replaces every known secret, and what looks like one, in a text that leaves the agent. */
export type Redact = (text: string) => string;

/** @param secrets values that must never be seen, line by line; their URL-encoded forms are hidden too */
export function makeRedact(secrets: readonly string[]): Redact {
  const lines = secrets.flatMap((secret) => secret.split(/\r?\n/)).map((line) => line.trim());
  const known = [...new Set(lines.flatMap((line) => [line, encoded(line)]))]
    .filter((secret) => secret.length >= LENGTH_MIN)
    .toSorted((a, b) => b.length - a.length);
  return (text) => hideCredentials(known.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text));
}

/** Half a character cannot be encoded. */
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

/** Hides user and password in URLs, enrolment tokens, and the values of words such as `password=`. */
export function hideCredentials(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/]*@/gi, '$1')
    .replaceAll(/hfe_[A-Za-z0-9_-]{20,}/g, HIDDEN)
    .replaceAll(
      /((?:password|passwd|passphrase|(?<![a-z])(?:pass|pwd)|secret|token|(?:access|account|api)[-_]?key(?:[-_]?id)?|sas[-_]?url)["']?\s*[=:]\s*["']?)[^\s"',;&]{4,}/gi,
      `$1${HIDDEN}`,
    );
}

/** Values of all variables whose name says that they are secret, and passwords in the addresses that others hold. */
export function secretsOfEnvironment(env: Environment): string[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    if (value === '') return [];
    if (SECRET_NAME.test(name) && !NOT_A_SECRET.test(name)) return [value];
    return secretsOfLocation(value);
  });
}

/** What stands between `://` and `@` in an address: the whole, and the password. */
export function secretsOfLocation(location: string): string[] {
  return [...location.matchAll(/:\/\/([^\s/]*)@/g)].flatMap(([, credentials = '']) => {
    const separator = credentials.indexOf(':');
    const password = separator < 0 ? '' : credentials.slice(separator + 1);
    return [credentials, password, decode(password)].filter(Boolean);
  });
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
    return [fs.readFileSync(file, 'utf8').trim()].filter(Boolean);
  } catch {
    return [];
  }
}
