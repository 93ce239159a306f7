import type { SignInWay } from '@/domain/access/sign-in-way';
import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { browserText } from '../format/browser-text';
import { signInText } from './sign-in-text';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';

interface SignInRow {
  readonly signInId: string;
  readonly at: Date;
  readonly name: string;
  readonly email: string;
  readonly how: SignInWay | null;
  readonly reason: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
}

interface Props {
  signIns: readonly SignInRow[];
  /** Whether they are of several people, who are named then. */
  isOfMany?: boolean;
  timeZone: string;
  now: Instant;
  /** Where older ones are; null: there are none. */
  olderHref: string | null;
  /** Where the newest are; null: these are they. */
  newestHref: string | null;
}

/** When somebody signed in or tried to, how, and from where. */
export function SignInTable({ signIns, isOfMany = false, timeZone, now, olderHref, newestHref }: Props) {
  const head = (
    <>
      <Th>When</Th>
      {isOfMany && <Th>Who</Th>}
      <Th>Result</Th>
      <Th>How</Th>
      <Th>Address</Th>
      <Th>Device</Th>
    </>
  );
  return (
    <>
      <Table head={head}>
        {signIns.map(({ signInId, at, name, email, how, reason, address, userAgent }) => (
          <Tr key={signInId}>
            <Td at="first">
              <Moment at={at.getTime()} timeZone={timeZone} now={now} />
            </Td>
            {isOfMany && (
              <Td at="second">
                <span className="font-medium">{name}</span>
                <span className="text-ink-3 block text-xs [overflow-wrap:anywhere]">{email}</span>
              </Td>
            )}
            <Td at="first-right">
              {how === null ? <Mark tone="risk">Refused</Mark> : <Mark tone="ok">Signed in</Mark>}
            </Td>
            <Td at={isOfMany ? 'third' : 'second'}>{signInText(how, reason)}</Td>
            <Td at={isOfMany ? 'third-right' : 'second-right'}>{address ?? 'unknown'}</Td>
            <Td at="hidden" title={userAgent ?? undefined}>
              {userAgent === null ? '–' : browserText(userAgent)}
            </Td>
          </Tr>
        ))}
      </Table>
      {(olderHref !== null || newestHref !== null) && (
        <nav aria-label="Pages of sign-ins" className="text-13 mt-3 flex gap-3">
          {newestHref !== null && (
            <Link href={newestHref} className="text-accent hover:underline" scroll={false}>
              Newest
            </Link>
          )}
          {olderHref !== null && (
            <Link href={olderHref} rel="next" className="text-accent hover:underline" scroll={false}>
              Older
            </Link>
          )}
        </nav>
      )}
    </>
  );
}
