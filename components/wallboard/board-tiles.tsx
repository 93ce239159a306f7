import { clsx } from 'clsx';
import { STATUSES, type Status } from '@/domain/protection/verdict';
import { STATUS_WORD, StatusShape } from '../backup/status-mark';
import { counted } from '../format/amounts';
import { clockText } from '../format/words';
import type { BoardAnswer } from './board-answer';

interface Props {
  /** null: nothing is known, or nobody may know it. */
  answer: BoardAnswer | null;
  isCurrent: boolean;
  timeZone: string;
}

/** How many clients have each status. What is not current counts as unknown, whatever it was. */
export function BoardTiles({ answer, isCurrent, timeZone }: Props) {
  return (
    <ul aria-label="Clients by status" className="grid grid-cols-2 gap-[0.6em] md:grid-cols-4">
      {STATUSES.map((status) =>
        answer && isCurrent ? (
          <KnownTile
            key={status}
            status={status}
            clients={answer.clients[status]}
            systems={answer.systems[status]}
          />
        ) : (
          <li
            key={status}
            className="board-unknown border-edge rounded-[0.4em] border-2 px-[0.8em] py-[0.5em]"
          >
            <p className="text-unk flex items-center gap-[0.4em] font-semibold">
              <StatusShape status="unknown" size="0.9em" /> Unknown
            </p>
            <p className="text-unk text-[3.4em]/none font-semibold">?</p>
            <p className="text-ink-3 text-[0.85em]">
              {STATUS_WORD[status]}
              {answer && `: was ${answer.clients[status]} at ${clockText(answer.at, timeZone)}`}
            </p>
          </li>
        ),
      )}
    </ul>
  );
}

const GROUND: Readonly<Record<Status, string>> = {
  'non-compliant': 'bg-bad-bg border-bad-g',
  unknown: 'bg-unk-bg border-unk-g',
  'at-risk': 'bg-risk-bg border-risk-g',
  compliant: 'bg-ok-bg border-ok-g',
};
const INK: Readonly<Record<Status, string>> = {
  'non-compliant': 'text-bad',
  unknown: 'text-unk',
  'at-risk': 'text-risk',
  compliant: 'text-ok',
};

/** Coloured where there is something; a zero is quiet. */
function KnownTile({ status, clients, systems }: { status: Status; clients: number; systems: number }) {
  const isQuiet = clients === 0;
  return (
    <li
      className={clsx(
        'rounded-[0.4em] border-2 px-[0.8em] py-[0.5em]',
        isQuiet ? 'border-line' : GROUND[status],
      )}
    >
      <p
        className={clsx('flex items-center gap-[0.4em] font-semibold', isQuiet ? 'text-ink-2' : INK[status])}
      >
        <StatusShape status={status} size="0.9em" /> {STATUS_WORD[status]}
      </p>
      <p
        className={clsx(
          'text-[3.4em]/none font-semibold tracking-tight tabular-nums',
          isQuiet && 'text-ink-3',
        )}
      >
        {clients}
      </p>
      <p className="text-ink-2 text-[0.85em]">{counted(systems, 'system')}</p>
    </li>
  );
}
