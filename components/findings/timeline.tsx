import { clsx } from 'clsx';
import type { Instant } from '@/domain/time/instant';
import { SendButton } from '../forms/send-button';
import { Moment } from '../ui/moment';
import type { TimelineLine } from './cause-words';

interface Props {
  lines: readonly TimelineLine[];
  timeZone: string;
  now: Instant;
  mayUndo: boolean;
}

const DOT: Readonly<Record<TimelineLine['tone'], string>> = {
  bad: 'border-bad-g bg-bad-g',
  ok: 'border-ok-g bg-ok-g rounded-full',
  plain: 'border-edge bg-bg rounded-full',
};

/** What happened to a cause, newest first; what a person did can be taken back. */
export function Timeline({ lines, timeZone, now, mayUndo }: Props) {
  return (
    <ol>
      {lines.map((line) => (
        <li
          key={line.key}
          className="before:bg-line-2 relative grid grid-cols-[70px_8px_minmax(0,1fr)] gap-x-2 pb-3 before:absolute before:top-2.5 before:-bottom-1.5 before:left-[81.5px] before:w-px last:pb-0 last:before:hidden"
        >
          <Moment at={line.at} timeZone={timeZone} now={now} isShort className="text-ink-3 tabular-nums" />
          <span aria-hidden="true" className={clsx('z-[1] mt-1.5 size-2 border-2', DOT[line.tone])} />
          <div>
            <span className="flex items-baseline justify-between gap-2">
              <span className={clsx('font-medium [overflow-wrap:anywhere]', line.undone && 'line-through')}>
                {line.title}
              </span>
              {mayUndo && line.changeId !== null && (
                <SendButton
                  method="POST"
                  address="/api/v1/findings/undoings"
                  body={{ changeId: line.changeId }}
                  label={`Undo: ${line.title}`}
                  done="Undone."
                >
                  Undo
                </SendButton>
              )}
            </span>
            {line.text !== null && (
              <span className="text-ink-2 block [overflow-wrap:anywhere] whitespace-pre-wrap">
                {line.text}
              </span>
            )}
            {(line.by !== null || line.undone !== null) && (
              <span className="text-ink-3 block text-xs leading-4">
                {[line.by, line.undone].filter((text) => text !== null).join(', ')}
              </span>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
