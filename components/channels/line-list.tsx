import type { ConnectLine } from '@/domain/connect/lines';
import { CopyButton } from '../ui/copy-button';

/** Lines that are copied and pasted as they stand. */
export function LineList({ lines }: { lines: readonly ConnectLine[] }) {
  return (
    <ul className="flex flex-col gap-3">
      {lines.map(({ title, text, note }) => (
        <li key={title} className="border-line rounded-lg border">
          <div className="border-line flex flex-wrap items-center justify-between gap-2 border-b px-3 py-1.5">
            <span className="text-13 font-medium">{title}</span>
            <CopyButton text={text} label="Copy" of={title} />
          </div>
          <pre className="bg-bg-2 rounded-b-lg p-3 font-mono text-xs leading-5 [overflow-wrap:anywhere] whitespace-pre-wrap">
            {text}
          </pre>
          {note !== '' && <p className="text-ink-3 border-line border-t px-3 py-2 text-xs">{note}</p>}
        </li>
      ))}
    </ul>
  );
}
