import { cookieText, sessionCookieName } from './session-cookie';

/** The answer after sign-out: the cookie goes; a browser's form is led to the sign-in page, a program gets 204. */
export function leave(request: Request): Response {
  const headers = new Headers({
    'set-cookie': cookieText(sessionCookieName(), '', 0),
    'clear-site-data': '"cache"',
  });
  if (!request.headers.get('accept')?.includes('text/html'))
    return new Response(null, { status: 204, headers });
  headers.set('location', '/sign-in?left=1');
  return new Response(null, { status: 303, headers });
}
