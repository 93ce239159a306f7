import { CopyButton } from '../ui/copy-button';
import { FirstReport } from './first-report';

/** What a route that makes a token answers. */
export interface Minted {
  token: string;
  enrolmentId: string;
  expiresAt: string;
  ingestUrl: string;
}

interface Props {
  minted: Minted;
  /** The machine has no agent yet: the line fetches it first. */
  isNew?: boolean;
  /** What the line ends with. */
  option?: string;
  /** Whose line it is, for readers. */
  label: string;
}

/** The one line to paste on a machine, and what comes of it. */
export function TokenLine({ minted, isNew = false, option = '', label }: Props) {
  const fetching = isNew ? `curl -fsSO ${minted.ingestUrl}/holdfast-agent.mjs && ` : '';
  const line = `${fetching}node holdfast-agent.mjs enrol ${minted.ingestUrl} ${minted.token}${option}`;
  return (
    <div className="flex flex-col gap-3">
      <div className="border-line bg-bg-2 flex items-start gap-2 rounded-lg border p-3">
        <code aria-label={label} className="flex-1 text-xs leading-5 [overflow-wrap:anywhere]">
          {line}
        </code>
        <CopyButton text={line} label="Copy line" />
      </div>
      <p className="text-ink-3 text-xs">
        The token works once, until {new Date(minted.expiresAt).toLocaleString('en-GB')} (your time), and is
        shown only now.
      </p>
      <FirstReport enrolmentId={minted.enrolmentId} ingestUrl={minted.ingestUrl} />
    </div>
  );
}
