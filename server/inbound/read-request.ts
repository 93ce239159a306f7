import type { InboundText } from './inbound-report';
import { plainBody, plainSubject } from './plain-text';

/** A request as it was captured, its head before its body: `POST …`, headers, an empty line. */
const HEAD =
  /^(?:POST|PUT|GET) (\S{1,20000}) HTTP\/\d(?:\.\d)?\r?\n((?:[\w-]{1,100}:[^\n]{0,4000}\r?\n){0,100})\r?\n/;
const FIELDS_MAX = 50;

/** Every way in which a request says what it says. */
export interface SaidByRequest {
  /** Its body, or a form's only text, with its title. */
  readonly text: InboundText;
  /** Its body as JSON, and what its form and its address say as an object of texts, where they are there. */
  readonly json: readonly unknown[];
  /** Whether its body is JSON: then its text is that, spelled out. */
  readonly isJson: boolean;
}

/** Reads a request with its head, or a body alone. What is neither JSON nor a form says a text only. */
export function readRequest(raw: Uint8Array): SaidByRequest {
  const whole = Buffer.from(raw).toString('utf8');
  const head = HEAD.exec(whole);
  const body = head ? whole.slice(head[0].length) : whole;
  const header = (name: string): string | undefined =>
    new RegExp(String.raw`^${name}:[ \t]*(.*)$`, 'im').exec(head?.[2] ?? '')?.[1]?.trim();
  const isForm =
    /^application\/x-www-form-urlencoded\b/i.test(header('content-type') ?? '') ||
    body.startsWith('message=');
  const form = isForm ? fieldsOf(body) : {};
  const query = fieldsOf(head?.[1]?.split('?').slice(1).join('?') ?? '');
  // a form's only field is a text whose first line is its title
  const plain = form['message'] ?? body;
  const [first = ''] = plain.split('\n', 1);
  const fields = { ...query, ...form };
  const ofBody = jsonOf(body);
  return {
    text: { subject: plainSubject(header('subject') ?? first), body: plainBody(plain) },
    json: [...ofBody, ...(Object.keys(fields).length > 0 ? [fields] : [])],
    isJson: ofBody.length > 0,
  };
}

/** Of one that is named twice the first counts. */
function fieldsOf(encoded: string): Record<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(encoded)) {
    if (fields.size >= FIELDS_MAX) break;
    if (!fields.has(name)) fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

function jsonOf(body: string): unknown[] {
  if (!/^\s*[[{]/.test(body)) return [];
  try {
    return [JSON.parse(body)];
  } catch {
    return [];
  }
}
