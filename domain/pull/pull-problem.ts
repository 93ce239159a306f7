/** Why a pull came to nothing. */
export const PULL_PROBLEMS = [
  'forbidden-address',
  'unreachable',
  'too-slow',
  'untrusted-certificate',
  'other-certificate',
  'not-let-in',
  'not-allowed',
  'not-there',
  'busy',
  'server-error',
  'redirected',
  'refused',
  'too-large',
  'no-json',
  'unexpected-answer',
  'too-many-requests',
  'interrupted',
  'unreadable-credentials',
  'failed-here',
] as const;
export type PullProblem = (typeof PULL_PROBLEMS)[number];

const SENTENCE: Readonly<Record<PullProblem, string>> = {
  'forbidden-address':
    'The address leads into a private network that Holdfast may not reach. Whoever runs Holdfast can name such networks in HOLDFAST_PULL_NETWORKS.',
  unreachable: 'Nobody answers at this address. Check the name, the port and the firewall.',
  'too-slow': 'The server did not answer in time.',
  'untrusted-certificate':
    'Its certificate is signed by nobody who is known. Compare the fingerprint with the one the server shows, then pin it.',
  'other-certificate':
    'The server shows another certificate than the one that was pinned. If it was renewed, pin the new one; if not, somebody stands in between.',
  'not-let-in': 'The server does not know these credentials.',
  'not-allowed': 'The credentials are right, but may not read what is asked for.',
  'not-there': 'The server has nothing at this address. Check the address and the version of the server.',
  busy: 'The server asks to come back later.',
  'server-error': 'The server failed.',
  redirected: 'The server leads to another address. Enter that one: credentials are not sent after it.',
  refused: 'The server refused the request.',
  'too-large': 'The answer is larger than is read.',
  'no-json': 'The answer is no JSON. A web page in its place means that the address is another one.',
  'unexpected-answer': 'The answer does not look as the documents of the product say.',
  'too-many-requests': 'It would have taken more requests than one pull may make.',
  interrupted: 'It was interrupted, and goes on with the next.',
  'unreadable-credentials': 'The credentials that were kept cannot be read any more. Enter them again.',
  'failed-here': 'Holdfast failed at it; its log says more.',
};

/** What went wrong and what can be done about it, in plain words. */
export function pullProblemSentence(problem: PullProblem): string {
  return SENTENCE[problem];
}

/** What an HTTP status says of a pull; null: nothing is wrong. */
export function problemOfPullStatus(status: number): PullProblem | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return 'redirected';
  switch (status) {
    case 401:
      return 'not-let-in';
    case 403:
      return 'not-allowed';
    case 404:
    case 410:
      return 'not-there';
    case 429:
    case 503:
      return 'busy';
    default:
      return status >= 500 ? 'server-error' : 'refused';
  }
}
