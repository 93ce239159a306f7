import { type NextRequest, NextResponse } from 'next/server';

/**
 * Gives every page its Content-Security-Policy with a fresh nonce, and tells it which address was asked for. Authorises
 * nothing: each page and route handler does that itself, where the data is.
 */
export function proxy(request: NextRequest): NextResponse {
  const policy = contentSecurityPolicy(btoa(crypto.randomUUID()));
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  headers.set('x-holdfast-path', request.nextUrl.pathname + request.nextUrl.search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  response.headers.set('cache-control', 'no-store');
  return response;
}

/** Styles in attributes are ours alone (widths of bars); scripts and style sheets need the nonce or our origin. */
function contentSecurityPolicy(nonce: string): string {
  // `npm run dev` evaluates modules and puts styles into the page as they change.
  const isDevelopment = process.env.NODE_ENV === 'development';
  const evaluation = isDevelopment ? " 'unsafe-eval'" : '';
  const styles = isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`;
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${evaluation}`,
    `style-src 'self' ${styles}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}

export const config = {
  matcher: ['/((?!api/|healthz$|readyz$|metrics$|_next/static/|_next/image|favicon.ico|icon.svg).*)'],
};
