import type { ReactNode } from 'react';
import { Mark } from '../backup/status-mark';
import { countText } from '../format/amounts';
import { Moment } from '../ui/moment';

interface Checkpoint {
  checkpointId: number;
  at: Date;
  /** How many events of the MSP it has signed. */
  seq: number;
}

interface Stamp {
  at: Date;
  authority: string | null;
  /** The last event that it covers; null: none of this MSP. */
  seq: number | null;
}

interface Props {
  /** How many events there are. */
  events: number;
  checkpoint: Checkpoint | null;
  /** Public keys that signed, base64; the last one signs now. */
  keys: readonly string[];
  stamp: Stamp | null;
  /** Why there is no newer time-stamp: nobody was asked, it waits for its turn, or it has failed for too long. */
  stampState: 'current' | 'nobody-asked' | 'waits' | 'overdue';
  stampProblem: string | null;
  timeZone: string;
  now: number;
  /** Who gets the day's note, holds, download. */
  children: ReactNode;
}

/** What proves the log without us: its newest checkpoint, the key, and who time-stamped it outside. */
export function ProofPanel(props: Props) {
  const { events, checkpoint, keys, timeZone, now, children } = props;
  const open = checkpoint ? events - checkpoint.seq : events;
  return (
    <dl className="border-line bg-bg-2 text-13 mt-3 grid grid-cols-[170px_minmax(0,1fr)] overflow-hidden rounded-lg border px-3 pb-1 max-sm:grid-cols-1">
      <Row name="Last checkpoint">
        {checkpoint ? (
          <>
            Number {countText(checkpoint.checkpointId)},{' '}
            <Moment at={checkpoint.at.getTime()} timeZone={timeZone} now={now} />: signed events 1 to{' '}
            {countText(checkpoint.seq)}
            {open > 0 && `; ${countText(open)} newer are signed within ten minutes`}
          </>
        ) : (
          <>
            <Mark tone="unk">None yet</Mark> One is signed every ten minutes while anything happens.
          </>
        )}
      </Row>
      {keys.length > 0 && (
        <Row name="Signed with the key">
          <code className="break-all">{keys.at(-1)}</code>
          <span className="text-ink-3 block text-xs">
            Give it to whoever verifies, apart from the log itself.
            {keys.length > 1 && ` ${countText(keys.length - 1)} earlier ones stand in the bundle.`}
          </span>
        </Row>
      )}
      <Row name="Time-stamped outside">
        <StampText {...props} />
      </Row>
      {children}
    </dl>
  );
}

const STAMP_TEXTS = {
  current: null,
  'nobody-asked': 'No authority was asked yet: whoever runs Holdfast sets HOLDFAST_TSA_URL.',
  waits: 'The newest checkpoint waits for its turn, once an hour.',
  overdue: 'Checkpoints wait for more than two hours; they are tried again and again.',
} as const;

function StampText({ stamp, stampState, stampProblem, timeZone, now }: Props) {
  const text = STAMP_TEXTS[stampState];
  return (
    <>
      {stamp ? (
        <>
          <Mark tone={stampState === 'overdue' ? 'risk' : 'ok'}>Anchored</Mark>{' '}
          <Moment at={stamp.at.getTime()} timeZone={timeZone} now={now} />
          {stamp.authority && ` by ${stamp.authority}`}
          {stamp.seq !== null && `: events 1 to ${countText(stamp.seq)}`}
        </>
      ) : (
        <Mark tone={stampState === 'overdue' ? 'bad' : 'unk'}>Not yet time-stamped outside</Mark>
      )}
      {text && (
        <span className="text-ink-3 block text-xs">
          {text}
          {stampProblem && ` Last problem: ${stampProblem}.`}
        </span>
      )}
    </>
  );
}

/** A name and what stands there, for parts that others add. */
export function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-ink-3 border-line -mt-px border-t py-1.5 max-sm:pb-0">{name}</dt>
      <dd className="border-line -mt-px border-t py-1.5 max-sm:border-0 max-sm:pt-0">{children}</dd>
    </div>
  );
}
