import { isLoopback } from '../config';
import { AppError } from '../errors';

/**
 * Refuses a state change that a page of ours did not send: the Origin must be `appOrigin`, exactly; missing and `null` are
 * refused too. On this machine `localhost` and `127.0.0.1` are the same site, but the port must be ours.
 * @throws AppError `origin-refused`
 */
export function checkOrigin(headers: Headers, appOrigin: string): void {
  if (isOurs(headers.get('origin'), appOrigin) && isOurHost(headers.get('host'), appOrigin)) return;
  throw new AppError(
    'origin-refused',
    `This can only be done from ${appOrigin}. Open Holdfast there and try again.`,
  );
}

function isOurs(origin: string | null, appOrigin: string): boolean {
  if (origin === appOrigin) return true;
  if (!origin || !URL.canParse(origin)) return false;
  const ours = new URL(appOrigin);
  const theirs = new URL(origin);
  return (
    isLoopback(ours.hostname) &&
    isLoopback(theirs.hostname) &&
    theirs.protocol === ours.protocol &&
    theirs.port === ours.port
  );
}

/** Another site's name that was pointed at this machine (DNS rebinding) is not ours. Elsewhere the proxy fixes Host. */
function isOurHost(host: string | null, appOrigin: string): boolean {
  const ours = new URL(appOrigin);
  if (!isLoopback(ours.hostname)) return true;
  return host !== null && isOurs(`${ours.protocol}//${host}`, appOrigin);
}
