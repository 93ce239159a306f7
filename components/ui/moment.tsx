import type { Instant } from '@/domain/time/instant';
import { exactText, instantText, shortInstantText } from '../format/words';

interface Props {
  at: Instant;
  /** IANA zone in which it is told. */
  timeZone: string;
  now: Instant;
  isShort?: boolean;
  className?: string;
}

/** An instant as people say it; exact, with its zone, on hover and for readers. */
export function Moment({ at, timeZone, now, isShort = false, className }: Props) {
  const text = isShort ? shortInstantText(at, timeZone, now) : instantText(at, timeZone, now);
  return (
    <time dateTime={new Date(at).toISOString()} title={exactText(at, timeZone)} className={className}>
      {text}
    </time>
  );
}
