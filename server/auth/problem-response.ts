import { AppError } from '../errors';
import { toProblem } from '../http';
import { log } from '../log';

/** Any error as problem+json; what is not the caller's mistake goes to the log. */
export function problemResponse(error: unknown, requestId: string): Response {
  if (!(error instanceof AppError)) log('web').error({ err: error, requestId }, 'a route handler failed');
  const problem = toProblem(error, requestId);
  return new Response(problem.body, {
    status: problem.status,
    headers: { ...problem.headers, 'x-request-id': requestId },
  });
}
