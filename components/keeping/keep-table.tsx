import type { ReactNode } from 'react';
import {
  KEEP_KINDS,
  type KeepKind,
  keptExtent,
  type KeptMonth,
  neededRows,
  removedExtent,
} from '@/domain/keeping/keep-terms';
import type { Instant } from '@/domain/time/instant';
import { counted, countText, sizeText } from '../format/amounts';
import { Table, Td, Th, Tr } from '../ui/table';
import { KEEP_WORDS, monthsText } from './keep-words';

interface Props {
  terms: Readonly<Record<KeepKind, number>>;
  /** Of each kind; null: too many to count them while somebody waits. */
  kept: Readonly<Record<KeepKind, readonly KeptMonth[] | null>>;
  now: Instant;
  renderChange: (kind: KeepKind) => ReactNode;
}

const HEAD = (
  <>
    <Th>What</Th>
    <Th>Kept for</Th>
    <Th>There is</Th>
    <Th>Oldest</Th>
    <Th>Goes next</Th>
    <Th>
      <span className="sr-only">Change</span>
    </Th>
  </>
);

/** How long each kind is kept, how much of it there is, and what goes next. */
export function KeepTable({ terms, kept, now, renderChange }: Props) {
  return (
    <Table head={HEAD}>
      {KEEP_KINDS.map((kind) => (
        <Tr key={kind} className="[&>td]:align-top [&>td]:!whitespace-normal">
          <Td at="first" className="max-w-[52ch]">
            <span className="font-medium">{KEEP_WORDS[kind].name}</span>
            <span className="text-ink-3 block text-xs">{KEEP_WORDS[kind].goes}</span>
          </Td>
          <Td at="first-right" className="tabular-nums @2xl:!whitespace-nowrap">
            {monthsText(terms[kind])}
          </Td>
          <Amounts kind={kind} months={terms[kind]} kept={kept[kind]} now={now} />
          <Td at="third-right">{kept[kind] && renderChange(kind)}</Td>
        </Tr>
      ))}
    </Table>
  );
}

function Amounts({
  kind,
  months,
  kept,
  now,
}: {
  kind: KeepKind;
  months: number;
  kept: readonly KeptMonth[] | null;
  now: Instant;
}) {
  if (kept === null)
    return (
      <Td at="second" className="text-ink-3" colSpan={3}>
        too many to count them while you wait; the log says what goes
      </Td>
    );
  const all = keptExtent(kept);
  const gone = removedExtent(kept, months, now);
  const needed = neededRows(kept, months, now);
  return (
    <>
      <Td at="second" className="tabular-nums @2xl:!whitespace-nowrap">
        {all.rows === 0 ? 'none' : `${counted(all.rows, ...KEEP_WORDS[kind].nouns)}, ${sizeText(all.bytes)}`}
      </Td>
      <Td at="second-right" className="tabular-nums @2xl:!whitespace-nowrap">
        {kept[0] ? `from ${kept[0].month}` : '–'}
      </Td>
      <Td at="third">
        {gone.rows === 0
          ? 'nothing yet'
          : `${counted(gone.rows, ...KEEP_WORDS[kind].nouns)}, ${sizeText(gone.bytes)}`}
        {needed > 0 && (
          <span className="text-ink-3 block text-xs">
            {countText(needed)} as old {needed === 1 ? 'stays' : 'stay'}: needed
          </span>
        )}
      </Td>
    </>
  );
}
