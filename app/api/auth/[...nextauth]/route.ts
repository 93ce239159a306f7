import { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { z } from 'zod';
import { nextAuthOptions } from '@/server/auth/next-auth-options';
import { readForm } from '@/server/auth/request-body';
import { withPublicRoute } from '@/server/auth/with-route';
import { nothingHere } from '@/server/nothing-here';

/** The two of next-auth's own routes that our sign-in form uses; its built-in pages stay closed. */
const OPEN_ROUTES: readonly string[] = ['GET csrf', 'POST callback/credentials'];
const FORM_BYTES_MAX = 16_384;

const segments = z.object({ nextauth: z.array(z.string()) });

const answer = withPublicRoute({ params: segments }, async ({ request, params: { nextauth } }) => {
  if (!OPEN_ROUTES.includes(`${request.method} ${nextauth.join('/')}`)) throw nothingHere();
  const { url, method, headers } = request;
  const body = method === 'POST' ? await readForm(request, FORM_BYTES_MAX) : null;
  const params = Promise.resolve({ nextauth });
  const answered = await NextAuth(
    new NextRequest(url, { method, headers, body }),
    { params },
    nextAuthOptions(),
  );
  return asStep(z.instanceof(Response).parse(answered));
});

/** next-auth knows refusals only, but being asked for the code is the next step of the form. */
async function asStep(response: Response): Promise<Response> {
  const text = await response.text();
  const isStep = response.status === 401 && text.includes('error=code-needed');
  return new Response(text, { status: isStep ? 200 : response.status, headers: response.headers });
}

export { answer as GET, answer as POST };
