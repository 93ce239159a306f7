/** What the server said to an attempt to sign in. */
export type SignInAnswer =
  | {
      readonly outcome: 'signed-in' | 'refused' | 'code-refused' | 'grant-ended' | 'unavailable';
    }
  | { readonly outcome: 'code-needed'; readonly hasPasskey: boolean }
  | { readonly outcome: 'wait'; readonly retryAfterSeconds: number };

/** Posts an attempt with a fresh form token; the answer to a success is a cookie. */
export async function postSignIn(attempt: {
  email: string;
  password: string;
  code: string;
}): Promise<SignInAnswer> {
  try {
    const token = await (await fetch('/api/auth/csrf', { cache: 'no-store' })).json();
    const response = await fetch('/api/auth/callback/credentials', {
      method: 'POST',
      body: new URLSearchParams({ ...attempt, csrfToken: String(token.csrfToken), json: 'true' }),
    });
    const { url } = await response.json();
    return toAnswer(new URL(String(url)).searchParams, response.ok);
  } catch {
    // No answer, or not one of ours: there is nothing better to say.
    return { outcome: 'unavailable' };
  }
}

/** next-auth answers with an address: its `error` is ours; `csrf` stands for a form token that had grown old. */
function toAnswer(said: URLSearchParams, isOk: boolean): SignInAnswer {
  if (isOk && !said.has('error') && !said.has('csrf')) return { outcome: 'signed-in' };
  const [outcome, detail] = (said.get('error') ?? '').split(':');
  if (outcome === 'wait') return { outcome, retryAfterSeconds: Number(detail) };
  if (outcome === 'code-needed') return { outcome, hasPasskey: detail === 'passkey' };
  if (outcome === 'refused' || outcome === 'code-refused' || outcome === 'grant-ended') return { outcome };
  return { outcome: 'unavailable' };
}
