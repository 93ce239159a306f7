import type { BoardTrust } from '@/domain/protection/board-trust';
import { durationText } from '@/domain/protection/sentence';
import type { Instant } from '@/domain/time/instant';
import { counted } from '../format/amounts';
import { clockText } from '../format/words';
import { Link } from '../ui/link';

interface Props {
  trust: BoardTrust;
  now: Instant | null;
  timeZone: string;
}

/** Says over the whole width that nothing below can be relied on, and what to do. */
export function BoardShout({ trust, now, timeZone }: Props) {
  const said = words(trust, now, timeZone);
  return (
    <div role="alert" className="contents">
      {said && (
        <div className="bg-bad-g text-bg px-[1.2em] py-[0.5em]">
          <p className="text-[1.9em]/[1.2] font-bold tracking-tight">{said.what}</p>
          <p className="font-medium">
            {said.cure}
            {(trust.kind === 'signed-out' || trust.kind === 'refused') && (
              <>
                {' '}
                <Link href="/sign-in?callbackUrl=%2Fwallboard" className="underline">
                  Sign in
                </Link>
              </>
            )}
          </p>
        </div>
      )}
    </div>
  );
}

function words(
  trust: BoardTrust,
  now: Instant | null,
  timeZone: string,
): { what: string; cure: string } | null {
  switch (trust.kind) {
    case 'current':
    case 'starting':
      return null;
    case 'behind': {
      const ago = durationText((now ?? trust.since) - trust.since);
      const what =
        trust.waitingReports > 0
          ? `${counted(trust.waitingReports, 'report')} wait to be processed`
          : 'verdicts are overdue';
      return {
        what: `Stale: Holdfast is behind by ${ago}`,
        cure: `${what}, so nobody knows who is protected. Whoever runs Holdfast looks at its worker.`,
      };
    }
    case 'no-answer':
      return {
        what: `Stale: Holdfast does not answer${sinceText(trust.since, timeZone)}`,
        cure: 'Nobody knows who is protected. Look at the network of this screen and at the Holdfast server; the screen recovers by itself.',
      };
    case 'signed-out':
      return {
        what: 'Signed out: this screen shows nothing any more',
        cure: 'Its sign-in ended. Sign in again in this browser; the screen then goes on by itself.',
      };
    case 'refused':
      return {
        what: 'No access: this screen shows nothing any more',
        cure: 'Whoever is signed in here may no longer see the fleet. Sign in as somebody who may.',
      };
  }
}

function sinceText(since: Instant | null, timeZone: string): string {
  return since === null ? '' : ` since ${clockText(since, timeZone)}`;
}
