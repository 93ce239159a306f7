import type { ReactNode } from 'react';
import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { Moment } from '../ui/moment';

/** A question or an answer. */
export interface Message {
  readonly messageId: string;
  readonly clientId: string;
  readonly itemKind: string;
  readonly itemKey: string;
  readonly itemName: string;
  readonly side: 'auditor' | 'msp';
  readonly text: string;
  readonly personName: string;
  readonly at: Instant;
}

/** What was said about one thing, in order. */
export interface Thread {
  readonly key: string;
  readonly first: Message;
  readonly messages: readonly Message[];
  readonly isWaiting: boolean;
}

/** Messages, oldest first, as threads, those that wait for an answer first. */
export function threadsOf(messages: readonly Message[]): Thread[] {
  const threads = new Map<string, Message[]>();
  for (const message of messages) {
    const key = `${message.clientId} ${message.itemKind} ${message.itemKey}`;
    threads.set(key, [...(threads.get(key) ?? []), message]);
  }
  return [...threads]
    .flatMap(([key, said]) => {
      const [first] = said;
      return first ? [{ key, first, messages: said, isWaiting: said.at(-1)?.side === 'auditor' }] : [];
    })
    .toSorted((a, b) => Number(b.isWaiting) - Number(a.isWaiting));
}

interface Props {
  threads: readonly Thread[];
  timeZone: string;
  now: Instant;
  /** What can be done about a thread. */
  actionFor: (thread: Thread) => ReactNode;
}

/** Questions with their answers. */
export function ThreadList({ threads, timeZone, now, actionFor }: Props) {
  return (
    <ul className="divide-line divide-y">
      {threads.map((thread) => (
        <li key={thread.key} className="text-13 py-3 first:pt-0">
          <div className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
            <h3 className="font-medium [overflow-wrap:anywhere]">{thread.first.itemName}</h3>
            {thread.isWaiting ? <Mark tone="unk">Waits for an answer</Mark> : <Mark tone="ok">Answered</Mark>}
          </div>
          {thread.messages.map((message) => (
            <div key={message.messageId} className="mt-2">
              <p
                className={
                  message.side === 'msp'
                    ? 'border-line-2 max-w-[75ch] border-l-2 pl-3 [overflow-wrap:anywhere] whitespace-pre-line'
                    : 'max-w-[75ch] [overflow-wrap:anywhere] whitespace-pre-line'
                }
              >
                {message.text}
              </p>
              <p
                className={
                  message.side === 'msp'
                    ? 'text-ink-3 border-line-2 border-l-2 pl-3 text-xs'
                    : 'text-ink-3 text-xs'
                }
              >
                {message.personName}, <Moment at={message.at} timeZone={timeZone} now={now} />
              </p>
            </div>
          ))}
          <div className="mt-1.5">{actionFor(thread)}</div>
        </li>
      ))}
    </ul>
  );
}
