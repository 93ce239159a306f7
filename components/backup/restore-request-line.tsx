import type { Instant } from '@/domain/time/instant';
import { counted } from '../format/amounts';
import { Moment } from '../ui/moment';
import { Mark, type Tone } from './status-mark';

export interface RestoreRequestShown {
  repositoryName: string;
  /** What made the copy. */
  tool: string;
  hostname: string;
  /** null: its policy asked. */
  askedByName: string | null;
  askedAt: Instant;
  expiresAt: Instant;
  rule: 'sample' | 'full';
  files: number;
  seed: number;
  state: 'waiting' | 'fetched' | 'done' | 'expired';
  fetchedAt: Instant | null;
  endedAt: Instant | null;
  result: 'passed' | 'failed' | 'error' | 'skipped' | null;
  message: string | null;
}

const TONE: Readonly<Record<NonNullable<RestoreRequestShown['result']>, Tone>> = {
  passed: 'ok',
  failed: 'bad',
  error: 'unk',
  skipped: 'off',
};

/** How far the newest test has come that somebody, or the policy, asked for. */
export function RestoreRequestLine({
  request,
  timeZone,
  now,
}: {
  request: RestoreRequestShown;
  timeZone: string;
  now: Instant;
}) {
  const { repositoryName, askedByName, askedAt } = request;
  return (
    <div className="text-13 border-line mb-3 rounded-md border px-3 py-2">
      <p>
        <StateMark request={request} />{' '}
        <span className="text-ink-2">
          · {whatText(request)} from {repositoryName}, asked for by {askedByName ?? 'the policy'}{' '}
          <Moment at={askedAt} timeZone={timeZone} now={now} />
        </span>
      </p>
      <p className="text-ink-3 mt-0.5">
        <WhatNow request={request} timeZone={timeZone} now={now} />
      </p>
    </div>
  );
}

function whatText({ tool, rule, files, seed }: RestoreRequestShown): string {
  if (tool === 'pgbackrest') return 'the database, started elsewhere,';
  return rule === 'full' ? 'all files' : `a sample of ${counted(files, 'file')}, seed ${seed}`;
}

function StateMark({ request: { state, result } }: { request: RestoreRequestShown }) {
  if (state === 'waiting') return <Mark tone="unk">Waiting for its machine</Mark>;
  if (state === 'fetched') return <Mark tone="unk">Running</Mark>;
  if (state === 'expired' || result === null) return <Mark tone="off">Nobody answered</Mark>;
  return <Mark tone={TONE[result]}>{`Test ${result === 'error' ? 'ended in an error' : result}`}</Mark>;
}

function WhatNow({
  request: { state, hostname, expiresAt, fetchedAt, endedAt, message },
  timeZone,
  now,
}: {
  request: RestoreRequestShown;
  timeZone: string;
  now: Instant;
}) {
  const moment = (at: Instant) => <Moment at={at} timeZone={timeZone} now={now} />;
  switch (state) {
    case 'waiting':
      return (
        <>
          The agent on {hostname} fetches it with its next report. It is not begun after {moment(expiresAt)}.
        </>
      );
    case 'fetched':
      return (
        <>
          The agent on {hostname} has it since {moment(fetchedAt ?? expiresAt)}; the result comes with a
          report.
        </>
      );
    case 'done':
      return (
        <>
          {message === null ? 'Told' : `${message.split('\n', 1)[0]} Told`} {moment(endedAt ?? expiresAt)}.
        </>
      );
    case 'expired':
      return (
        <>The agent on {hostname} told no result in time. See whether it still reports; then ask again.</>
      );
  }
}
