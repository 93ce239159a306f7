import { AppError, ERROR_STATUS } from './errors';

export interface ProblemResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * Turns any error into problem+json (RFC 9457). Only an AppError's public sentence goes out; anything else is a 500
 * without detail, for the log alone. The body carries no identifier that the caller did not send, but the request's.
 */
export function toProblem(error: unknown, requestId: string): ProblemResponse {
  const isOurs = error instanceof AppError;
  const status = isOurs ? ERROR_STATUS[error.code] : 500;
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  };
  if (isOurs && error.retryAfterSeconds !== null) headers['retry-after'] = String(error.retryAfterSeconds);
  const body = {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    code: isOurs ? error.code : 'internal',
    detail: isOurs ? error.publicSentence : 'Something broke on our side. It is logged; please try again.',
    request_id: requestId,
    ...(isOurs && Object.keys(error.fields).length > 0 ? { fields: error.fields } : {}),
  };
  return { status, headers, body: JSON.stringify(body) };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
