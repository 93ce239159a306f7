'use client';

import { Check, CircleDashed } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useState } from 'react';
import { pullProblemSentence } from '@/domain/pull/pull-problem';
import { proposedProduct } from '@/domain/connect/undecided';
import { RunMark, Shape, StatusMark } from '../backup/status-mark';
import { sendJson } from '../forms/send-json';
import { Button, buttonClass } from '../ui/button';
import { Link } from '../ui/link';
import { TextLink } from '../ui/text-link';
import { useNotify } from '../ui/toaster';
import { type Arrival, arrivalOf, type Arrived, type ArrivedMessage, misfitText } from './arrival';
import { productName } from './channel-words';

interface Props {
  channelId: string;
  kind: 'ping' | 'mail' | 'webhook' | 'pull';
  /** ISO 8601. */
  openedAt: string;
  hostname: string;
  /** What can be looked at when nothing comes. */
  hints: readonly string[];
  nextHref: string;
  /** Whether whoever looks may decide about messages that were put aside. */
  maySort: boolean;
}

const EVERY_MS = 2000;

/** Waits for the first message of a channel, and says what became of it: which system, or why it does not fit. */
export function ArrivalPanel(props: Props) {
  const { channelId, kind, openedAt, hostname, hints, nextHref } = props;
  const arrived = useArrived(channelId);
  if (!arrived) return <Frame stage="waiting" title="Waiting for the first message …" since={openedAt} />;
  const arrival = arrivalOf(arrived);
  const newest = arrival.stage === 'waiting' ? null : arrival.message;
  return (
    <Frame stage={arrival.stage} title={titleOf(arrival)} since={newest?.receivedAt ?? openedAt}>
      <ol className="flex flex-col gap-1 px-4 py-3">
        <Step at={openedAt}>
          {kind === 'pull' ? 'Connected' : 'Address made'}, for {hostname}
        </Step>
        {newest && (
          <Step at={newest.receivedAt}>
            <TextLink href={`/raw-reports/${newest.rawReportId}`} className="underline">
              Message
            </TextLink>{' '}
            arrived and kept whole
          </Step>
        )}
        {arrival.stage === 'arrived' && <Runs message={arrival.message} />}
        {(arrival.stage === 'waiting' || arrival.stage === 'reading') && (
          <li className="text-13 text-ink-3 flex items-center gap-2">
            <CircleDashed size={14} aria-hidden="true" className="flex-none" />
            {arrival.stage === 'waiting' ? WAITS_FOR[kind] : 'Reading what it says: usually under a second'}
          </li>
        )}
      </ol>
      {arrival.stage === 'waiting' && arrived.pullProblem !== null && (
        <p className="text-13 border-line border-t px-4 py-3" role="alert">
          The last pull came to nothing. {pullProblemSentence(arrived.pullProblem)}
        </p>
      )}
      {arrival.stage === 'waiting' && <Hints hints={hints} />}
      {arrival.stage === 'arrived' && <Systems arrived={arrived} nextHref={nextHref} />}
      {arrival.stage === 'misfit' && <Misfit {...props} message={arrival.message} />}
    </Frame>
  );
}

const WAITS_FOR: Readonly<Record<Props['kind'], string>> = {
  ping: 'It comes with the next backup, or when you try the line out',
  mail: 'It comes with the next backup, or when you try the line out',
  webhook: 'It comes with the next backup, or when you try the line out',
  pull: 'The first pull begins within seconds, and reads the last seven days',
};

const EDGE: Readonly<Record<Arrival['stage'], string>> = {
  waiting: 'border-line-2',
  reading: 'border-line-2',
  arrived: 'border-ok',
  misfit: 'border-risk',
};
const TONE = { waiting: 'unk', reading: 'unk', arrived: 'ok', misfit: 'risk' } as const;

function Frame({
  stage,
  title,
  since,
  children,
}: {
  stage: Arrival['stage'];
  title: string;
  since: string;
  children?: ReactNode;
}) {
  return (
    <section aria-label="First message" className={`rounded-lg border ${EDGE[stage]}`}>
      <div className="border-line flex items-center gap-3 border-b px-4 py-3">
        <Shape tone={TONE[stage]} size={20} />
        <div>
          <output className="block text-sm font-semibold">{title}</output>
          <p className="text-ink-3 text-xs">
            {stage === 'waiting' ? 'listening since ' : ''}
            <Clock at={since} />
          </p>
        </div>
      </div>
      {children}
    </section>
  );
}

function titleOf(arrival: Arrival): string {
  switch (arrival.stage) {
    case 'waiting':
      return 'Waiting for the first message …';
    case 'reading':
      return 'A message arrived and is being read …';
    case 'arrived': {
      const names = [...new Set(arrival.message.runs.map(({ systemName }) => systemName))];
      return names.length === 1 ? `${names[0]} has reported` : `${names.length} systems have reported`;
    }
    case 'misfit':
      return arrival.message.state === 'quarantined'
        ? 'A message arrived, but does not fit'
        : 'A message arrived that tells of no run';
  }
}

function Runs({ message: { runs } }: { message: ArrivedMessage }) {
  return runs.slice(0, 5).map((run) => (
    <Step key={run.runId}>
      <span className="inline-flex flex-wrap items-center gap-x-1.5">
        Read as a run of {run.jobName}: <RunMark status={run.status} isPartial={false} />
      </span>
    </Step>
  ));
}

