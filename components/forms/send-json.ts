/** What the server would not take: the status, in words, and by field. */
export interface Refusal {
  readonly status: number;
  readonly sentence: string;
  readonly fields: Readonly<Record<string, string>>;
}

export type Sent<Answer> =
  { readonly isOk: true; readonly answer: Answer } | { readonly isOk: false; readonly refusal: Refusal };

export type SendMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Whether a page made anew would tell why: it may have changed meanwhile. Without an answer, or signed out, it would only be lost with
 * all that was typed into it.
 */
export function isWorthRefreshing({ status }: Refusal): boolean {
  return status >= 400 && status < 500 && status !== 401;
}

/** Sends JSON to a route of ours; `Answer` is what that route answers with (null for an empty body). Never throws. */
export function sendJson<Answer = null>(
  method: SendMethod,
  address: string,
  body?: unknown,
): Promise<Sent<Answer>> {
  return send(address, { method, ...contentOf(body) });
}

/** An act that shows its result before the answer must not be waited for without end. */
const ACT_LIMIT_MS = 15_000;

/** The same for a short act that is shown before it is answered: sent also when its page is left, and given up after a while. */
export function sendAct<Answer = null>(
  method: SendMethod,
  address: string,
  body?: unknown,
): Promise<Sent<Answer>> {
  const signal = AbortSignal.timeout(ACT_LIMIT_MS);
  return send(address, { method, keepalive: true, signal, ...contentOf(body) });
}

function contentOf(body: unknown): RequestInit {
  if (body === undefined) return {};
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** The same with the bytes of a file, as they are. */
export function sendFile<Answer = null>(address: string, file: File): Promise<Sent<Answer>> {
  return send(address, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  });
}

async function send<Answer>(address: string, request: RequestInit): Promise<Sent<Answer>> {
  try {
    const response = await fetch(address, request);
    const text = await response.text();
    const parsed: unknown = text === '' ? null : JSON.parse(text);
    // A route's own answers are ours to know; refusals are problem+json.
    if (response.ok) return { isOk: true, answer: parsed as Answer };
    return { isOk: false, refusal: refusalOf(response.status, parsed) };
  } catch {
    // No answer, or not one of ours: there is nothing better to say.
    const sentence = 'Holdfast did not answer. Check the connection and try again.';
    return { isOk: false, refusal: { status: 0, sentence, fields: {} } };
  }
}

function refusalOf(status: number, problem: unknown): Refusal {
  const { detail, fields } = (problem ?? {}) as { detail?: unknown; fields?: Record<string, string> };
  return {
    status,
    sentence:
      status === 401 ? 'You are signed out. Sign in again in another tab, then retry.' : String(detail),
    fields: fields ?? {},
  };
}
