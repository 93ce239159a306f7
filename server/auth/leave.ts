import { isSecure, sessionCookieName } from './session-cookie';

/** The answer after sign-out: the cookie goes; a browser's form is led to the sign-in page, a program gets 204. */
export function leave(request: Request): Response {
  const secure = isSecure() ? '; Secure' : '';
  const headers = new Headers({
    'set-cookie': `${sessionCookieName()}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure}`,
    'clear-site-data': '"cache"',
  });
  if (!request.headers.get('accept')?.includes('text/html'))
    return new Response(null, { status: 204, headers });
  headers.set('location', '/sign-in?left=1');
  return new Response(null, { status: 303, headers });
}