function Systems({ arrived: { systems }, nextHref }: { arrived: Arrived; nextHref: string }) {
  const [first] = systems;
  return (
    <div className="border-line border-t px-4 py-3">
      <p className="text-13 font-semibold">How it stands now</p>
      <ul className="mt-1 flex flex-col gap-1">
        {systems.map(({ systemId, name, status }) => (
          <li key={systemId} className="text-13 flex flex-wrap items-center gap-2">
            <TextLink href={`/systems/${systemId}`} className="underline">
              {name}
            </TextLink>
            <StatusMark status={status} />
          </li>
        ))}
      </ul>
      <p className="text-ink-3 mt-2 text-xs">
        By messages alone a system is at risk at best: nobody has seen the copies.
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        {first && (
          <Link href={`/systems/${first.systemId}`} className={buttonClass('primary')}>
            Open {first.name}
          </Link>
        )}
        <Link href={nextHref} className={buttonClass()}>
          Connect the next one
        </Link>
      </div>
    </div>
  );
}

function Misfit({ channelId, hostname, message, maySort }: Props & { message: ArrivedMessage }) {
  const { why, cure } = misfitText(message);
  const product = message.reason === null ? null : proposedProduct(message.reason);
  return (
    <div className="border-line border-t px-4 py-3">
      <p className="text-13 font-semibold">Why</p>
      <p className="text-13 mt-1 [overflow-wrap:anywhere]">{why}</p>
      {product === null && <p className="text-13 text-ink-2 mt-1">{cure}</p>}
      <p className="text-ink-2 mt-2 text-xs">
        Nothing is lost or guessed. Until a message can be read, this says nothing of {hostname}: what is not
        known otherwise stays unknown, never compliant.
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        {product !== null && maySort && (
          <DecideButton channelId={channelId} product={product} reason={message.reason ?? ''} />
        )}
        {message.state === 'quarantined' && message.ping === null && (
          <Link href={`/raw-reports/${message.rawReportId}/rule`} className={buttonClass()}>
            Make a rule
          </Link>
        )}
        <Link href={`/raw-reports/${message.rawReportId}`} className={buttonClass()}>
          Show the message
        </Link>
        <Link href={`/agents/channels/${channelId}`} className={buttonClass()}>
          Open the channel
        </Link>
      </div>
    </div>
  );
}

/** Chooses for the channel the product that its messages look like, and has what was put aside for that read again. */
function DecideButton({
  channelId,
  product,
  reason,
}: {
  channelId: string;
  product: string;
  reason: string;
}) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);
  const name = productName(product) ?? product;

  async function decide() {
    setIsBusy(true);
    const changed = await sendJson('PATCH', `/api/v1/channels/${channelId}`, { product });
    const sent = changed.isOk
      ? await sendJson('POST', `/api/v1/agents/${channelId}/retries`, { cause: reason })
      : changed;
    setIsBusy(false);
    notify({ text: sent.isOk ? `${name} decides here from now on.` : sent.refusal.sentence });
    router.refresh();
  }

  return (
    <Button kind="primary" disabled={isBusy} onClick={() => void decide()}>
      {isBusy ? 'One moment …' : `It is ${name}`}
    </Button>
  );
}

function Hints({ hints }: { hints: readonly string[] }) {
  return (
    <div className="border-line border-t px-4 py-3">
      <p className="text-13 font-semibold">Nothing after the next backup?</p>
      <ul className="text-ink-2 mt-1 flex flex-col gap-1 text-xs">
        {hints.map((hint) => (
          <li key={hint} className="[overflow-wrap:anywhere]">
            {hint}
          </li>
        ))}
      </ul>
      <p className="text-ink-3 mt-2 text-xs">You may leave this page: the channel shows when it arrives.</p>
    </div>
  );
}

function Step({ at, children }: { at?: string; children: ReactNode }) {
  return (
    <li className="text-13 flex items-start gap-2">
      <Check size={14} aria-hidden="true" className="text-ok mt-0.5 flex-none" />
      <span className="flex-1">{children}</span>
      {at && <Clock at={at} />}
    </li>
  );
}

/** By the clock of whoever looks, which the server does not know. */
function Clock({ at }: { at: string }) {
  return (
    <time dateTime={at} suppressHydrationWarning className="text-ink-3 font-mono text-xs">
      {clockText(new Date(at))}
    </time>
  );
}

/** The time alone of today, with its date of another day. */
function clockText(at: Date): string {
  const isToday = at.toDateString() === new Date().toDateString();
  const date = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return isToday ? at.toLocaleTimeString('en-GB') : `${date} ${at.toLocaleTimeString('en-GB')}`;
}

/** What came to a channel, asked for again while somebody looks. */
function useArrived(channelId: string): Arrived | null {
  const [arrived, setArrived] = useState<Arrived | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const ask = async (): Promise<void> => {
      const found = document.visibilityState === 'visible' ? await fetchArrived(channelId, ending) : null;
      if (ending.signal.aborted) return;
      if (found) setArrived(found);
      timer = setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [channelId]);
  return arrived;
}

/** null: no answer now; the next try may have one. */
async function fetchArrived(channelId: string, { signal }: AbortController): Promise<Arrived | null> {
  try {
    const response = await fetch(`/api/v1/channels/${channelId}/messages`, { signal });
    // A route's own answers are ours to know.
    return response.ok ? ((await response.json()) as Arrived) : null;
  } catch {
    return null;
  }
}
