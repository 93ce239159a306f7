import { clsx } from 'clsx';
import {
  CONFIDENCE_WORD,
  type ConnectWay,
  type Proof,
  proofSentence,
  type WayKind,
} from '@/domain/connect/products';
import { Link } from '../ui/link';
import { WAY_WORD } from './channel-words';

interface Props {
  ways: readonly ConnectWay[];
  chosen: WayKind | null;
  hrefOf: (kind: WayKind) => string;
}

const COLUMNS = ['Run', 'Copies', 'Integrity', 'Restore test'] as const;

/** The ways of a product, each with what it can prove, before one is chosen. */
export function WayTable({ ways, chosen, hrefOf }: Props) {
  return (
    <div className="border-line-2 overflow-hidden rounded-lg border">
      <table className="text-13 w-full border-collapse">
        <thead className="max-md:sr-only">
          <tr className="border-line border-b">
            <th scope="col" className="text-ink-3 px-3 py-1.5 text-left text-xs font-medium">
              Way
            </th>
            {COLUMNS.map((name) => (
              <th
                key={name}
                scope="col"
                className="text-ink-3 px-2 py-1.5 text-center text-xs font-medium whitespace-nowrap"
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ways.map((way) => (
            <Row key={way.kind} way={way} isChosen={way.kind === chosen} href={hrefOf(way.kind)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ way, isChosen, href }: { way: ConnectWay; isChosen: boolean; href: string }) {
  return (
    <tr
      className={clsx(
        'border-line border-b last:border-b-0 max-md:flex max-md:flex-wrap max-md:pb-2',
        isChosen && 'bg-accent-bg',
      )}
    >
      <th scope="row" className="px-3 py-2 text-left font-normal max-md:w-full">
        <Link
          href={href}
          scroll={false}
          aria-current={isChosen ? 'true' : undefined}
          className="text-accent text-sm font-semibold underline"
        >
          {WAY_WORD[way.kind]}
        </Link>
        <span className="text-ink-2 block max-w-[60ch] text-xs">{proofSentence(way.proof)}</span>
        <span className="text-ink-2 block text-xs">{confidenceText(way)}</span>
      </th>
      {answersOf(way.proof).map((answer, index) => (
        <td
          key={COLUMNS[index]}
          className="px-2 py-2 text-center align-top whitespace-nowrap max-md:px-3 max-md:py-0"
        >
          <span className="text-ink-3 text-xs md:hidden">{COLUMNS[index]}: </span>
          <span className={answer === 'no' ? 'text-ink-3' : 'font-semibold'}>{answer}</span>
        </td>
      ))}
    </tr>
  );
}

function confidenceText({ kind, reads, confidence }: ConnectWay): string {
  if (confidence === null) return 'Nothing has to be understood: the address says how it ended.';
  if (kind !== 'agent' && reads === null)
    return 'What no known product sends is put aside, and decides nothing.';
  return `How its reports look: ${CONFIDENCE_WORD[confidence]}.`;
}

/** In the order of the columns. */
function answersOf({ copies, integrity, restoreTests }: Proof): readonly string[] {
  return [
    'yes',
    copies === 'seen' ? 'yes' : 'claimed',
    integrity ? 'yes' : 'no',
    restoreTests ? 'yes' : 'no',
  ];
}
