import { CopyButton } from '../ui/copy-button';

/** An address to be typed elsewhere, with what it is for. */
export function CopyLine({ label, help, text }: { label: string; help: string; text: string }) {
  return (
    <div className="flex flex-col gap-1">
      <p className="text-sm font-medium">{label}</p>
      <p className="text-ink-3 text-xs">{help}</p>
      <div className="border-line bg-bg-2 flex items-center gap-2 rounded-lg border py-1.5 pr-1.5 pl-3">
        <code aria-label={label} className="flex-1 text-xs leading-5 [overflow-wrap:anywhere]">
          {text}
        </code>
        <CopyButton text={text} label="Copy" of={label} />
      </div>
    </div>
  );
}
